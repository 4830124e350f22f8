//! What is proposed: the files that change by themselves, and the list of what people have to do.

use flags::FlagKey;
use gitlab::rest::{FileAction, SourceFile};
use rollouts::plan::Links;

use super::ruby::{self, Use};
use super::uses::{Uses, in_javascript};

/// Lines that are listed; the rest is counted.
const MOST_LISTED: usize = 100;

/// A merge request, or an issue, that removes a flag.
pub(super) struct Proposal {
    pub title: String,
    pub description: String,
    pub commit_message: String,
    pub actions: Vec<FileAction>,
}

/// A line that people have to look at.
struct Left {
    path: String,
    of: Use,
}

impl Proposal {
    pub(super) fn of(flag: &FlagKey, links: &Links, uses: &Uses) -> Self {
        let (mut actions, mut left) = (Vec::new(), Vec::new());
        for file in &uses.files {
            if is_about(&file.path, flag) {
                actions.push(FileAction::Delete {
                    file_path: file.path.clone(),
                    last_commit_id: Some(file.last_commit_id.clone()),
                });
                continue;
            }
            let (action, lines) = edit(file, flag);
            actions.extend(action);
            left.extend(lines.into_iter().map(|of| Left {
                path: file.path.clone(),
                of,
            }));
        }
        let title = format!("Remove the feature flag {flag}");
        Self {
            description: description(flag, links, &actions, &left, uses),
            // GitLab's changelog is made from these trailers.
            commit_message: format!(
                "{title}\n\nWhat was behind it is there for everybody now.\n\nChangelog: changed\n"
            ),
            title,
            actions,
        }
    }
}

/// The flag's definition and its plan.
fn is_about(path: &str, flag: &FlagKey) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    [".yml", ".yaml", ".rollout.yml", ".rollout.yaml"]
        .iter()
        .any(|ending| file.strip_suffix(ending) == Some(flag.as_str()))
}

fn edit(file: &SourceFile, flag: &FlagKey) -> (Option<FileAction>, Vec<Use>) {
    if !file.path.ends_with(".rb") && !file.path.ends_with(".rake") {
        return (None, lines(&file.text, flag));
    }
    let edited = ruby::without(&file.text, flag);
    let action = (edited.text != file.text).then(|| FileAction::Update {
        file_path: file.path.clone(),
        content: edited.text.clone(),
        last_commit_id: Some(file.last_commit_id.clone()),
    });
    (action, edited.left)
}

/// The lines that name the flag, by either of its names.
fn lines(text: &str, flag: &FlagKey) -> Vec<Use> {
    let mut uses = ruby::uses(text, flag.as_str());
    let other = in_javascript(flag.as_str());
    if other != flag.as_str() {
        uses.extend(ruby::uses(text, &other));
    }
    uses.sort_by_key(|one| one.line);
    uses.dedup_by_key(|one| one.line);
    uses
}

fn description(
    flag: &FlagKey,
    links: &Links,
    actions: &[FileAction],
    left: &[Left],
    uses: &Uses,
) -> String {
    let mut parts = vec![format!(
        "`{flag}` is on for everybody and has gone through its verification term. This takes it out of the code."
    )];
    let links = [
        ("Feature", &links.feature_issue),
        ("Rollout", &links.rollout_issue),
    ];
    let links: Vec<String> = links
        .iter()
        .filter_map(|(what, url)| Some(format!("- {what}: {}", url.as_deref()?)))
        .collect();
    if !links.is_empty() {
        parts.push(links.join("\n"));
    }
    if !actions.is_empty() {
        let done: Vec<String> = actions.iter().map(told).collect();
        parts.push(format!("## Done\n\n{}", done.join("\n")));
    }
    let open = open(left, uses);
    if !open.is_empty() {
        parts.push(format!("## To be done by people\n\n{}", open.join("\n")));
    }
    parts.join("\n\n")
}

fn told(action: &FileAction) -> String {
    match action {
        FileAction::Delete { file_path, .. } => format!("- [x] `{file_path}` is deleted"),
        FileAction::Create { file_path, .. }
        | FileAction::Update { file_path, .. }
        | FileAction::Move { file_path, .. } => {
            format!("- [x] `{file_path}` does not ask it any more; look at what is left of it")
        }
    }
}

fn open(left: &[Left], uses: &Uses) -> Vec<String> {
    let code = |text: &str| {
        let text: String = text.chars().take(120).collect();
        format!("`{}`", text.replace('`', "'"))
    };
    let mut lines: Vec<String> = left
        .iter()
        .take(MOST_LISTED)
        .map(|left| {
            format!(
                "- [ ] `{}:{}` {}",
                left.path,
                left.of.line,
                code(&left.of.text)
            )
        })
        .collect();
    if MOST_LISTED < left.len() {
        lines.push(format!("- [ ] {} more lines", left.len() - MOST_LISTED));
    }
    let unread = uses.unread.iter();
    lines.extend(unread.map(|path| format!("- [ ] `{path}`, which is no text that can be edited")));
    if uses.is_cut {
        lines
            .push("- [ ] There are more files than were looked at; search for the flag".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> SourceFile {
        SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
            last_commit_id: "c0ffee".to_owned(),
        }
    }

    #[test]
    fn what_is_mechanical_is_done_and_the_rest_is_listed() {
        let flag = "tidy_sidebar".parse().unwrap();
        let uses = Uses {
            files: vec![
                file(
                    "config/feature_flags/beta/tidy_sidebar.yml",
                    "name: tidy_sidebar\n",
                ),
                file(
                    "config/feature_flags/beta/tidy_sidebar.rollout.yml",
                    "flag: tidy_sidebar\n",
                ),
                file(
                    "app/a.rb",
                    "return unless Feature.enabled?(:tidy_sidebar)\na\n",
                ),
                file("app/b.js", "if (gon.features.tidySidebar) {\n"),
                file(
                    "spec/c_spec.rb",
                    "stub_feature_flags(tidy_sidebar: false)\n",
                ),
            ],
            unread: vec!["doc/d.png".to_owned()],
            is_cut: false,
        };
        let proposal = Proposal::of(&flag, &Links::default(), &uses);
        let paths: Vec<String> = proposal.actions.iter().map(told).collect();
        assert_eq!(
            paths,
            [
                "- [x] `config/feature_flags/beta/tidy_sidebar.yml` is deleted",
                "- [x] `config/feature_flags/beta/tidy_sidebar.rollout.yml` is deleted",
                "- [x] `app/a.rb` does not ask it any more; look at what is left of it",
            ]
        );
        let (_, open) = proposal
            .description
            .split_once("## To be done by people\n\n")
            .unwrap();
        assert_eq!(
            open,
            "- [ ] `app/b.js:1` `if (gon.features.tidySidebar) {`\n\
             - [ ] `spec/c_spec.rb:1` `stub_feature_flags(tidy_sidebar: false)`\n\
             - [ ] `doc/d.png`, which is no text that can be edited"
        );
        assert!(
            proposal
                .commit_message
                .ends_with("\n\nChangelog: changed\n")
        );
    }
}
