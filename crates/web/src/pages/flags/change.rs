//! `POST /flags/{flag}/changes`: changes a flag from its page, first on trial, then for good.
//!
//! The form becomes the line that somebody would type, and `commands` runs it: the same rules,
//! checks and consequences as in Slack. What a page does not offer (a time, a check that is let
//! pass) can be typed.

use std::time::Duration;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use commands::{Answer, Caller, Progress, grammar};
use flags::{FlagKey, Percentage};

use super::one::{self, flag_key};
use crate::access::{Operator, Viewer};
use crate::error::ApiError;
use crate::pages::{Site, html};

/// A page waits no longer; the command goes on.
const PATIENCE: Duration = Duration::from_secs(25);

/// What the form can set a flag to: value, words.
const VALUES: [(&str, &str); 4] = [
    ("true", "on"),
    ("false", "off"),
    ("actors", "a percentage of actors"),
    ("time", "a percentage of the time"),
];
/// For whom: the option's name, words.
const KINDS: [(&str, &str); 6] = [
    ("", "everyone"),
    ("project", "projects"),
    ("group", "groups"),
    ("user", "users"),
    ("namespace", "namespaces"),
    ("feature-group", "a feature group"),
];

/// The form, as it was sent.
#[derive(Clone, Debug, Default)]
pub(in crate::pages) struct Wanted {
    environments: Vec<String>,
    value: String,
    percentage: String,
    kind: String,
    pub(super) names: String,
    pub(super) reason: String,
    /// The line that was tried before, if one was.
    tried: String,
}

/// What came of a form.
pub(super) struct Tried {
    pub(super) wanted: Wanted,
    pub(super) said: String,
    pub(super) ok: bool,
    /// The line that was tried and may be done now.
    pub(super) line: Option<String>,
    pub(super) is_done: bool,
}

/// A choice of the form: value, words, whether it is chosen.
pub(super) type Choice = (String, String, bool);

impl Wanted {
    fn of(pairs: Vec<(String, String)>) -> Self {
        let mut wanted = Self::default();
        for (name, value) in pairs {
            let value = value.trim().to_owned();
            match name.as_str() {
                "environment" => wanted.environments.push(value),
                "value" => wanted.value = value,
                "percentage" => wanted.percentage = value,
                "kind" => wanted.kind = value,
                "names" => wanted.names = value,
                "reason" => wanted.reason = value,
                "tried" => wanted.tried = value,
                _ => (),
            }
        }
        wanted
    }

    /// Only environments: a word of another kind would be an option of the command.
    fn check_environments(&self, site: &Site) -> Result<(), &'static str> {
        let is_known = |name: &String| site.flags.environments.named(name).is_some();
        if self.environments.iter().all(is_known) {
            Ok(())
        } else {
            Err("there is no such environment")
        }
    }

    /// The words of the command, without `--dry-run`.
    fn words(&self, flag: &FlagKey) -> Result<Vec<String>, &'static str> {
        let mut words = ["feature", "set", flag.as_str()]
            .map(str::to_owned)
            .to_vec();
        match self.value.as_str() {
            value @ ("true" | "false") => words.push(value.to_owned()),
            kind @ ("actors" | "time") => {
                let percentage: Percentage = self
                    .percentage
                    .parse()
                    .map_err(|_| "give a number from 0 to 100")?;
                words.push(percentage.to_string());
                let option = if kind == "actors" {
                    "--actors"
                } else {
                    "--random"
                };
                words.push(option.to_owned());
            }
            _ => return Err("choose what the flag is set to"),
        }
        let kind = KINDS.iter().find(|(kind, _)| *kind == self.kind);
        match (kind, self.names.is_empty()) {
            (None, _) => return Err("choose for whom"),
            (Some(("", _)), true) => (),
            (Some(("", _)), false) => return Err("say what sort of names these are"),
            (Some(_), true) => return Err("name at least one"),
            (Some((kind, _)), false) => words.push(format!("--{kind}={}", self.names)),
        }
        if self.environments.is_empty() {
            return Err("choose at least one environment");
        }
        words.extend(self.environments.iter().map(|name| format!("--{name}")));
        if self.reason.is_empty() {
            return Err("give a reason: it is written down with the change");
        }
        words.push(format!("--reason={}", self.reason));
        Ok(words)
    }

    pub(super) fn environments(&self, site: &Site) -> Vec<Choice> {
        let names = site
            .flags
            .environments
            .iter()
            .map(|known| known.name.to_string());
        names
            .map(|name| {
                (
                    name.clone(),
                    name.clone(),
                    self.environments.contains(&name),
                )
            })
            .collect()
    }

    pub(super) fn values(&self) -> Vec<Choice> {
        choices(&VALUES, &self.value)
    }

    pub(super) fn kinds(&self) -> Vec<Choice> {
        choices(&KINDS, &self.kind)
    }

    pub(super) fn percentage(&self) -> &str {
        &self.percentage
    }

    /// The same form again, for the button that does what was tried.
    pub(super) fn hidden(&self) -> Vec<(&'static str, &str)> {
        let environments = self
            .environments
            .iter()
            .map(|name| ("environment", name.as_str()));
        let rest = [
            ("value", self.value.as_str()),
            ("percentage", &self.percentage),
            ("kind", &self.kind),
            ("names", &self.names),
            ("reason", &self.reason),
        ];
        environments.chain(rest).collect()
    }
}

fn choices(all: &[(&str, &str)], chosen: &str) -> Vec<Choice> {
    all.iter()
        .map(|(value, words)| ((*value).to_owned(), (*words).to_owned(), *value == chosen))
        .collect()
}

pub(in crate::pages) async fn change(
    by: Operator,
    viewer: Viewer,
    State(site): State<Site>,
    Path(flag): Path<String>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, ApiError> {
    let flag = flag_key(&flag)?;
    let Form(pairs) = form.map_err(|error| ApiError::bad_request("bad_form", error.body_text()))?;
    let wanted = Wanted::of(pairs);
    let words = wanted
        .check_environments(&site)
        .and_then(|()| wanted.words(&flag));
    let tried = match words {
        Ok(words) => run(&site, &by, words, wanted).await,
        Err(why) => Tried {
            wanted,
            said: format!("Nothing was changed: {why}."),
            ok: false,
            line: None,
            is_done: false,
        },
    };
    let status = if tried.ok {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = one::page(
        &site,
        flag.as_str(),
        &Default::default(),
        Some(tried),
        viewer,
    )
    .await?;
    Ok((status, html(&page)?).into_response())
}

/// Does what was tried before; tries whatever was not.
async fn run(site: &Site, by: &Operator, mut words: Vec<String>, wanted: Wanted) -> Tried {
    let line = grammar::line(&words);
    let is_done = wanted.tried == line;
    if !is_done {
        words.push("--dry-run".to_owned());
    }
    let answer = typed(site, by, grammar::line(&words)).await;
    let (said, ok) = match answer {
        Some(answer) => (answer.to_text(), answer.ok),
        None => (
            "It is still being run; its changes will appear below.".to_owned(),
            true,
        ),
    };
    Tried {
        wanted,
        said,
        ok,
        line: (ok && !is_done).then_some(line),
        is_done,
    }
}

/// Runs a line to its end, whatever becomes of the page; `None` when that takes long.
async fn typed(site: &Site, by: &Operator, line: String) -> Option<Answer> {
    let chatops = site.flags.chatops.clone();
    let user = by.author().name.clone();
    let running = site.flags.tasks.spawn(async move {
        let caller = Caller::Page {
            user,
            approves: false,
        };
        chatops.run(&caller, &line, &Progress::silent()).await
    });
    tokio::time::timeout(PATIENCE, running).await.ok()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(pairs: &[(&str, &str)]) -> Result<String, &'static str> {
        let given = [
            ("value", "true"),
            ("environment", "staging"),
            ("reason", "as planned"),
        ];
        let pairs = given.iter().chain(pairs);
        let pairs = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let flag = "tidy".parse().unwrap();
        Ok(grammar::line(&Wanted::of(pairs.collect()).words(&flag)?))
    }

    #[test]
    fn a_form_is_the_line_that_somebody_would_type() {
        for (pairs, expected) in [
            (
                &[][..],
                r#"feature set tidy true --staging "--reason=as planned""#,
            ),
            (
                &[
                    ("environment", "production"),
                    ("kind", "project"),
                    ("names", "a/b, c/d"),
                ],
                r#"feature set tidy true "--project=a/b, c/d" --staging --production "--reason=as planned""#,
            ),
            (
                &[("value", "actors"), ("percentage", "12.5"), ("reason", "x")],
                "feature set tidy 12.5 --actors --staging --reason=x",
            ),
            (
                &[("reason", r#"x" --force --production "y"#)],
                r#"feature set tidy true --staging "--reason=x\" --force --production \"y""#,
            ),
        ] {
            assert_eq!(line(pairs).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn what_is_missing_is_asked_for() {
        for (pairs, part) in [
            (&[("value", "maybe")][..], "choose what"),
            (&[("value", "time"), ("percentage", "101")], "from 0 to 100"),
            (&[("value", "actors")], "from 0 to 100"),
            (&[("kind", "project")], "at least one"),
            (&[("names", "a/b")], "what sort"),
            (&[("kind", "force"), ("names", "x")], "for whom"),
            (&[("reason", " ")], "a reason"),
        ] {
            let why = line(pairs).unwrap_err();
            assert!(why.contains(part), "{pairs:?}: {why}");
        }
    }
}
