//! `mr mine`: what waits for whoever types it, in all of GitLab.

use domain::{Message, Mrkdwn, mrkdwn, say};
use futures_util::future;
use gitlab::links::Link;
use gitlab::rest::{Listed, MergeRequest, Part};

use super::card;
use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::links::Addresses;
use crate::slash::{Command, Given, Place};

/// The most that are listed of each group.
const MOST: usize = 10;

pub(in crate::slash) const COMMAND: Command = Command {
    name: "mr mine",
    aliases: &["mrs", "mr list", "merge_request mine", "merge-request mine"],
    summary: "List the open merge requests that wait for your review, that you have to do and that you wrote.",
    arguments: &[],
    place: Place::Anywhere,
    needs_account: true,
    examples: &["mr mine"],
    run: |context, given| Box::pin(run(context, given)),
};

/// Some of somebody's merge requests.
struct Group {
    title: &'static str,
    listed: Listed<MergeRequest>,
}

async fn run(context: &Context<'_>, _: &Given) -> Result<Answer, Stopped> {
    let (gitlab, username) = (context.gitlab()?, &context.account()?.linked.username);
    let (to_review, assigned, written) = future::join3(
        gitlab.merge_requests_to_review(username, MOST),
        gitlab.my_merge_requests(Part::Assignee, MOST),
        gitlab.my_merge_requests(Part::Author, MOST),
    )
    .await;
    let mut groups = Vec::new();
    for (title, listed) in [
        ("Waiting for your review", to_review),
        ("Assigned to you", assigned),
        ("Written by you", written),
    ] {
        let listed = listed.map_err(|error| context.gitlab_said("merge requests", error))?;
        groups.push(Group { title, listed });
    }
    let addresses = Addresses::of(context.app);
    let read = |url: &str| addresses.read(url);
    let messages = messages(groups, &read);
    let none = || vec![none()];
    let mut answer = Answer::ephemeral(Message::new(Mrkdwn::empty(), Mrkdwn::empty()));
    answer.messages = if messages.is_empty() {
        none()
    } else {
        messages
    };
    Ok(answer)
}

/// A message for each group that has something that no group before it had.
fn messages(groups: Vec<Group>, read: &dyn Fn(&str) -> Option<Link>) -> Vec<Message> {
    let mut seen: Vec<u64> = Vec::new();
    let mut messages = Vec::new();
    for Group { title, mut listed } in groups {
        listed.items.retain(|one| !seen.contains(&one.id));
        if listed.items.is_empty() {
            continue;
        }
        seen.extend(listed.items.iter().map(|one| one.id));
        let lines = listed.items.iter().map(|one| line(one, read));
        let message =
            Message::new(say!("{}", title), mrkdwn::bold(title)).body(mrkdwn::join(lines, "\n"));
        messages.push(if listed.is_complete {
            message
        } else {
            message.context(Mrkdwn::fixed("and more; GitLab lists them all"))
        });
    }
    messages
}

fn line(merge_request: &MergeRequest, read: &dyn Fn(&str) -> Option<Link>) -> Mrkdwn {
    let url = merge_request.web_url.as_deref().unwrap_or_default();
    let link = read(url);
    let project = link.as_ref().and_then(Link::project).unwrap_or_default();
    let reference = format!("{project}!{}", merge_request.iid);
    let title = mrkdwn::escape_line(&merge_request.title);
    let state = card::state(merge_request);
    let note = if state == "Open" {
        Mrkdwn::empty()
    } else {
        say!(" ({})", state)
    };
    say!("{} {title}{note}", mrkdwn::link(url, &reference))
}

fn none() -> Message {
    let text = Mrkdwn::fixed("No merge request waits for you.");
    Message::new(text.clone(), text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::card::tests::merge_request;
    use super::*;

    #[test]
    fn each_merge_request_is_listed_once_with_its_project() {
        let one = |id: u64| merge_request(&json!({"id": id, "draft": id == 2}));
        let group = |title, ids: &[u64], is_complete| Group {
            title,
            listed: Listed {
                items: ids.iter().map(|id| one(*id)).collect(),
                is_complete,
            },
        };
        let base = "https://g.ex".parse().unwrap();
        let messages = messages(
            vec![
                group("Waiting for your review", &[1], true),
                group("Assigned to you", &[1], true),
                group("Written by you", &[1, 2], false),
            ],
            &|url| Link::parse(url, &base),
        );
        let bodies: Vec<_> = messages
            .iter()
            .map(|message| message.body.as_ref().unwrap().as_str())
            .collect();
        let link = "<https://g.ex/acme/shop/-/merge_requests/12|acme/shop!12>";
        let title = "Fix &lt;!channel&gt; ∗it∗";
        assert_eq!(
            bodies,
            [format!("{link} {title}"), format!("{link} {title} (Draft)")]
        );
        assert_eq!(messages[1].context.len(), 1);
    }
}
