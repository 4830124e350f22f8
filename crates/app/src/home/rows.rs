//! The lines of a Home. Titles and names are text, never markup.

use domain::{Mrkdwn, mrkdwn, say};
use gitlab::rest::{Issue, MergeRequest, Pipeline};

use super::facts::{FlagState, Health, OfProject, OwnedFlag, RolloutLine, Standing, Undelivered};
use crate::slash::{merge_request::card, pipeline};

/// `acme/shop!12 Title · Ana · Draft`.
pub(super) fn merge_request(one: &OfProject<MergeRequest>) -> Mrkdwn {
    let it = &one.it;
    let reference = format!("{}!{}", one.project, it.iid);
    let author = it.author.as_ref();
    let state = card::state(it);
    let notes = [
        author.map_or_else(Mrkdwn::empty, |author| mrkdwn::escape_line(&author.name)),
        Mrkdwn::fixed(if state == "Open" { "" } else { state }),
        Mrkdwn::fixed(if it.has_conflicts {
            "has conflicts"
        } else {
            ""
        }),
    ];
    line(it.web_url.as_deref(), &reference, &it.title, notes)
}

/// `acme/shop#12 Title · due 2026-01-31`.
pub(super) fn issue(one: &OfProject<Issue>) -> Mrkdwn {
    let it = &one.it;
    let reference = format!("{}#{}", one.project, it.iid);
    let due = it.due_date.map_or_else(Mrkdwn::empty, |due| {
        mrkdwn::escape_line(&format!("due {due}"))
    });
    let hidden = Mrkdwn::fixed(if it.confidential { "confidential" } else { "" });
    line(it.web_url.as_deref(), &reference, &it.title, [due, hidden])
}

/// `acme/shop Pipeline #9 failed on main`.
pub(super) fn pipeline(one: &OfProject<Pipeline>) -> Mrkdwn {
    let it = &one.it;
    let label = format!("{} pipeline #{}", one.project, it.id);
    let link = mrkdwn::link(it.web_url.as_deref().unwrap_or_default(), &label);
    let status = pipeline::card::status(it.status);
    match &it.revision {
        Some(revision) => say!("{link} {} on {}", status, mrkdwn::code(revision)),
        None => say!("{link} {}", status),
    }
}

/// How a project's news get through, in a line.
pub(super) fn health(health: &Health) -> Mrkdwn {
    let project = mrkdwn::code(health.project.as_str());
    match (health.undelivered.len(), health.has_more) {
        (0, _) => say!("{project} :white_check_mark: every message got through"),
        (1, false) => say!("{project} :warning: a message did not get through"),
        (count, false) => say!("{project} :warning: {} messages did not get through", count),
        (count, true) => say!(
            "{project} :warning: more than {} messages did not get through",
            count
        ),
    }
}

/// What did not get through, why, and what to do.
pub(super) fn undelivered(one: &Undelivered) -> Mrkdwn {
    let title = mrkdwn::escape_line(&one.title);
    let channel = &one.channel;
    let reason = mrkdwn::escape_line(&one.reason);
    let remedy = mrkdwn::escape_line(&one.remedy);
    mrkdwn::join(
        [
            say!("{title} → {channel}"),
            mrkdwn::join([reason, remedy], "; "),
        ],
        "\n",
    )
}

/// `tidy_sidebar` in production is enabled.
pub(super) fn owned_flag(one: &OwnedFlag) -> Mrkdwn {
    let (flag, environment) = (
        mrkdwn::code(one.flag.as_str()),
        mrkdwn::escape_line(one.environment.as_str()),
    );
    let state = match one.state {
        FlagState::Enabled => "is enabled",
        FlagState::Disabled => "is disabled",
        FlagState::Conditional => "is enabled for some",
        FlagState::Untouched => "is as its definition says",
    };
    let group = one
        .group
        .as_deref()
        .map_or_else(Mrkdwn::empty, |group| say!(" · {}", mrkdwn::code(group)));
    say!("{flag} in {environment} {}{group}", state)
}

/// `tidy_sidebar` is held at 25-percent, open for 25 %: waits for you with …
pub(super) fn rollout(one: &RolloutLine) -> Mrkdwn {
    let flag = mrkdwn::link(&one.page, one.flag.as_str());
    let standing = match one.standing {
        Standing::GoesOn => "goes on",
        Standing::Held => "is held",
        Standing::GoesBack => "is being rolled back",
    };
    let stage = mrkdwn::bold(&one.stage);
    let share = mrkdwn::escape(&one.percentage.number().to_string());
    let waits = one.waits.as_deref().map_or_else(Mrkdwn::empty, |words| {
        say!(" :hourglass: waits for you: {}", mrkdwn::escape_line(words))
    });
    say!("{flag} {} at {stage}, open for {share} %{waits}", standing)
}

fn line<const N: usize>(
    url: Option<&str>,
    reference: &str,
    title: &str,
    notes: [Mrkdwn; N],
) -> Mrkdwn {
    let link = mrkdwn::link(url.unwrap_or_default(), reference);
    let title = mrkdwn::escape_line(title);
    let notes = mrkdwn::join(notes, " · ");
    if notes.is_empty() {
        return say!("{link} {title}");
    }
    say!("{link} {title} · {notes}")
}
