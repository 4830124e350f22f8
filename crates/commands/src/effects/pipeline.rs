//! The end-to-end tests. GitLab offers no way to look for an earlier try's pipeline by a name of
//! ours, so a try whose answer was lost may leave a second one: the tests then run twice.

use std::collections::BTreeMap;

use gitlab::rest::IdOrPath;
use store::Origin;

use crate::rules::Rules;

use super::{Clients, Facts, Tried, Undone};

pub(super) async fn start(clients: &Clients, rules: &Rules, facts: &Facts) -> Tried {
    let (Some(gitlab), Some(rule)) = (&clients.gitlab, &rules.effects.end_to_end) else {
        return Err(Undone::not_configured("end-to-end pipeline"));
    };
    let project: IdOrPath = rule.project.parse().map_err(|error| Undone::Dead {
        reason: format!("the project of the end-to-end tests is none: {error}"),
        remedy: "correct effects.end_to_end.project".to_owned(),
    })?;
    let chat_user = match &facts.note.author.origin {
        Origin::Slack { user, .. } => user.as_str(),
        Origin::Api { .. } | Origin::Shell { .. } | Origin::Page { .. } => "",
        Origin::Schedule { .. } | Origin::Rollout { .. } => "",
    };
    let state = facts.state();
    let variables: BTreeMap<String, String> = [
        ("FEATURE_FLAG", facts.flag.as_str()),
        ("FEATURE_FLAG_VALUE", &state),
        ("ENVIRONMENT", facts.environment.as_str()),
        ("GITLAB_USER_LOGIN", &facts.note.author.name),
        ("CHAT_USER_ID", chat_user),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    let pipeline = gitlab
        .create_pipeline(&project, &rule.reference, &variables)
        .await?;
    Ok(pipeline.web_url)
}
