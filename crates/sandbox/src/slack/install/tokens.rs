//! Tokens: made at an installation, renewed while they rotate.

use clock::Chance;
use jiff::{SignedDuration, Timestamp};

use crate::slack::apps::RegisteredApp;
use crate::slack::commands::{number, secret};
use crate::slack::web_api::mint_id;
use crate::slack::workspace::{App, Person, Token, TokenKind, TokenState, Workspace};

/// How long a rotated token is good, in seconds.
pub const LIFE_SECONDS: i64 = 43_200;

/// What a new token needs to know.
pub struct Grant<'a> {
    pub kind: TokenKind,
    pub app: &'a str,
    pub person: &'a str,
    pub scopes: Vec<String>,
    /// Whether it ends, and is renewed.
    pub rotates: bool,
}

/// Makes a token.
#[must_use]
pub fn mint(grant: Grant<'_>, now: Timestamp, chance: &Chance) -> Token {
    let plain = match grant.kind {
        TokenKind::Bot => format!(
            "xoxb-{}-{}-{}",
            number(chance),
            number(chance),
            secret(chance)
        ),
        TokenKind::User => format!(
            "xoxp-{}-{}-{}",
            number(chance),
            number(chance),
            secret(chance)
        ),
    };
    let life = SignedDuration::from_secs(LIFE_SECONDS);
    Token {
        secret: if grant.rotates {
            format!("xoxe.{plain}")
        } else {
            plain
        },
        kind: grant.kind,
        app: grant.app.to_owned(),
        person: grant.person.to_owned(),
        scopes: grant.scopes,
        state: TokenState::Active,
        expires: grant
            .rotates
            .then(|| now.saturating_add(life).unwrap_or(now)),
        refresh: grant
            .rotates
            .then(|| format!("xoxe-1-{}{}", secret(chance), secret(chance))),
    }
}

/// `158.400.hex`
#[must_use]
pub fn mint_code(chance: &Chance) -> String {
    let one = chance.next_u128();
    format!(
        "{}.{}.{one:032x}{:032x}",
        number(chance),
        number(chance),
        chance.next_u128()
    )
}

/// Puts an app into a workspace, as the newest. One that was there before keeps its bot.
pub fn install(workspace: &mut Workspace, registered: &RegisteredApp, chance: &Chance) -> App {
    let known = workspace
        .apps
        .iter()
        .position(|app| app.id == registered.id);
    let mut app = match known {
        Some(at) => workspace.apps.remove(at),
        None => App {
            id: registered.id.clone(),
            name: String::new(),
            bot_id: mint_id('B', chance),
            user_id: mint_id('U', chance),
            is_installed: true,
        },
    };
    app.is_installed = true;
    app.name.clone_from(&registered.settings.name);
    let name = registered.settings.name.to_lowercase().replace(' ', "_");
    let bot = workspace
        .people
        .entry(app.user_id.clone())
        .or_insert_with(|| Person {
            id: app.user_id.clone(),
            name,
            real_name: registered.settings.name.clone(),
            email: None,
            is_admin: false,
            is_bot: true,
            deleted: false,
        });
    bot.deleted = false;
    workspace.apps.push(app.clone());
    app
}
