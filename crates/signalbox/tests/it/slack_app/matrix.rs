//! Every command of `/gitlab` in every situation: one table, and a picture of each row.
//!
//! A command that is not in the table fails the test; a situation that a command cannot meet is
//! in the table with its reason.

mod about;
mod channels;
mod issues;
mod merge_requests;
mod pipelines;
mod run;

use std::collections::BTreeSet;

use app::slash::COMMANDS;
use signalbox::config::Transport;

/// A command, and what is typed in each situation.
pub struct Row {
    pub command: &'static str,
    /// What ana types before, so that there is something to do.
    pub before: &'static [&'static str],
    /// What ana types after `/gitlab`, and what is done.
    pub line: &'static str,
    /// raj, who is in no group that matters, types it, unless somebody else is named.
    pub denied: Try,
    pub not_found: Try,
    pub misread: Try,
    /// eve, who has linked no account.
    pub unlinked: Try,
    pub gitlab_down: Try,
    pub gitlab_slow: Try,
    /// Whether the first word waits for nothing that GitLab is asked.
    pub answers_first: bool,
    /// What has to happen in GitLab before the command ends.
    pub ends: Option<&'static [(&'static str, &'static str)]>,
}

/// What somebody tries in a situation.
pub enum Try {
    /// The row's own line.
    Same,
    /// Another line.
    Types(&'static str),
    /// Somebody else types another line.
    By(&'static str, &'static str),
    /// There is no such situation, and why.
    Never(&'static str),
}

/// A row that differs from the others in nothing but its lines.
pub const ROW: Row = Row {
    command: "",
    before: &[],
    line: "",
    denied: Try::Same,
    not_found: Try::Same,
    misread: Try::Same,
    unlinked: Try::Same,
    gitlab_down: Try::Same,
    gitlab_slow: Try::Same,
    answers_first: false,
    ends: None,
};

/// Every row, topic by topic.
pub const TABLE: &[&[Row]] = &[
    issues::ROWS,
    merge_requests::ROWS,
    pipelines::ROWS,
    channels::ROWS,
    about::ROWS,
];

#[test]
fn the_table_has_every_command_once() {
    let rows: Vec<&str> = TABLE
        .iter()
        .copied()
        .flatten()
        .map(|row| row.command)
        .collect();
    let in_table: BTreeSet<&str> = rows.iter().copied().collect();
    let commands: BTreeSet<&str> = COMMANDS.iter().map(|command| command.name).collect();
    assert_eq!(in_table, commands);
    assert_eq!(rows.len(), in_table.len(), "a command is there twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_does_the_same_over_both_transports() {
    let happened = [issues::HAPPENED, pipelines::HAPPENED].concat();
    let (requests, sockets) = tokio::join!(
        run::done_over(Transport::Http, &happened),
        run::done_over(Transport::Socket, &happened),
    );
    assert_eq!(requests.len(), COMMANDS.len());
    for (request, socket) in requests.iter().zip(&sockets) {
        assert_eq!(request, socket);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn issues_in_every_situation() {
    run::all(issues::ROWS, issues::HAPPENED).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn merge_requests_in_every_situation() {
    run::all(merge_requests::ROWS, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pipelines_in_every_situation() {
    run::all(pipelines::ROWS, pipelines::HAPPENED).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_and_projects_in_every_situation() {
    run::all(channels::ROWS, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_and_help_in_every_situation() {
    run::all(about::ROWS, &[]).await;
}
