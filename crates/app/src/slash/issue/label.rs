//! `issue label`: labels given and taken.

use commands::wording::{Name, did_you_mean, nearest};
use gitlab::rest::{Label, LabelChange, Place as Where};

use super::{card, one};
use crate::answer::{Answer, Refused, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "issue label",
    aliases: &["issue labels"],
    summary: "Give labels to an issue, and with a dash before them take them. Commas stand between labels.",
    arguments: &[Argument::ISSUE, Argument::needed("LABELS", Kind::Line)],
    place: Place::Project,
    needs_account: true,
    examples: &[
        "issue label shop#12 bug",
        "shop issue label 12 needs review, -workflow::blocked",
    ],
    run: |context, given| Box::pin(run(context, given)),
};

/// The most labels that are changed at once: GitLab is asked about each.
const MOST: usize = 20;

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let iid = given.number("#ISSUE");
    let asked = read(given.text("LABELS")).map_err(Stopped::Refused)?;
    let mut labels = LabelChange::default();
    for name in &asked.add {
        labels.add.push(existing(context, name).await?);
    }
    if !asked.remove.is_empty() {
        let issue = one::find(context, iid).await?;
        for name in &asked.remove {
            labels.remove.push(held(&issue.labels, name, iid)?);
        }
    }
    let (gitlab, project) = (context.gitlab()?, context.place()?);
    let issue = gitlab.change_issue_labels(&project, iid, &labels).await;
    let issue = issue.map_err(|error| context.gitlab_said(&one::called(iid), error))?;
    Ok(card::answer(context.project()?, &issue))
}

/// `bug, ~"needs review", -wontfix`.
fn read(text: &str) -> Result<LabelChange, Refused> {
    let mut labels = LabelChange::default();
    for word in text.split(',') {
        let word = word.trim();
        let (list, name) = match word.strip_prefix('-') {
            Some(name) => (&mut labels.remove, name),
            None => (&mut labels.add, word.strip_prefix('+').unwrap_or(word)),
        };
        let name = name.trim().trim_start_matches('~').trim_matches('"');
        if !name.is_empty() {
            list.push(name.to_owned());
        }
    }
    match labels.add.len() + labels.remove.len() {
        0 => Err(Refused("no label is named".to_owned())),
        count if MOST < count => Err(Refused(format!(
            "{count} labels are too many for one command; at most {MOST} are changed"
        ))),
        _ => Ok(labels),
    }
}

/// The label as the project spells it. GitLab would make one that is not there, so that a
/// mistyped name became a label.
async fn existing(context: &Context<'_>, name: &str) -> Result<String, Stopped> {
    let (gitlab, place) = (context.gitlab()?, Where::Project(context.place()?));
    let said = |error| context.gitlab_said("label", error);
    let found = gitlab
        .labels_matching(&place, name, 100)
        .await
        .map_err(said)?;
    if let Some(label) = spelled(&found.items, name) {
        return Ok(label);
    }
    let all = gitlab
        .labels_matching(&place, "", 500)
        .await
        .map_err(said)?;
    let names = all.items.iter().map(|label| label.name.as_str());
    let near = did_you_mean(&nearest(name, names));
    Err(Stopped::Refused(Refused(format!(
        "there is no label {} in {}{near}; labels are made in GitLab",
        Name(name),
        Name(context.project()?.as_str())
    ))))
}

/// The label of exactly this name, else the one in another case.
fn spelled(labels: &[Label], name: &str) -> Option<String> {
    let exact = labels.iter().find(|label| label.name == name);
    let lower = name.to_lowercase();
    let in_any_case = || {
        labels
            .iter()
            .find(|label| label.name.to_lowercase() == lower)
    };
    Some(exact.or_else(in_any_case)?.name.clone())
}

/// The label as the issue has it.
fn held(labels: &[String], name: &str, iid: u64) -> Result<String, Stopped> {
    let lower = name.to_lowercase();
    let held = labels.iter().find(|label| label.to_lowercase() == lower);
    held.cloned().ok_or_else(|| {
        Stopped::Refused(Refused(format!(
            "{} has no label {}",
            one::called(iid),
            Name(name)
        )))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_as_people_and_gitlab_write_them() {
        let labels = |add: &[&str], remove: &[&str]| {
            let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
            Ok(LabelChange {
                add: owned(add),
                remove: owned(remove),
            })
        };
        for (text, expected) in [
            ("bug", labels(&["bug"], &[])),
            (
                "needs review, -wontfix",
                labels(&["needs review"], &["wontfix"]),
            ),
            (
                r#"~"type::a b", +x , - ~y"#,
                labels(&["type::a b", "x"], &["y"]),
            ),
            (" , ", Err(Refused("no label is named".to_owned()))),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn too_many_labels_are_refused() {
        let many = vec!["a"; MOST + 1].join(",");
        assert_eq!(
            read(&many).map_err(|why| why.to_string()),
            Err("21 labels are too many for one command; at most 20 are changed".to_owned())
        );
    }
}
