//! `signalbox feature …`, `signalbox auto-deploy …`, `signalbox release …`, `signalbox rollout …`:
//! the ChatOps grammar from a shell.
//!
//! The words go to the running service as they are; what they mean, and every answer, is the
//! same as in Slack.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use crate::ambient::Ambient;
use crate::demo;

/// Change and ask about feature flags, as `/chatops run feature …` does in Slack
///
/// `signalbox feature help` lists the commands with every option. Some of them:
///
///   signalbox feature list --match slack
///   signalbox feature get FLAG --staging --production
///   signalbox feature set FLAG true --staging --reason "trying it out"
///   signalbox feature set FLAG 25 --actors --dry-run
///   signalbox feature set FLAG true --project=group/project --for 2h
///   signalbox feature explain FLAG --project=group/project
///   signalbox feature history FLAG
///   signalbox feature delete FLAG --staging --production
///
/// Without an environment production is meant. Exits with 1 when not everything was done.
#[derive(Args)]
#[command(verbatim_doc_comment, disable_help_subcommand = true)]
pub(super) struct Feature {
    #[command(flatten)]
    words: Words,
}

/// Ask which deployments have a commit or merge request, as `auto_deploy` in Slack does
///
///   signalbox auto-deploy status
///   signalbox auto-deploy status SHA
///   signalbox auto-deploy status MERGE-REQUEST-URL
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct AutoDeploy {
    #[command(flatten)]
    words: Words,
}

/// Ask whether a merge request is in a release, as `release check` in Slack does
///
///   signalbox release check MERGE-REQUEST-URL 15.8
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Release {
    #[command(flatten)]
    words: Words,
}

/// The words of a command, and the service that they go to.
#[derive(Args)]
struct Words {
    #[command(flatten)]
    service: Service,

    /// The command, as it is typed in Slack after `/chatops run`. Options of the shell (--url,
    /// --token) come before it
    #[arg(
        value_name = "WORDS",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    words: Vec<String>,
}

/// The running service.
#[derive(Args)]
pub(super) struct Service {
    /// The service's address
    #[arg(
        long,
        value_name = "URL",
        env = "SIGNALBOX_PUBLIC_URL",
        default_value = "http://127.0.0.1:7400"
    )]
    url: Url,

    /// The administrator's token; on this machine the demo's, unless another is given
    #[arg(
        long,
        value_name = "TOKEN",
        env = "SIGNALBOX_ADMIN_TOKEN",
        hide_env_values = true
    )]
    token: Option<SecretString>,
}

/// A line of what the service says: news while the command runs, the answer at its end.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    Progress { text: String },
    Answer { ok: bool, text: String },
}

impl Feature {
    pub(super) async fn run(self, _: Ambient) -> anyhow::Result<ExitCode> {
        self.words.service.run("feature", &self.words.words).await
    }
}

impl AutoDeploy {
    pub(super) async fn run(self, _: Ambient) -> anyhow::Result<ExitCode> {
        self.words
            .service
            .run("auto_deploy", &self.words.words)
            .await
    }
}

impl Release {
    pub(super) async fn run(self, _: Ambient) -> anyhow::Result<ExitCode> {
        self.words.service.run("release", &self.words.words).await
    }
}

/// Longer than the longest command: the checks have 300 seconds.
const PATIENCE: Duration = Duration::from_secs(330);

impl Service {
    /// Has the service run a command; shows its news and its answer.
    pub(super) async fn run(&self, first: &str, words: &[String]) -> anyhow::Result<ExitCode> {
        let text = std::iter::once(first.to_owned())
            .chain(words.iter().map(|word| as_typed(word)))
            .collect::<Vec<_>>()
            .join(" ");
        let base = self.url.as_str().trim_end_matches('/');
        let timeouts = slack::Timeouts {
            total: PATIENCE,
            ..slack::Timeouts::default()
        };
        let mut answer = slack::http_client(base, timeouts)?
            .post(format!("{base}/api/v1/commands"))
            .header("PRIVATE-TOKEN", self.token()?.expose_secret())
            .header("Accept", "application/x-ndjson")
            .json(&serde_json::json!({ "text": text, "as": user() }))
            .send()
            .await
            .with_context(|| format!("the service at {base} does not answer (--url)"))?;
        if !answer.status().is_success() {
            let body: serde_json::Value = answer.json().await.unwrap_or_default();
            let message = body["message"].as_str();
            bail!(
                "{}",
                message.unwrap_or("the service refused, without a reason")
            );
        }
        let mut waiting = Vec::new();
        let mut screen = Screen::default();
        let mut ok = None;
        while let Some(piece) = answer.chunk().await.context("the answer broke off")? {
            waiting.extend_from_slice(&piece);
            while let Some(end) = waiting.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = waiting.drain(..=end).collect();
                ok = screen.show(&line)?.or(ok);
            }
        }
        ok = screen.show(&waiting)?.or(ok);
        match ok {
            Some(true) => Ok(ExitCode::SUCCESS),
            Some(false) => Ok(ExitCode::FAILURE),
            None => bail!("the answer broke off; `feature history` says what was done"),
        }
    }

    fn token(&self) -> anyhow::Result<SecretString> {
        if let Some(token) = &self.token {
            return Ok(token.clone());
        }
        let is_here = self
            .url
            .host_str()
            .is_some_and(|host| matches!(host, "127.0.0.1" | "localhost" | "[::1]"));
        if is_here {
            return Ok(demo::ADMIN_TOKEN.into());
        }
        bail!(
            "give the administrator's token: --token, or SIGNALBOX_ADMIN_TOKEN in the environment"
        )
    }
}

/// What of the terminal is taken by news, which the next news replace.
#[derive(Default)]
struct Screen {
    lines: usize,
}

impl Screen {
    /// Shows what the service said; answers how the command ended, once it has. News are for
    /// people who wait: they go to a terminal only, and vanish from it.
    fn show(&mut self, line: &[u8]) -> anyhow::Result<Option<bool>> {
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        let said: Said = serde_json::from_slice(line)
            .context("this is not a Signalbox's answer; check --url")?;
        let mut news = std::io::stderr();
        if 0 < self.lines {
            write!(news, "\x1b[{}A\x1b[J", self.lines)?;
            self.lines = 0;
        }
        match said {
            Said::Progress { text } => {
                if news.is_terminal() {
                    writeln!(news, "{text}")?;
                    self.lines = text.lines().count();
                }
                Ok(None)
            }
            Said::Answer { ok: true, text } => {
                writeln!(std::io::stdout(), "{text}")?;
                Ok(Some(true))
            }
            Said::Answer { ok: false, text } => {
                writeln!(news, "{text}")?;
                Ok(Some(false))
            }
        }
    }
}

/// A word as it is typed in Slack: quoted when the shell took quotes away that it needs.
fn as_typed(word: &str) -> String {
    let is_plain = |text: &str| {
        !text.is_empty()
            && !text
                .chars()
                .any(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\\'))
    };
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    if is_plain(word) {
        return word.to_owned();
    }
    match word.split_once('=') {
        Some((name, value)) if name.starts_with("--") => format!("{name}={}", quoted(value)),
        _ => quoted(word),
    }
}

/// Who is at this shell, for the audit.
fn user() -> String {
    ["SUDO_USER", "USER", "LOGNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()))
        .unwrap_or_else(|| "shell".to_owned())
}

#[cfg(test)]
mod tests {
    use super::as_typed;

    #[test]
    fn words_are_quoted_again_where_the_shell_has_taken_the_quotes() {
        for (word, expected) in [
            ("feature", "feature"),
            ("--project=a/b,c/d", "--project=a/b,c/d"),
            ("--reason=two words", "--reason=\"two words\""),
            ("two words", "\"two words\""),
            ("say \"hi\"", "\"say \\\"hi\\\"\""),
            ("", "\"\""),
        ] {
            assert_eq!(as_typed(word), expected);
        }
    }
}
