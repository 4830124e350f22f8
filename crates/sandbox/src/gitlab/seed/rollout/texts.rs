//! The words of the feature: its issues, and its files.
//!
//! Commands stand in the rollout issue as people paste them, placeholders included.

/// Stands for the instance's public address in a file, which is not known before it is read.
pub(in crate::gitlab) const INSTANCE: &str = "https://gitlab.sandbox";

/// Path and text of the flag's definition and of the code that asks it.
pub(super) const FILES: &[(&str, &str)] = &[
    (
        "app/models/integrations/gitlab_slack_application.rb",
        "\
# frozen_string_literal: true

module Integrations
  class GitlabSlackApplication < Integration
    def execute(data)
      return unless Feature.enabled?(:integration_slack_app_notifications, project)

      notify(data)
    end
  end
end
",
    ),
    (
        "app/services/notification_service.rb",
        "\
# frozen_string_literal: true

class NotificationService
  def integration_for(project)
    return project.slack_integration unless Feature.enabled?(:integration_slack_app_notifications, project)

    project.gitlab_slack_application_integration
  end
end
",
    ),
    (
        "config/feature_flags/development/integration_slack_app_notifications.yml",
        "\
---
name: integration_slack_app_notifications
feature_issue_url: https://gitlab.sandbox/gitlab-org/gitlab/-/issues/372410
introduced_by_url: https://gitlab.sandbox/gitlab-org/gitlab/-/merge_requests/98663
rollout_issue_url: https://gitlab.sandbox/gitlab-org/gitlab/-/issues/381012
milestone: '15.5'
type: development
group: group::manage integrations
default_enabled: false
",
    ),
];

/// Path and text of the page that tells of it.
pub(super) const DOCUMENTATION: (&str, &str) = (
    "doc/user/project/integrations/gitlab_slack_application.md",
    "\
# GitLab for Slack app

The app brings slash commands to Slack, and the notifications of your projects.

## Slack notifications

1. In your project, select **Settings > Integrations > GitLab for Slack app**.
1. Turn the events on that you want to hear of, and name a channel for each.
1. Select **Save changes**.
",
);

pub(super) const FEATURE: &str = "\
Two integrations send to Slack today: the old **Slack notifications** with a webhook of its own, \
and the **GitLab for Slack app** with its commands. The app should do both, so that people set \
up one thing.

- Channels and events are set on the app's integration.
- The old integration stays while people move.
- `integration_slack_app_notifications` decides which of the two speaks.

Rollout: #381012
";

pub(super) const ROLLOUT: &str = "\
Moves Slack notifications into the GitLab for Slack app, which is behind the feature flag \
`integration_slack_app_notifications`. Feature: #372410, code: !98663.

## Owners

- Team: Manage Integrations
- Slack channel: `#g_manage_integrations`
- Best person to reach: @ana

## Expectations

- **What happens**: notifications come from the app. The old integration stays as it is, so \
turning the flag off brings it back at once.
- **What could go wrong**: messages that are missing or come twice. Turn the flag off.
- **Where to look**: errors of the Slack app in Sentry, and of `Integrations::ExecuteWorker` in Kibana.

## On environments that are not production

- [ ] The merge requests are deployed there: `/chatops run auto_deploy status <merge-commit-of-your-feature>`
- [ ] Enable it: `/chatops run feature set integration_slack_app_notifications true --dev --staging --staging-ref`
- [ ] It works; `staging-canary` shows it first. Post the result here.

## For a few on production

- [ ] The merge requests are deployed to production and canary: `/chatops run auto_deploy status <merge-commit-of-your-feature>`
- [ ] Projects: `/chatops run feature set --project=gitlab-org/gitlab,gitlab-org/gitlab-foss,gitlab-com/www-gitlab-com integration_slack_app_notifications true`
- [ ] Groups: `/chatops run feature set --group=gitlab-org,gitlab-com integration_slack_app_notifications true`
- [ ] Yourself: `/chatops run feature set --user=<your-username> integration_slack_app_notifications true`
- [ ] It works for them. Post the result here.

## Before everybody gets it

- [ ] This issue has a milestone.
- [ ] No change management issue is needed, or it is linked here.
- [ ] Somebody is there for two hours after each change; if not, `@sre-oncall` knows.
- [ ] The documentation is up to date.
- [ ] The feature issue says when it will be enabled.
- [ ] `#support_gitlab-com` and the team's channel know.

## Everybody on production

Run these in `#production`, so that everybody sees them.

- [ ] Step by step: `/chatops run feature set integration_slack_app_notifications <rollout-percentage> --actors`
- [ ] Only where the code gives no actor: `/chatops run feature set integration_slack_app_notifications <rollout-percentage> --random`
- [ ] Globally: `/chatops run feature set integration_slack_app_notifications true`
- [ ] The feature issue says that it is enabled.
- [ ] A day has gone by.

## Release

- [ ] A merge request removes the flag and its definition, with a changelog entry.
- [ ] It is in the release: `/chatops run release check <merge-request-url> <milestone>`
- [ ] The feature issue is closed.
- [ ] The flag is gone everywhere: `/chatops run feature delete integration_slack_app_notifications --dev --staging --staging-ref --production`
- [ ] This issue is closed.

## Rollback

- [ ] `/chatops run feature set integration_slack_app_notifications false`
";
