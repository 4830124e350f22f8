//! Quick actions: lines such as `/close` in a description or comment.
//!
//! The common ones of issues and merge requests. A line that is none of them stays text, as does
//! everything in a code block.

mod on_issue;
mod on_merge_request;

pub(in crate::gitlab) use on_issue::{create, on_issue};
pub(in crate::gitlab) use on_merge_request::on_merge_request;

/// One line's command and what stands behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::gitlab) struct Action {
    pub name: &'static str,
    pub value: String,
}

/// A text without its quick actions, and these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::gitlab) struct Read {
    pub text: String,
    pub actions: Vec<Action>,
}

/// What became of the quick actions, in GitLab's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::gitlab) struct Told {
    pub done: Vec<String>,
    pub refused: Vec<String>,
}

/// Each with the name that it goes by here.
const KNOWN: &[(&str, &str)] = &[
    ("label", "label"),
    ("labels", "label"),
    ("unlabel", "unlabel"),
    ("relabel", "relabel"),
    ("assign", "assign"),
    ("reassign", "reassign"),
    ("unassign", "unassign"),
    ("assign_reviewer", "assign_reviewer"),
    ("reviewer", "assign_reviewer"),
    ("request_review", "assign_reviewer"),
    ("close", "close"),
    ("reopen", "reopen"),
    ("open", "reopen"),
    ("title", "title"),
    ("confidential", "confidential"),
    ("severity", "severity"),
    ("zoom", "zoom"),
    ("remove_zoom", "remove_zoom"),
    ("milestone", "milestone"),
    ("remove_milestone", "remove_milestone"),
    ("due", "due"),
    ("remove_due_date", "remove_due_date"),
    ("draft", "draft"),
    ("ready", "ready"),
    ("approve", "approve"),
    ("unapprove", "unapprove"),
    ("merge", "merge"),
];

/// Takes the quick actions out of a text.
pub(in crate::gitlab) fn read(text: &str) -> Read {
    let mut read = Read::default();
    let mut lines = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        in_code ^= line.trim_start().starts_with("```");
        match action(line).filter(|_| !in_code) {
            Some(action) => read.actions.push(action),
            None => lines.push(line),
        }
    }
    read.text = lines.join("\n").trim().to_owned();
    if read.actions.is_empty() {
        text.clone_into(&mut read.text);
    }
    read
}

fn action(line: &str) -> Option<Action> {
    let line = line.trim_end().strip_prefix('/')?;
    let (word, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let word = word.to_lowercase();
    let (_, name) = KNOWN.iter().find(|(known, _)| *known == word)?;
    Some(Action {
        name,
        value: value.trim().to_owned(),
    })
}

impl Action {
    /// Names of people: `@ana @ben`; `me` is who acts.
    fn people(&self, me: &str) -> Vec<String> {
        let words = self.value.split([' ', ',']);
        let names = words.map(|word| word.trim_start_matches('@'));
        names
            .filter(|name| !name.is_empty())
            .map(|name| if name == "me" { me } else { name }.to_owned())
            .collect()
    }

    /// Titles of labels: `~bug ~"needs work"`.
    fn labels(&self) -> Vec<String> {
        let mut titles = Vec::new();
        let mut rest = self.value.trim();
        while !rest.is_empty() {
            rest = rest.trim_start_matches([' ', ',']).trim_start_matches('~');
            let (title, after) = match rest.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => rest.split_once([' ', ',']).unwrap_or((rest, "")),
            };
            if !title.is_empty() {
                titles.push(title.to_owned());
            }
            rest = after.trim_start();
        }
        titles
    }
}

impl Told {
    fn done(&mut self, said: impl Into<String>) {
        self.done.push(said.into());
    }

    fn refused(&mut self, action: &Action) {
        self.refused
            .push(format!("Could not apply {} command.", action.name));
    }
}

/// ~bug and ~"needs work", as GitLab writes them.
fn references(titles: &[String]) -> String {
    let one = |title: &String| match title.contains(' ') {
        true => format!("~\"{title}\""),
        false => format!("~{title}"),
    };
    titles.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quick_actions_are_taken_out_of_a_text_and_what_is_none_stays() {
        let text =
            "It hangs.\n\n/label ~bug ~\"needs work\"\n/Close\n/tmp/x is full\n```\n/close\n```";
        let read = read(text);
        assert_eq!(read.text, "It hangs.\n\n/tmp/x is full\n```\n/close\n```");
        let names: Vec<&str> = read.actions.iter().map(|action| action.name).collect();
        assert_eq!(names, ["label", "close"]);
        assert_eq!(read.actions[0].labels(), ["bug", "needs work"]);
        let assign = action("/assign me, @ben").unwrap();
        assert_eq!(assign.people("ana"), ["ana", "ben"]);
    }

    #[test]
    fn a_text_without_any_is_left_as_it_is() {
        let text = "  two spaces\n\n";
        assert_eq!(read(text).text, text);
    }
}
