//! A merge request as a card.

use domain::message::Tone;
use domain::{Message, Mrkdwn, ProjectPath, mrkdwn, say};
use gitlab::rest::{Approvals, MergeRequest, MergeRequestState, PipelineStatus};

use super::buttons;
use crate::answer::Answer;
use crate::slash::{people, pipeline};

/// A merge request's card with its buttons, and what was just done to it.
pub(super) fn answer(
    project: &ProjectPath,
    merge_request: &MergeRequest,
    approvals: Option<&Approvals>,
    deed: Mrkdwn,
) -> Answer {
    let card = of(merge_request, approvals).body(deed);
    Answer::in_channel(card).controls(buttons::row(project, merge_request, approvals))
}

/// What a channel sees of a merge request: its title with its number, whose it is, how far it is
/// and what stands in its way.
pub(crate) fn of(merge_request: &MergeRequest, approvals: Option<&Approvals>) -> Message {
    let label = format!("{} · !{}", merge_request.title, merge_request.iid);
    let title = match &merge_request.web_url {
        Some(url) => mrkdwn::link(url, &label),
        None => mrkdwn::bold(&label),
    };
    let summary = say!(
        "Merge request !{}: {}",
        merge_request.iid,
        mrkdwn::escape_line(&merge_request.title)
    );
    let author = merge_request.author.as_ref();
    Message::new(summary, title)
        .tone(tone(merge_request))
        .fact("Author", author.map_or_else(Mrkdwn::empty, people::linked))
        .fact("Branches", branches(merge_request))
        .fact("Assignee", people::some(&merge_request.assignees))
        .fact("Reviewers", people::some(&merge_request.reviewers))
        .fact("Approvals", approvals.map_or_else(Mrkdwn::empty, approved))
        .fact("Pipeline", of_pipeline(merge_request))
        .context(state_line(merge_request))
        .context(in_the_way(merge_request))
}

/// How far it is, in a word.
pub(crate) fn state(merge_request: &MergeRequest) -> &'static str {
    match merge_request.state {
        MergeRequestState::Opened if merge_request.draft => "Draft",
        MergeRequestState::Opened => "Open",
        MergeRequestState::Closed => "Closed",
        MergeRequestState::Locked => "Being merged",
        MergeRequestState::Merged => "Merged",
    }
}

fn tone(merge_request: &MergeRequest) -> Tone {
    match merge_request.state {
        MergeRequestState::Opened if merge_request.has_conflicts => Tone::Warning,
        MergeRequestState::Opened if merge_request.draft => Tone::Neutral,
        MergeRequestState::Opened | MergeRequestState::Locked => Tone::Work,
        MergeRequestState::Closed => Tone::Danger,
        MergeRequestState::Merged => Tone::Good,
    }
}

fn branches(merge_request: &MergeRequest) -> Mrkdwn {
    let target = mrkdwn::code(&merge_request.target_branch);
    match &merge_request.source_branch {
        Some(source) => say!("{} → {target}", mrkdwn::code(source)),
        None => say!("→ {target}"),
    }
}

/// `2 of 3: Ana and Ben`; without the number asked for where the edition knows none.
fn approved(approvals: &Approvals) -> Mrkdwn {
    let by = approvals.approved_by.iter();
    let users: Vec<_> = by.map(|approval| approval.user.clone()).collect();
    let given = users.len();
    let count = match (approvals.approvals_required, approvals.approvals_left) {
        (Some(0) | None, _) | (_, None) if given == 0 => return Mrkdwn::fixed("_None_"),
        (Some(0) | None, _) | (_, None) => say!("{}", given),
        (Some(required), Some(left)) => say!("{} of {}", required.saturating_sub(left), required),
    };
    match people::some(&users) {
        nobody if nobody.is_empty() => count,
        names => say!("{count}: {names}"),
    }
}

fn of_pipeline(merge_request: &MergeRequest) -> Mrkdwn {
    let Some(of_head) = &merge_request.head_pipeline else {
        return Mrkdwn::empty();
    };
    let status = pipeline::card::status(of_head.status);
    let label = format!("#{}", of_head.id);
    match &of_head.web_url {
        Some(url) => say!("{} {}", mrkdwn::link(url, &label), status),
        None => say!("#{} {}", of_head.id, status),
    }
}

fn state_line(merge_request: &MergeRequest) -> Mrkdwn {
    say!(
        "{} · :+1: {} · :-1: {} · :speech_balloon: {}",
        state(merge_request),
        merge_request.upvotes,
        merge_request.downvotes,
        merge_request.user_notes_count
    )
}

/// What keeps an open merge request from being merged, as far as GitLab says.
fn in_the_way(merge_request: &MergeRequest) -> Mrkdwn {
    if merge_request.state != MergeRequestState::Opened {
        return Mrkdwn::empty();
    }
    if merge_request.merge_when_pipeline_succeeds {
        return Mrkdwn::fixed("It will be merged by itself when its checks have passed");
    }
    let status = merge_request.detailed_merge_status;
    match status.map(gitlab::rest::MergeStatus::in_the_way) {
        Some(Some(why)) => say!("Cannot be merged: {}", why),
        Some(None) => Mrkdwn::fixed("Can be merged"),
        None if merge_request.has_conflicts => {
            Mrkdwn::fixed("Cannot be merged: it has conflicts with its target branch")
        }
        None => Mrkdwn::empty(),
    }
}

/// Whether its pipeline is still on its way, so that it can be merged when that has succeeded.
pub(super) fn pipeline_runs(merge_request: &MergeRequest) -> bool {
    let status = merge_request.head_pipeline.as_ref().map(|one| one.status);
    match status {
        Some(
            PipelineStatus::Created
            | PipelineStatus::WaitingForResource
            | PipelineStatus::Preparing
            | PipelineStatus::Pending
            | PipelineStatus::Running
            | PipelineStatus::Scheduled,
        ) => true,
        Some(
            PipelineStatus::Success
            | PipelineStatus::Failed
            | PipelineStatus::Canceling
            | PipelineStatus::Canceled
            | PipelineStatus::Skipped
            | PipelineStatus::Manual
            | PipelineStatus::Other,
        )
        | None => false,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use super::*;

    pub(in crate::slash::merge_request) fn merge_request(more: &Value) -> MergeRequest {
        let user = json!({"id": 1, "username": "ana", "name": "Ana <!here>",
                          "web_url": "https://g.ex/ana"});
        let mut all = json!({
            "id": 7, "iid": 12, "project_id": 3, "title": "Fix <!channel> *it*", "state": "opened",
            "source_branch": "fix", "target_branch": "main", "sha": "abc",
            "web_url": "https://g.ex/acme/shop/-/merge_requests/12", "author": user,
            "assignees": [user], "reviewers": [], "upvotes": 2, "downvotes": 0,
            "user_notes_count": 5, "detailed_merge_status": "mergeable",
            "head_pipeline": {"id": 9, "status": "success", "web_url": "https://g.ex/p/9"},
        });
        for (key, value) in more.as_object().unwrap() {
            all[key] = value.clone();
        }
        serde_json::from_value(all).unwrap()
    }

    fn approvals(json: Value) -> Approvals {
        serde_json::from_value(json).unwrap()
    }

    fn shown(message: &Message) -> String {
        let facts = message.facts.iter();
        let facts: Vec<_> = facts
            .map(|fact| format!("{}: {}", fact.label, fact.value))
            .collect();
        let context: Vec<_> = message.context.iter().map(Mrkdwn::as_str).collect();
        format!(
            "{}\n{}\n{}",
            message.headline,
            facts.join("\n"),
            context.join("\n")
        )
    }

    #[test]
    fn a_card_tells_whose_it_is_how_far_and_pings_nobody() {
        let approvals = approvals(json!({
            "approvals_required": 3, "approvals_left": 1,
            "approved_by": [{"user": {"id": 2, "username": "ben", "name": "Ben"}}],
        }));
        let card = of(&merge_request(&json!({})), Some(&approvals));
        assert_eq!(
            shown(&card),
            "<https://g.ex/acme/shop/-/merge_requests/12|Fix &lt;!channel&gt; ∗it∗ · !12>\n\
             Author: <https://g.ex/ana|Ana &lt;!here&gt;>\n\
             Branches: `fix` → `main`\n\
             Assignee: <https://g.ex/ana|Ana &lt;!here&gt;>\n\
             Approvals: 2 of 3: Ben\n\
             Pipeline: <https://g.ex/p/9|#9> succeeded\n\
             Open · :+1: 2 · :-1: 0 · :speech_balloon: 5\n\
             Can be merged"
        );
    }

    #[test]
    fn what_is_in_the_way_is_said_of_open_ones_alone() {
        for (more, expected) in [
            (
                json!({"detailed_merge_status": "draft_status", "draft": true}),
                "Cannot be merged: it is a draft",
            ),
            (
                json!({"detailed_merge_status": null, "has_conflicts": true}),
                "Cannot be merged: it has conflicts with its target branch",
            ),
            (
                json!({"merge_when_pipeline_succeeds": true}),
                "It will be merged by itself when its checks have passed",
            ),
            (
                json!({"state": "merged", "detailed_merge_status": "not_open"}),
                "",
            ),
        ] {
            let said = in_the_way(&merge_request(&more));
            assert_eq!(said.as_str(), expected, "{more}");
        }
    }

    #[test]
    fn approvals_are_counted_as_far_as_the_edition_knows() {
        let ben = json!([{"user": {"id": 2, "username": "ben", "name": "Ben"}}]);
        for (json, expected) in [
            (json!({"approved_by": []}), "_None_"),
            (json!({"approved_by": ben}), "1: Ben"),
            (
                json!({"approved_by": ben, "approvals_required": 0, "approvals_left": 0}),
                "1: Ben",
            ),
            (
                json!({"approved_by": [], "approvals_required": 2, "approvals_left": 2}),
                "0 of 2",
            ),
        ] {
            let said = approved(&approvals(json.clone()));
            assert_eq!(said.as_str(), expected, "{json}");
        }
    }
}
