use serde_json::{Value, json};

use super::*;

const PAGE: Page<'_> = Page {
    path: "acme/shop",
    url: "https://g.ex/acme/shop/-/x",
};

fn read<T: serde::de::DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

fn shown(message: &Message) -> String {
    let facts = message.facts.iter();
    let facts = facts.map(|fact| format!("\n{}: {}", fact.label, fact.value));
    let body = message.body.as_ref().map_or("", Mrkdwn::as_str);
    let facts: String = facts.collect();
    format!("{}\n{body}{facts}", message.headline)
}

#[test]
fn a_comment_says_whose_it_is_and_pings_nobody() {
    let comment = read(json!({
        "id": 1, "body": "**Look** @here <!channel>",
        "author": {"id": 2, "username": "ben", "name": "Ben <!here>"},
    }));
    let card = note(&comment, Noteable::MergeRequest(12), "Fix *it*", &PAGE);
    assert_eq!(
        shown(&card),
        "Ben &lt;!here&gt; commented on <https://g.ex/acme/shop/-/x|Fix ∗it∗ · !12>\n\
         *Look* @here &lt;!channel&gt;"
    );
}

#[test]
fn a_failed_job_says_why() {
    let failed = read(json!({
        "id": 3, "name": "rspec", "status": "failed", "stage": "test",
        "failure_reason": "script_failure", "ref": "main",
    }));
    let card = job(&failed, &PAGE);
    assert_eq!(card.tone, Tone::Danger);
    assert_eq!(
        shown(&card),
        "<https://g.ex/acme/shop/-/x|Job rspec> failed\n\n\
         Stage: `test`\nBranch: `main`\nReason: script failure"
    );
}

#[test]
fn a_commit_shows_what_follows_its_title() {
    let one = read(json!({
        "id": "0123456789abcdef", "title": "Fix it", "message": "Fix it\n\nIt was broken.\n",
        "author_name": "Ana",
    }));
    assert_eq!(
        shown(&commit(&one, &PAGE)),
        "<https://g.ex/acme/shop/-/x|Fix it>\nIt was broken.\nAuthor: Ana\nCommit: `01234567`"
    );
}
