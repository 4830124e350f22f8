//! How the news of the projects that somebody maintains get through.

use domain::{ChannelName, Mrkdwn, ProjectPath, mrkdwn};
use futures_util::stream::{self, StreamExt as _};
use gitlab::rest::Listed;
use store::{DeadLetter, StoreError};

use super::facts::{Found, Health, Undelivered};
use super::gather::{AT_A_TIME, Asking, MOST_PROJECTS};

/// The most undelivered messages of a project that are counted.
const MOST_COUNTED: u32 = 20;

/// The connected projects that the person maintains; nothing when that cannot be told.
pub(super) async fn of_maintained(asking: &Asking<'_>) -> Found<Health> {
    let mut asked = Vec::new();
    for connection in asking.connections.iter().take(MOST_PROJECTS) {
        asked.push(of_one(asking, &connection.project));
    }
    let answers: Vec<_> = stream::iter(asked).buffered(AT_A_TIME).collect().await;
    let items: Option<Vec<_>> = answers.into_iter().collect();
    Some(Listed {
        items: items?.into_iter().flatten().collect(),
        is_complete: asking.connections.len() <= MOST_PROJECTS,
    })
}

/// `Some(None)` for a project that they do not maintain.
async fn of_one(asking: &Asking<'_>, project: &ProjectPath) -> Option<Option<Health>> {
    let accounts = &asking.app.parts().accounts;
    let maintains = accounts.may_administer_project(asking.linked, project);
    let maintains = maintains.await.inspect_err(|error| {
        tracing::warn!(%error, "cannot tell which projects somebody maintains");
    });
    if !maintains.ok()? {
        return Some(None);
    }
    let health = of_project(asking, project).await.inspect_err(|error| {
        tracing::warn!(%error, "cannot tell what of a project did not get through");
    });
    health.ok().map(Some)
}

async fn of_project(asking: &Asking<'_>, project: &ProjectPath) -> Result<Health, StoreError> {
    let store = &asking.app.parts().store;
    let projects = std::slice::from_ref(project);
    let letters = store.dead_letters_of_projects(projects, MOST_COUNTED + 1);
    let mut letters = letters.await?;
    let has_more = MOST_COUNTED as usize <= letters.len().saturating_sub(1);
    letters.truncate(MOST_COUNTED as usize);
    Ok(Health {
        project: project.clone(),
        undelivered: letters.into_iter().map(undelivered).collect(),
        has_more,
    })
}

fn undelivered(letter: DeadLetter) -> Undelivered {
    let delivery = letter.delivery;
    Undelivered {
        channel: channel(&delivery.channel),
        title: letter
            .title
            .unwrap_or_else(|| "a digest of several events".to_owned()),
        reason: delivery.reason.unwrap_or_default(),
        remedy: delivery.remedy.unwrap_or_default(),
        delivery: delivery.id,
    }
}

/// A channel as people see it: by its name where Slack knows the id.
pub(super) fn channel(channel: &ChannelName) -> Mrkdwn {
    let name = channel.as_str();
    let is_id = name.starts_with(['C', 'G'])
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if is_id {
        Mrkdwn::from_trusted(format!("<#{name}>"))
    } else {
        mrkdwn::code(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_shown_by_the_name_that_it_has() {
        for (name, expected) in [
            ("C0GENERAL", "<#C0GENERAL>"),
            ("#general", "`#general`"),
            ("U0ANA", "`U0ANA`"),
        ] {
            assert_eq!(channel(&name.parse().unwrap()).as_str(), expected);
        }
    }
}
