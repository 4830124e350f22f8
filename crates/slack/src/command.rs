//! What Slack sends when somebody types a slash command.
//!
//! The body is a form. That it comes from Slack is `signature`'s to say, before anything here is
//! asked, [`is_address_check`] aside; the old field `token` proves nothing and is not read. What
//! the command means is the caller's.

pub(crate) mod typed;

use std::collections::BTreeMap;

use domain::ids::InvalidId;
use domain::{ChannelName, WorkspaceId};
use serde_json::Value;

use crate::hook_url::{HookHost, InvalidHookUrl};
use crate::response_url::ResponseUrl;
use crate::user_id::UserId;

/// A slash command that somebody typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlashCommand {
    pub workspace: WorkspaceId,
    /// The organization that the workspace belongs to, if any: `E012AB3CD`.
    pub enterprise_id: Option<String>,
    pub channel_id: ChannelName,
    /// Without `#`; `directmessage` and `privategroup` where Slack does not tell. Shown, never
    /// trusted: a rule about a channel asks for its id.
    pub channel_name: String,
    pub user_id: UserId,
    /// The handle. Empty when Slack does not tell.
    pub user_name: String,
    /// With its slash: `/chatops`.
    pub command: String,
    /// What stands after the command, as Slack sends it: [`Self::typed`] is what was typed.
    pub text: String,
    pub response_url: ResponseUrl,
    /// Opens a modal within three seconds.
    pub trigger_id: Option<String>,
}

/// Why a body is not a slash command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCommand {
    #[error("the body is longer than {limit} bytes")]
    TooLong { limit: usize },
    #[error("the body only checks the address; answer it with 200 and nothing else")]
    AddressCheck,
    #[error("the field {field} is missing")]
    Missing { field: &'static str },
    #[error("the field {field} comes twice")]
    Twice { field: String },
    #[error("the field {field} has {length} characters, at most {limit} are allowed")]
    FieldTooLong {
        field: &'static str,
        length: usize,
        limit: usize,
    },
    #[error("the field {field} is invalid: {why}")]
    Id { field: &'static str, why: InvalidId },
    #[error("the field command does not begin with a slash")]
    NoSlash,
    #[error("the field response_url is refused: {0}")]
    ResponseUrl(InvalidHookUrl),
}

/// The longest body in bytes: a text of 12,000 characters of four bytes, percent-encoded, and the
/// rest.
pub const LONGEST_BODY: usize = 160 * 1024;

/// Characters of a message that somebody can type.
const LONGEST_TEXT: usize = 12_000;
const LONGEST_NAME: usize = 255;

/// Whether the body only checks that the address answers: Slack sends `ssl_check=1`, unsigned,
/// and wants a 200. Anything else in such a body is anybody's, and is not to be read.
#[must_use]
pub fn is_address_check(body: &[u8]) -> bool {
    body.len() <= LONGEST_BODY
        && url::form_urlencoded::parse(body)
            .any(|(name, value)| name == "ssl_check" && value == "1")
}

impl SlashCommand {
    /// Reads the body of a request whose signature was verified; `host` is where the answer may
    /// go.
    ///
    /// # Errors
    /// See [`InvalidCommand`]; all of them mean 400.
    pub fn parse(body: &[u8], host: &HookHost) -> Result<Self, InvalidCommand> {
        Self::read(&Fields::parse(body)?, host)
    }

    /// Reads the payload of a command that comes through a socket: the same fields.
    ///
    /// # Errors
    /// See [`InvalidCommand`].
    pub fn from_json(payload: &Value, host: &HookHost) -> Result<Self, InvalidCommand> {
        Self::read(&Fields::of_object(payload), host)
    }

    fn read(fields: &Fields, host: &HookHost) -> Result<Self, InvalidCommand> {
        let command = fields.named("command", LONGEST_NAME)?;
        if !command.starts_with('/') {
            return Err(InvalidCommand::NoSlash);
        }
        Ok(Self {
            workspace: fields.id("team_id")?,
            enterprise_id: fields.optional("enterprise_id", LONGEST_NAME)?,
            channel_id: fields.id("channel_id")?,
            channel_name: fields.or_empty("channel_name", LONGEST_NAME)?,
            user_id: fields.id("user_id")?,
            user_name: fields.or_empty("user_name", LONGEST_NAME)?,
            command,
            text: fields.or_empty("text", LONGEST_TEXT)?,
            response_url: ResponseUrl::parse(fields.raw("response_url")?, host)
                .map_err(InvalidCommand::ResponseUrl)?,
            trigger_id: fields.optional("trigger_id", LONGEST_NAME)?,
        })
    }

    /// The text as the person typed it: `&lt;` is `<` again, and `<@U0ANA|ana>` is `@ana`,
    /// `<#C0GENERAL|general>` is `#general`, `<https://g.ex>` is its address.
    #[must_use]
    pub fn typed(&self) -> String {
        typed::typed(&self.text)
    }
}

/// The form's fields; each comes once.
struct Fields(BTreeMap<String, String>);

impl Fields {
    fn parse(body: &[u8]) -> Result<Self, InvalidCommand> {
        if LONGEST_BODY < body.len() {
            return Err(InvalidCommand::TooLong {
                limit: LONGEST_BODY,
            });
        }
        if is_address_check(body) {
            return Err(InvalidCommand::AddressCheck);
        }
        let mut fields = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            let name: String = name.chars().take(LONGEST_NAME).collect();
            if fields.contains_key(&name) {
                return Err(InvalidCommand::Twice { field: name });
            }
            fields.insert(name, value.into_owned());
        }
        Ok(Self(fields))
    }

    /// The texts of an object. Its other fields are nothing that is read here.
    fn of_object(payload: &Value) -> Self {
        let fields = payload.as_object().into_iter().flatten();
        let texts =
            fields.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
        Self(texts.collect())
    }

    fn raw(&self, field: &'static str) -> Result<&str, InvalidCommand> {
        let value = self.0.get(field).filter(|value| !value.is_empty());
        value
            .map(String::as_str)
            .ok_or(InvalidCommand::Missing { field })
    }

    fn named(&self, field: &'static str, limit: usize) -> Result<String, InvalidCommand> {
        let value = self.raw(field)?;
        let length = value.chars().count();
        if limit < length {
            return Err(InvalidCommand::FieldTooLong {
                field,
                length,
                limit,
            });
        }
        Ok(value.to_owned())
    }

    fn optional(
        &self,
        field: &'static str,
        limit: usize,
    ) -> Result<Option<String>, InvalidCommand> {
        match self.named(field, limit) {
            Ok(value) => Ok(Some(value)),
            Err(InvalidCommand::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn or_empty(&self, field: &'static str, limit: usize) -> Result<String, InvalidCommand> {
        self.optional(field, limit).map(Option::unwrap_or_default)
    }

    fn id<T: std::str::FromStr<Err = InvalidId>>(
        &self,
        field: &'static str,
    ) -> Result<T, InvalidCommand> {
        let value = self.raw(field)?;
        value
            .parse()
            .map_err(|why| InvalidCommand::Id { field, why })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMAND: &[(&str, &str)] = &[
        ("token", "never-trusted"),
        ("team_id", "T0DEMO"),
        ("team_domain", "demo"),
        ("channel_id", "C0PRODUCTION"),
        ("channel_name", "production"),
        ("user_id", "U0OPS"),
        ("user_name", "ops"),
        ("command", "/chatops"),
        (
            "text",
            "run feature set a_flag 25 --actors &amp; <#C0GENERAL|general>",
        ),
        (
            "response_url",
            "https://hooks.slack.com/commands/T0DEMO/1/SECRET",
        ),
        ("trigger_id", "1.2.abc"),
    ];

    fn form(fields: &[(&str, &str)]) -> String {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields).finish()
    }

    /// The command's form with another value for a field, or without it.
    fn form_with(field: &str, value: Option<&str>) -> String {
        let others = COMMAND.iter().copied().filter(|(name, _)| *name != field);
        let fields: Vec<_> = others.chain(value.map(|value| (field, value))).collect();
        form(&fields)
    }

    fn parse(body: &str) -> Result<SlashCommand, InvalidCommand> {
        let host = HookHost::of_slack("https://slack.com/api/").unwrap();
        SlashCommand::parse(body.as_bytes(), &host)
    }

    #[test]
    fn a_command_is_read_and_shows_no_secret() {
        let command = parse(&form(COMMAND)).unwrap();
        assert_eq!(
            command.typed(),
            "run feature set a_flag 25 --actors & #general"
        );
        assert_eq!(command.response_url.expose_secret(), COMMAND[9].1);
        let shown = format!("{command:#?}");
        assert!(
            !shown.contains("SECRET") && !shown.contains("never-trusted"),
            "{shown}"
        );
        insta::assert_snapshot!(shown, @r#"
        SlashCommand {
            workspace: WorkspaceId(
                "T0DEMO",
            ),
            enterprise_id: None,
            channel_id: ChannelName(
                "C0PRODUCTION",
            ),
            channel_name: "production",
            user_id: UserId(
                "U0OPS",
            ),
            user_name: "ops",
            command: "/chatops",
            text: "run feature set a_flag 25 --actors &amp; <#C0GENERAL|general>",
            response_url: ResponseUrl(
                https://hooks.slack.com/…,
            ),
            trigger_id: Some(
                "1.2.abc",
            ),
        }
        "#);
    }

    #[test]
    fn what_is_missing_is_named_and_what_may_be_missing_is_empty() {
        for field in [
            "team_id",
            "channel_id",
            "user_id",
            "command",
            "response_url",
        ] {
            for value in [None, Some("")] {
                let error = parse(&form_with(field, value)).unwrap_err();
                assert_eq!(error, InvalidCommand::Missing { field });
            }
        }
        for field in ["text", "user_name", "channel_name", "trigger_id", "token"] {
            assert!(parse(&form_with(field, None)).is_ok(), "{field}");
        }
        assert_eq!(parse(&form_with("text", None)).unwrap().typed(), "");
    }

    #[test]
    fn what_no_slack_sends_is_refused() {
        let long = "x".repeat(12_001);
        for (field, value, expected) in [
            (
                "user_id",
                "ana",
                "the field user_id is invalid: user \"ana\" has the character 'a', which it cannot have",
            ),
            (
                "team_id",
                "<T>",
                "the field team_id is invalid: workspace \"<T>\" has the character '<', which it cannot have",
            ),
            (
                "command",
                "chatops",
                "the field command does not begin with a slash",
            ),
            (
                "text",
                &long,
                "the field text has 12001 characters, at most 12000 are allowed",
            ),
            (
                "response_url",
                "https://evil.example/",
                "the field response_url is refused: it is at https://evil.example; this Slack's addresses begin with https://hooks.slack.com",
            ),
        ] {
            let error = parse(&form_with(field, Some(value))).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        let twice = format!("{}&user_id=U0ANA", form(COMMAND));
        assert_eq!(
            parse(&twice).unwrap_err().to_string(),
            "the field user_id comes twice"
        );
        let long = "x".repeat(LONGEST_BODY + 1);
        assert_eq!(
            parse(&long),
            Err(InvalidCommand::TooLong {
                limit: LONGEST_BODY
            })
        );
        assert_eq!(
            parse("{\"json\":true}"),
            Err(InvalidCommand::Missing { field: "command" })
        );
    }

    #[test]
    fn the_longest_text_fits_whatever_its_script() {
        let text = "🚂".repeat(12_000);
        let body = form_with("text", Some(&text));
        assert_eq!(parse(&body).unwrap().text, text);
    }

    #[test]
    fn a_check_of_the_address_is_no_command() {
        for (body, expected) in [
            ("ssl_check=1&token=x", true),
            ("token=x&ssl_check=1", true),
            ("ssl_check=0", false),
            ("text=ssl_check%3D1", false),
            ("", false),
        ] {
            assert_eq!(is_address_check(body.as_bytes()), expected, "{body}");
        }
        let smuggled = form_with("ssl_check", Some("1"));
        assert_eq!(parse(&smuggled), Err(InvalidCommand::AddressCheck));
    }
}
