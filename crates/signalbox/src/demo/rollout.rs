//! What the demo's rollout issue needs: environments, the flag's definition, people and rules.

use std::collections::{BTreeMap, BTreeSet};

use commands::rules::{CodeProject, Health, IssuesWith, Rules};
use commands::{People, Person, Role};
use domain::{Mrkdwn, WorkspaceId};
use environments::{Stage, Tier};
use flags::FeatureGroups;
use monitors::Credentials;
use notify::settings::{SubscriptionConfig, Value};
use secrecy::SecretString;

use crate::config;
use crate::definitions;
use crate::errors::{ErrorsSetup, TIMEOUTS};
use crate::service::flags::{EnvironmentSetup, FlagsSetup, host_of};
use crate::service::{ChatOpsSetup, RolloutsSetup};

/// The token that the service has in the sandbox's GitLab.
const GITLAB_TOKEN: &str = "glpat-demo-ops";
/// What the sandbox's Grafana and Elasticsearch want.
const MONITORING_TOKEN: &str = "demo-grafana-token";

/// What the sandbox's Sentry wants.
const SENTRY_TOKEN: &str = "demo-sentry-token";
/// The project `signalbox` of the sandbox's Sentry, and the key that it takes errors with.
const SENTRY_PROJECT: u32 = 1;
const SENTRY_KEY: &str = "5160a1b05160a1b05160a1b05160a1b0";
/// Where the sandbox's Elasticsearch keeps the service's errors.
const ERRORS_INDEX: &str = "signalbox-errors";
const SENTRY_ORGANIZATION: &str = "demo";

/// Where each change of a flag gets an issue.
const LOG_PROJECT: &str = "gitlab-com/gl-infra/feature-flag-log";

/// Name, short name, tier, the channel of its quality people, and the stage before it.
type Row = (
    &'static str,
    &'static str,
    Tier,
    Option<&'static str>,
    Option<(&'static str, &'static str)>,
);

/// In the order in which they are deployed.
const ENVIRONMENTS: &[Row] = &[
    ("dev", "dev", Tier::Development, None, None),
    (
        "staging",
        "gstg",
        Tier::Staging,
        Some("#staging"),
        Some(("staging-canary", "gstg-cny")),
    ),
    ("staging-ref", "gstg-ref", Tier::Staging, None, None),
    ("pre", "pre", Tier::Other, None, None),
    ("ops", "ops", Tier::Other, None, None),
    (
        "production",
        "gprd",
        Tier::Production,
        None,
        Some(("canary", "gprd-cny")),
    ),
];

/// The demo's flags: all its environments are kept by its own service.
pub(super) fn flags(gitlab_url: &str, service_url: &str) -> anyhow::Result<FlagsSetup> {
    let http = gitlab::rest::http_client(gitlab_url, gitlab::rest::Timeouts::default())?;
    let token = SecretString::from(GITLAB_TOKEN);
    let client = gitlab::rest::Client::new(http, gitlab_url, &token)?;
    let host = host_of(service_url);
    let environments = ENVIRONMENTS.iter().map(|row| environment(row, &host));
    Ok(FlagsSetup {
        catalogue: definitions::ours(Some(gitlab_url))?,
        plans: definitions::our_plans(Some(gitlab_url)),
        groups: FeatureGroups::new(),
        environments: environments.collect::<anyhow::Result<_>>()?,
        gitlab: Some(client),
    })
}

fn environment(row: &Row, host: &str) -> anyhow::Result<EnvironmentSetup> {
    let (name, short, tier, qa_channel, before) = *row;
    let stage = |name: &str, short: &str| Stage {
        name: name.to_owned(),
        short: short.to_owned(),
        deployed_as: name.to_owned(),
    };
    let before = before.map(|(name, short)| stage(name, short));
    Ok(EnvironmentSetup {
        name: name.parse()?,
        short: short.to_owned(),
        tier,
        qa_channel: qa_channel.map(str::parse).transpose()?,
        host: host.to_owned(),
        stages: before.into_iter().chain([stage(name, short)]).collect(),
        remote: None,
    })
}

/// The command that lets the app speak everywhere.
pub(super) fn enable_everywhere() -> String {
    let environments = ENVIRONMENTS.iter().map(|(name, ..)| format!("--{name}"));
    let environments = environments.collect::<Vec<_>>().join(" ");
    format!(
        "feature set {} true {environments} --reason \"--all-flags-on\" --ignore-production-check --ignore-feature-flag-consistency-check",
        integrations::FLAG
    )
}

/// Who may change flags in the demo, what is checked before, and what happens after.
pub(super) fn chatops(gitlab_url: &str, workspace: &WorkspaceId) -> anyhow::Result<ChatOpsSetup> {
    let monitoring = |path: &str| format!("{gitlab_url}/-/{path}");
    let http = monitors::http_client(gitlab_url, monitors::Timeouts::default())?;
    let token = || Credentials::Bearer(MONITORING_TOKEN.into());
    Ok(ChatOpsSetup {
        people: people(),
        rules: rules(workspace)?,
        prometheus: Some(monitors::prometheus::Client::new(
            http.clone(),
            &monitoring("prometheus"),
            Credentials::None,
        )?),
        grafana: Some(monitors::grafana::Client::new(
            http.clone(),
            &monitoring("grafana"),
            token(),
        )?),
        elasticsearch: Some(monitors::elasticsearch::Client::new(
            http,
            &monitoring("elasticsearch"),
            token(),
        )?),
    })
}

/// Whom the rollouts of the demo's flags may ask.
pub(super) fn rollouts(gitlab_url: &str) -> anyhow::Result<RolloutsSetup> {
    let monitoring = |path: &str| format!("{gitlab_url}/-/{path}");
    let http = monitors::http_client(gitlab_url, monitors::Timeouts::default())?;
    let sentry = monitors::sentry::Client::new(
        http.clone(),
        &monitoring("sentry"),
        Credentials::Bearer(SENTRY_TOKEN.into()),
        SENTRY_ORGANIZATION,
    )?;
    let elasticsearch = monitors::elasticsearch::Client::new(
        http.clone(),
        &monitoring("elasticsearch"),
        Credentials::Bearer(MONITORING_TOKEN.into()),
    )?;
    let prometheus =
        monitors::prometheus::Client::new(http, &monitoring("prometheus"), Credentials::None)?;
    Ok(RolloutsSetup {
        sources: driver::Sources {
            sentry: Some(sentry),
            elasticsearch: Some(elasticsearch),
            prometheus: Some(prometheus),
            ..driver::Sources::default()
        },
        event_sinks: Vec::new(),
        groups: BTreeMap::from([(
            "sre-oncall".to_owned(),
            Mrkdwn::fixed("<!subteam^S0SREONCALL>"),
        )]),
    })
}

/// Where the demo's service tells of deliveries that fail: where its rollouts look for them.
pub(super) fn errors(gitlab_url: &str) -> anyhow::Result<ErrorsSetup> {
    let address = gitlab_url.replacen("://", &format!("://{SENTRY_KEY}@"), 1);
    let dsn = format!("{address}/-/sentry/{SENTRY_PROJECT}").parse()?;
    let elasticsearch = monitors::elasticsearch::Client::new(
        monitors::http_client(gitlab_url, TIMEOUTS)?,
        &format!("{gitlab_url}/-/elasticsearch"),
        Credentials::ApiKey(MONITORING_TOKEN.into()),
    )?;
    Ok(ErrorsSetup {
        sentry: Some(config::reporter(&dsn)?),
        elasticsearch: Some((elasticsearch, ERRORS_INDEX.parse()?)),
        ..ErrorsSetup::default()
    })
}

/// `ops` and `ana` may change flags, `ben` may look.
fn people() -> People {
    let person = |name: &str, roles: &[Role]| Person {
        name: Some(name.to_owned()),
        gitlab: Some(name.to_owned()),
        roles: roles.iter().copied().collect::<BTreeSet<_>>(),
    };
    People(BTreeMap::from([
        ("U0ANA".to_owned(), person("ana", &[Role::Operator])),
        ("U0BEN".to_owned(), person("ben", &[])),
        ("U0OPS".to_owned(), person("ops", &[Role::Operator])),
    ]))
}

fn rules(workspace: &WorkspaceId) -> anyhow::Result<Rules> {
    let mut rules = Rules::default();
    let with = |labels: &[&str]| IssuesWith {
        project: Some("gitlab-com/gl-infra/production".to_owned()),
        group: None,
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
    };
    rules.checks.incidents = Some(with(&["Incident::Active", "blocks feature-flags"]));
    rules.checks.changes = Some(with(&["change::in-progress", "blocks feature-flags"]));
    rules.checks.on_call = "@sre-oncall".to_owned();
    rules.checks.health = Some(Health {
        query: "gitlab_service_ok".to_owned(),
        label: "service".to_owned(),
    });
    rules.announcements.workspace = Some(workspace.clone());
    rules.effects.rollout_issue = true;
    rules.effects.state_label = true;
    rules.effects.log_project = Some(LOG_PROJECT.to_owned());
    rules.effects.grafana = true;
    rules.effects.elasticsearch_index = Some("events-$short".to_owned());
    rules.code.projects = vec![CodeProject {
        path: "gitlab-org/gitlab".to_owned(),
        mirror: None,
        tag: "v{version}-ee".to_owned(),
        stable_branch: "{major}-{minor}-stable-ee".to_owned(),
    }];
    Ok(rules)
}

/// Connects the project of the log issues and wants none of its events: each tells of a change
/// that the channels have heard of already.
pub(super) fn silent_log() -> anyhow::Result<SubscriptionConfig> {
    let path = Value::Text(LOG_PROJECT.to_owned());
    Ok(SubscriptionConfig::read([("path".to_owned(), path)])?)
}

/// The rollout issue's commands in its order, each with what it is for, ready to be pasted.
pub(super) fn commands() -> Vec<(String, String)> {
    let flag = integrations::FLAG;
    let projects = "gitlab-org/gitlab,gitlab-org/gitlab-foss,gitlab-com/www-gitlab-com";
    [
        (
            "Let it be carried out",
            format!("/chatops run rollout start {flag} --reason=\"reviewed\""),
        ),
        ("How is it?", format!("/chatops run rollout status {flag}")),
        (
            "You watch for two hours",
            format!("/chatops run rollout acknowledge {flag}"),
        ),
        (
            "Something is done",
            format!("/chatops run rollout tick {flag} <item> it is done"),
        ),
        (
            "Go on with little evidence",
            format!("/chatops run rollout override {flag} evidence --reason=\"a small share\""),
        ),
        (
            "Stop and go back",
            format!("/chatops run rollout rollback {flag}"),
        ),
        (
            "Is it deployed?",
            "/chatops run auto_deploy status <merge-commit-of-your-feature>".to_owned(),
        ),
        (
            "Everywhere but production",
            format!("/chatops run feature set {flag} true --dev --staging --staging-ref"),
        ),
        (
            "For some projects",
            format!("/chatops run feature set --project={projects} {flag} true"),
        ),
        (
            "For some groups",
            format!("/chatops run feature set --group=gitlab-org,gitlab-com {flag} true"),
        ),
        (
            "For yourself",
            format!("/chatops run feature set --user=<your-username> {flag} true"),
        ),
        (
            "For a share of projects",
            format!("/chatops run feature set {flag} <rollout-percentage> --actors"),
        ),
        (
            "For a share of the time",
            format!("/chatops run feature set {flag} <rollout-percentage> --random"),
        ),
        (
            "For everybody",
            format!("/chatops run feature set {flag} true"),
        ),
        (
            "Is it released?",
            "/chatops run release check <merge-request-url> <milestone>".to_owned(),
        ),
        (
            "Clean up",
            format!(
                "/chatops run feature delete {flag} --dev --staging --staging-ref --production"
            ),
        ),
        (
            "Take it back",
            format!("/chatops run feature set {flag} false"),
        ),
    ]
    .map(|(what, command)| (what.to_owned(), command))
    .to_vec()
}

/// What stands for the commands' placeholders in the demo.
pub(super) fn placeholders(gitlab_url: &str, merge_commit: Option<&str>) -> Vec<(String, String)> {
    let merge_request = format!("{gitlab_url}/gitlab-org/gitlab/-/merge_requests/98663");
    let commit = merge_commit.unwrap_or(&merge_request);
    [
        ("<merge-commit-of-your-feature>", commit),
        ("<item>", "qa-non-production"),
        ("<your-username>", "ops"),
        ("<rollout-percentage>", "25"),
        ("<merge-request-url>", &merge_request),
        ("<milestone>", "15.8"),
    ]
    .map(|(placeholder, value)| (placeholder.to_owned(), value.to_owned()))
    .to_vec()
}

/// What was done of the rollout issue before a visitor comes: everywhere but on production.
pub(super) fn morning(merge_commit: Option<&str>) -> Vec<String> {
    let status = merge_commit.map(|commit| format!("/chatops run auto_deploy status {commit}"));
    let set = format!(
        "/chatops run feature set {} true --dev --staging --staging-ref",
        integrations::FLAG
    );
    status.into_iter().chain([set]).collect()
}
