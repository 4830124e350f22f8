//! The feature whose rollout the demo plays.

use clock::Chance;
use jiff::Timestamp;

use super::projects::{GITLAB, ago, commit, id_of, issue, merge_request};
use crate::gitlab::world::{
    Deployment, Environment, MergeRequestState, Milestone, ReviewState, Reviewer, World,
};

const ROLLOUT: &str = "\
The feature flag `integration_slack_app_notifications` moves Slack notifications into the \
GitLab for Slack app.

## Non-production

- [x] `/chatops run feature set integration_slack_app_notifications true --dev --staging --staging-ref`

## Production

- [ ] `/chatops run feature set --project=gitlab-org/gitlab,gitlab-org/gitlab-foss,gitlab-com/www-gitlab-com integration_slack_app_notifications true`
- [ ] `/chatops run feature set integration_slack_app_notifications <percentage> --actors`
- [ ] Announce it in `#support_gitlab-com`
";

/// The demo's feature: milestone 15.8, its issue, its merged and deployed merge request, and the
/// issue that tracks its rollout.
pub(super) fn add_the_rollout(world: &mut World, chance: &Chance, now: Timestamp) {
    let ids: Vec<u64> = (0..24).map(|_| world.next_id()).collect();
    let (ana, ben, ops) = (
        id_of(world, "ana"),
        id_of(world, "ben"),
        id_of(world, "ops"),
    );
    let Some(project) = world
        .projects
        .iter_mut()
        .find(|project| project.id == GITLAB)
    else {
        return;
    };
    let milestone = Milestone {
        id: ids[0],
        iid: 80,
        title: "15.8".to_owned(),
        description: "The January release".to_owned(),
        active: true,
        start_date: ago(now, 24 * 14).strftime("%Y-%m-%d").to_string(),
        due_date: ago(now, -24 * 14).strftime("%Y-%m-%d").to_string(),
        created_at: ago(now, 24 * 60),
        updated_at: ago(now, 24 * 14),
    };
    let at = ago(now, 24 * 40);
    let mut feature = issue(
        (ids[1], 372_410),
        "Slack notifications in the Slack app",
        ana,
        at,
    );
    feature.milestone_id = Some(milestone.id);
    let title = "[Feature flag] Enable Slack notifications in the GitLab for Slack app";
    let mut rollout = issue((ids[2], 381_012), title, ana, ago(now, 24 * 20));
    ROLLOUT.clone_into(&mut rollout.description);
    rollout.assignee_ids = vec![ana];
    rollout.milestone_id = Some(milestone.id);

    let title = "Send notifications through the Slack app";
    let file = "app/services/notification_service.rb";
    let last = commit(chance, title, ben, ago(now, 76), file);
    let mut feature_mr = merge_request((ids[3], 98_663), title, "slack-app-notifications", last);
    let message = format!("Merge branch 'slack-app-notifications' into 'master'\n\n{title}");
    let merged = commit(chance, &message, ana, ago(now, 72), file);
    feature_mr.target_branch.clone_from(&project.default_branch);
    "Behind `integration_slack_app_notifications`.\n\nSee #372410"
        .clone_into(&mut feature_mr.description);
    feature_mr.state = MergeRequestState::Merged;
    feature_mr.merge_commit_sha = Some(merged.sha.clone());
    feature_mr.merge_user_id = Some(ana);
    feature_mr.approved_by = vec![ana];
    feature_mr.reviewers = vec![Reviewer {
        user_id: ana,
        state: ReviewState::Approved,
        re_requested: false,
    }];
    feature_mr.milestone_id = Some(milestone.id);
    feature_mr.updated_at = ago(now, 72);

    project.environments = ENVIRONMENTS
        .iter()
        .map(|name| Environment::named(name))
        .collect();
    for (index, environment) in ENVIRONMENTS.iter().enumerate() {
        project.deployments.push(Deployment {
            id: ids[4 + 2 * index],
            environment: (*environment).to_owned(),
            status: "success".to_owned(),
            git_ref: project.default_branch.clone(),
            commit: merged.clone(),
            user_id: ops,
            job_id: ids[5 + 2 * index],
            at: ago(now, 60 - 8 * i64::try_from(index).unwrap_or(0)),
        });
    }
    // Older than what the project has already, so that "the newest" is another.
    project.commits.insert(0, merged);
    project.milestones.insert(0, milestone);
    project.issues.splice(0..0, [feature, rollout]);
    project.merge_requests.insert(0, feature_mr);
}

const ENVIRONMENTS: &[&str] = &["dev", "staging", "staging-ref", "pre", "ops", "production"];
