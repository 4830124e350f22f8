//! `mr merge`: at once, or when the pipeline has succeeded.

use super::accept::{self, When};
use super::one;
use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place};

const WHEN: &str = "when pipeline succeeds";

pub(in crate::slash) const COMMAND: Command = Command {
    name: "mr merge",
    aliases: &["merge_request merge", "merge-request merge"],
    summary: "Merge a merge request: at once, or when its pipeline has succeeded.",
    arguments: &[
        Argument::MERGE_REQUEST,
        Argument::optional(WHEN, Kind::Line),
    ],
    place: Place::Project,
    needs_account: true,
    examples: &[
        "mr merge shop!12",
        "shop mr merge 12 when pipeline succeeds",
    ],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let iid = given.number("!MR");
    let when = when(given.text(WHEN)).ok_or_else(|| {
        Stopped::because(
            "only `when pipeline succeeds` can follow, as in `mr merge 12 when pipeline succeeds`",
        )
    })?;
    let merge_request = one::find(context, iid).await?;
    let sha = merge_request.sha.clone();
    accept::merge(context, &merge_request, sha, when).await
}

fn when(text: &str) -> Option<When> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["now"] => Some(When::Now),
        ["auto"]
        | ["when", "pipeline", "succeeds"]
        | ["when", "the", "pipeline", "succeeds"]
        | ["when", "checks", "pass"]
        | ["when", "all", "checks", "pass"] => Some(When::ChecksPass),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_it_is_merged_is_typed_as_gitlab_says_it() {
        for (text, expected) in [
            ("", Some(When::Now)),
            ("when pipeline succeeds", Some(When::ChecksPass)),
            ("When  the Pipeline succeeds", Some(When::ChecksPass)),
            ("when checks pass", Some(When::ChecksPass)),
            ("later", None),
            ("when pipeline", None),
        ] {
            assert_eq!(when(text), expected, "{text}");
        }
    }
}
