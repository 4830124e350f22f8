//! Plans: read, checked, generated and written.

mod lint;
mod parse;
mod schema;
mod written;

use flags::Definition;
use rollouts::Plan;
use rollouts::plan::{Basics, By, Logs, PlanFile, Watching, standard};

/// The flag that every plan here is about.
const FLAG: &str = "tidy_sidebar";

fn definition() -> Definition {
    let text = "---\nname: tidy_sidebar\ndescription: A sidebar that tidies itself\n\
                feature_issue_url: https://gitlab.example/acme/shop/-/issues/7\n\
                introduced_by_url: https://gitlab.example/acme/shop/-/merge_requests/12\n\
                milestone: '17.2'\ngroup: group::user interface\ntype: beta\n\
                default_enabled: false\n";
    Definition::parse("flags/beta/tidy_sidebar.yml", text).unwrap()
}

fn basics() -> Basics {
    let names = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect();
    let first = flags::request::Targets {
        projects: vec!["acme/shop".to_owned(), "acme/web".to_owned()],
        users: vec!["ana".to_owned()],
        ..Default::default()
    };
    Basics {
        owner: "ana".parse().unwrap(),
        channel: "#g_user_interface".parse().unwrap(),
        production_channel: Some("#production".parse().unwrap()),
        support_channel: Some("#support".parse().unwrap()),
        on_call: Some("sre-oncall".parse().unwrap()),
        by: By::Actors,
        non_production: names(&["dev", "staging", "staging-ref"]),
        production: vec!["production".parse().unwrap()],
        first,
        approvals: 1,
        items: vec![("publish".parse().unwrap(), "Publish the app.".to_owned())],
        project: Some("acme/shop".to_owned()),
        watched: Watching {
            deliveries: true,
            sentry: true,
            sentry_project: Some("shop".to_owned()),
            elasticsearch: Some(Logs::default()),
        },
    }
}

fn usual() -> Plan {
    let mut plan = standard(&FLAG.parse().unwrap(), Some(&definition()), &basics());
    let docs = "https://gitlab.example/acme/shop/-/merge_requests/13";
    plan.links.docs_merge_request = Some(docs.to_owned());
    plan
}

/// Reads a plan's text as the file of [`FLAG`].
fn read(text: &str) -> Result<PlanFile, Vec<String>> {
    PlanFile::parse("flags/beta/tidy_sidebar.rollout.yml", text).map_err(|problems| {
        let lines = problems.iter().map(|problem| {
            let line = problem.to_string();
            line.trim_start_matches("flags/beta/tidy_sidebar.rollout.yml:")
                .to_owned()
        });
        lines.collect()
    })
}
