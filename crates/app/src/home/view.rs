//! How a Home looks. The same facts always give the same view.

use domain::{Mrkdwn, mrkdwn, say};
use gitlab::rest::Listed;
use slack::view::{Actions, Block, Button, Confirm, Section, View};

use super::buttons::{LINK, OPEN, REFRESH, REPLAY, UNLINK};
use super::facts::{Board, Facts, Found, Health, Places, Undelivered};
use super::rows;
use crate::slash::merge_request::buttons::approve_button;

/// The most undelivered messages of a project that are shown with a button.
const MOST_UNDELIVERED: usize = 3;

/// The whole view.
pub(crate) fn view(facts: &Facts, places: &Places) -> View {
    match facts {
        Facts::Unlinked => introduced(places).blocks(to_link("Link your GitLab account")),
        Facts::Relink(username) => {
            let name = mrkdwn::code(&format!("@{username}"));
            let text = say!("GitLab no longer takes your link to {name}. Link it again.");
            introduced(places)
                .block(Block::text(&text))
                .blocks(to_link("Link it again"))
        }
        Facts::Loading => View::home()
            .block(Block::header("Your work in GitLab"))
            .block(Block::text(&Mrkdwn::fixed("GitLab is being asked…"))),
        Facts::Linked(board) => board_view(board, places),
    }
}

/// What this is, for whoever opens it for the first time.
fn introduced(places: &Places) -> View {
    let help = mrkdwn::code(&format!("{} help", places.command));
    let text = say!(
        "This app brings GitLab into Slack: channels hear of merge requests, pipelines, issues and deployments, and {help} shows what you can do from here."
    );
    View::home()
        .block(Block::header("GitLab in Slack"))
        .block(Block::text(&text))
        .block(Block::text(&Mrkdwn::fixed(
            "Link your account, and this page shows the reviews, merge requests, issues and pipelines that wait for you. Whatever you do here is done with your own rights in GitLab.",
        )))
}

fn to_link(label: &str) -> [Block; 1] {
    [Block::actions([Button::new(label, LINK).primary().into()])]
}

fn board_view(board: &Board, places: &Places) -> View {
    let view = View::home()
        .block(Block::header("Your work in GitLab"))
        .block(top(places))
        .blocks(missing(board));
    let view = view.blocks(group(
        "Waiting for your review",
        "Nothing waits for your review.",
        &board.to_review,
        |one| {
            let section = Section::new(&rows::merge_request(one));
            match &one.connected {
                Some(project) => section.accessory(approve_button(project, &one.it)).into(),
                None => section.into(),
            }
        },
    ));
    let view = view
        .blocks(lines(
            "Your merge requests",
            "You have no open merge request.",
            &board.mine,
            rows::merge_request,
        ))
        .blocks(lines(
            "Your issues",
            "No open issue is assigned to you.",
            &board.issues,
            rows::issue,
        ))
        .blocks(lines(
            "Your failed pipelines",
            "No pipeline of yours failed.",
            &board.failed_pipelines,
            rows::pipeline,
        ));
    view.blocks(rollouts(board))
        .blocks(projects(&board.projects))
        .blocks(flags(board))
        .blocks(settings(board, places))
}

fn top(places: &Places) -> Block {
    let log = format!("{}/", places.public_url);
    Actions::new([
        Button::new("Refresh", REFRESH).into(),
        Button::new("Open Signalbox", OPEN).url(&log).into(),
    ])
    .into()
}

fn missing(board: &Board) -> Option<Block> {
    let missing = board.missing().into_iter().map(Mrkdwn::fixed).collect();
    let names = mrkdwn::and_list(missing);
    let text = say!(":warning: There was no answer for {names}. Refresh in a minute.");
    (!names.is_empty()).then(|| Block::text(&text))
}

/// A titled group with a block of its own for each; nothing of what is missing.
fn group<T>(
    title: &'static str,
    none: &'static str,
    found: &Found<T>,
    row: impl Fn(&T) -> Block,
) -> Vec<Block> {
    let Some(listed) = found else {
        return Vec::new();
    };
    let mut blocks = titled(title);
    blocks.extend(listed.items.iter().map(row));
    blocks.extend(rest(none, listed));
    blocks
}

/// A titled group whose members are lines of one text.
fn lines<T>(
    title: &'static str,
    none: &'static str,
    found: &Found<T>,
    line: impl Fn(&T) -> Mrkdwn,
) -> Vec<Block> {
    let Some(listed) = found else {
        return Vec::new();
    };
    let mut blocks = titled(title);
    if !listed.items.is_empty() {
        let lines = listed.items.iter().map(line);
        blocks.push(Block::text(&mrkdwn::join(lines, "\n")));
    }
    blocks.extend(rest(none, listed));
    blocks
}

fn titled(title: &'static str) -> Vec<Block> {
    vec![Block::divider(), Block::text(&mrkdwn::bold(title))]
}

/// What stands under a group: that it is empty, or that GitLab has more.
fn rest<T>(none: &'static str, listed: &Listed<T>) -> Option<Block> {
    let text = match (listed.items.is_empty(), listed.is_complete) {
        (true, _) => none,
        (false, false) => "and more; GitLab lists them all",
        (false, true) => return None,
    };
    Some(Block::context([Mrkdwn::fixed(text)]))
}

/// The projects whose news somebody looks after.
fn projects(found: &Found<Health>) -> Vec<Block> {
    let Some(listed) = found.as_ref().filter(|listed| !listed.items.is_empty()) else {
        return Vec::new();
    };
    let mut blocks = titled("Connected projects that you maintain");
    for health in &listed.items {
        blocks.push(Block::text(&rows::health(health)));
        let shown = health.undelivered.iter().take(MOST_UNDELIVERED);
        blocks.extend(shown.map(|one| undelivered(health, one)));
    }
    blocks.extend(rest("", listed));
    blocks
}

fn undelivered(health: &Health, one: &Undelivered) -> Block {
    let value = format!("{} {}", one.delivery, health.project);
    let replay = Button::new("Replay", REPLAY).value(value);
    Section::new(&rows::undelivered(one))
        .accessory(replay)
        .into()
}

/// Rollouts are shown to whoever they concern.
fn rollouts(board: &Board) -> Vec<Block> {
    let theirs = board.rollouts.as_ref();
    if theirs.is_none_or(|listed| listed.items.is_empty()) {
        return Vec::new();
    }
    lines(
        "Rollouts that concern you",
        "",
        &board.rollouts,
        rows::rollout,
    )
}

/// Flags are shown to whoever changes some.
fn flags(board: &Board) -> Vec<Block> {
    let owned = board.flags.as_ref();
    if owned.is_none_or(|listed| listed.items.is_empty()) {
        return Vec::new();
    }
    lines(
        "Flags that you changed last",
        "",
        &board.flags,
        rows::owned_flag,
    )
}

fn settings(board: &Board, places: &Places) -> Vec<Block> {
    let name = mrkdwn::code(&format!("@{}", board.username));
    let workspace = mrkdwn::escape_line(&places.workspace_name);
    let text = say!("In {workspace} you are {name} in GitLab; commands run with your rights.");
    let account = format!("{}/account", places.public_url);
    let confirm = Confirm::new(
        "Unlink your account?",
        "Commands and this page stop working for you until you link it again. Its tokens are deleted here, and revoked in GitLab when that answers.",
        "Unlink",
    )
    .deny("Stay linked")
    .danger();
    let actions = Actions::new([
        Button::new("Your account", OPEN).url(&account).into(),
        Button::new("This workspace", OPEN)
            .url(&places.workspace_url)
            .into(),
        Button::new("Unlink", UNLINK)
            .danger()
            .confirm(confirm)
            .into(),
    ]);
    let help = mrkdwn::code(&format!("{} help", places.command));
    let mut blocks = titled("Settings");
    blocks.push(Block::text(&text));
    blocks.push(actions.into());
    blocks.push(Block::context([say!("{help} shows what you can type")]));
    blocks
}

#[cfg(test)]
mod tests;
