//! The app was removed in Slack: it is silent there at once, and those who connected projects hear
//! of it.
//!
//! Slack says so twice, in either order; the second time changes nothing. What was set up stays
//! for the day that the app comes back.

use std::collections::BTreeMap;

use accounts::{AccountsError, Linked};
use domain::message::Tone;
use domain::{ChannelName, Message, Mrkdwn, WorkspaceId, mrkdwn, say};
use installations::{Gone, SlackSays};
use jiff::Timestamp;
use slack::PostCard;
use slack::block_kit::render;
use store::StoreError;

use crate::app::App;

/// The most projects that a message names.
const MOST_NAMED: usize = 10;

/// What Slack says: `at` in its own time.
pub(crate) async fn said(app: &App, workspace: &WorkspaceId, says: SlackSays<'_>, at: Timestamp) {
    let installations = &app.parts().installations;
    let removed = installations
        .removed_by_slack(workspace, says, at, &app.request_id())
        .await;
    let gone = match removed {
        Ok(Some(gone)) => gone,
        Ok(None) => return,
        Err(error) => {
            tracing::error!(%error, %workspace, "it was not written down that the app was removed");
            return;
        }
    };
    app.tell_gone(&gone).await;
}

impl App {
    /// Tells those who connected projects of a workspace that it does not have the app any more.
    pub async fn tell_gone(&self, gone: &Gone) {
        if let Err(error) = tell(self, gone).await {
            let error = &error as &dyn std::error::Error;
            let workspace = &gone.workspace;
            tracing::error!(error, %workspace, "nobody was told that the app was removed");
        }
    }
}

/// Writes to those who connected projects of the workspace, in another that they are linked in.
async fn tell(app: &App, gone: &Gone) -> Result<(), AccountsError> {
    for (person, projects) in whose(app, &gone.workspace).await? {
        let accounts = app.parts().accounts.linked_of(person).await?;
        let installations = &app.parts().installations;
        let reachable = accounts.iter().filter(|one| {
            one.workspace != gone.workspace && installations.get(&one.workspace).is_some()
        });
        match reachable.max_by_key(|one| one.last_used_at) {
            Some(linked) => {
                let message = message(&app.parts().public_url, gone, &projects);
                write_to(app, linked, &message).await;
            }
            None => {
                tracing::warn!(
                    gitlab.user = person,
                    "somebody who connected projects is in no other workspace to be told that the app was removed"
                );
            }
        }
    }
    Ok(())
}

/// The connected projects by GitLab's number of who connected them, as far as they are linked.
async fn whose(
    app: &App,
    workspace: &WorkspaceId,
) -> Result<BTreeMap<u64, Vec<String>>, StoreError> {
    let store = &app.parts().store;
    let linked = store.linked_accounts_in(workspace).await?;
    let mut whose: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for connection in store.connections_in(workspace).await? {
        let owner = linked.iter().find(|one| {
            let by = &connection.connected_by;
            by.slack_user.as_ref() == Some(&one.slack_user) || by.name == one.gitlab_name
        });
        let Some(owner) = owner else {
            tracing::warn!(project = %connection.project, "whoever connected a project is linked no more and is not told that the app was removed");
            continue;
        };
        let projects = whose.entry(owner.gitlab_user).or_default();
        projects.push(connection.project.as_str().to_owned());
    }
    Ok(whose)
}

fn message(public_url: &str, gone: &Gone, projects: &[String]) -> Message {
    let workspace = mrkdwn::escape_line(&gone.name);
    let because = mrkdwn::escape_line(&gone.because);
    let headline = say!("The GitLab app is gone from the workspace {workspace}: {because}.");
    let mut names: Vec<Mrkdwn> = projects
        .iter()
        .take(MOST_NAMED)
        .map(|project| mrkdwn::code(project))
        .collect();
    if MOST_NAMED < projects.len() {
        names.push(say!("{} more", projects.len() - MOST_NAMED));
    }
    let body = say!(
        "You connected {} there. Nothing is told of them in that workspace until the app is installed again; their settings are kept.",
        mrkdwn::and_list(names)
    );
    Message::new(headline.clone(), headline)
        .tone(Tone::Warning)
        .body(body)
        .link("Install it again", &format!("{public_url}/slack/install"))
}

async fn write_to(app: &App, linked: &Linked, message: &Message) {
    let client = app.parts().installations.client(&linked.workspace);
    let channel = linked.slack_user.parse::<ChannelName>();
    let (Some(client), Ok(channel)) = (client, channel) else {
        return;
    };
    let post = PostCard {
        channel: &channel,
        message: &render(message),
        thread: None,
    };
    if let Err(error) = client.post_card(post).await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "somebody was not told that the app was removed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_connected_projects_reads_which_and_what_to_do() {
        let gone = Gone {
            workspace: "T1".parse().unwrap(),
            name: "Acme & Co".to_owned(),
            because: "the app was removed in Slack".to_owned(),
        };
        let projects: Vec<String> = (0..12).map(|n| format!("acme/p{n}")).collect();
        let message = message("https://box.test", &gone, &projects);
        assert_eq!(
            message.headline.as_str(),
            "The GitLab app is gone from the workspace Acme &amp; Co: the app was removed in Slack."
        );
        let body = message.body.unwrap();
        assert!(
            body.as_str().contains("`acme/p9` and 2 more there."),
            "{body}"
        );
        assert_eq!(message.links[0].url, "https://box.test/slack/install");
    }
}
