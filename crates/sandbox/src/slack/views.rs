//! Modals and Home tabs: what is on whose screen, and how apps and people change it.
//!
//! Pure. A person has at most one stack of modals, of at most three; every change by the app
//! gives a view another hash. What a person enters is `entries`' business, how an app is told
//! `interactions`'.

pub mod checks;
pub mod entries;
mod json;
pub mod places;
mod screens;

use std::collections::BTreeMap;

use clock::Chance;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::refusal::Refusal;
use super::web_api::{content, mint_id};
use super::workspace::{Values, View, ViewKind, Workspace};

pub use json::to_json;
pub use screens::Screens;

/// How many modals stand on each other at most.
pub const STACK_LIMIT: usize = 3;

/// A view that an app gave, checked.
pub struct Given {
    pub kind: ViewKind,
    pub content: Map<String, Value>,
}

/// Shows a modal: a stack of its own for its person, in place of any that is open.
///
/// # Errors
/// `duplicate_external_id`.
pub fn open(
    workspace: &mut Workspace,
    given: Given,
    app: &str,
    user: &str,
    (chance, now): (&Chance, Timestamp),
) -> Result<View, Refusal> {
    workspace.screens.modals.retain(|view| view.user != user);
    check_external_id(workspace, &given, None)?;
    let id = mint_id('V', chance);
    let view = View {
        root: id.clone(),
        ..made(id, given, (app, user), (chance, now))
    };
    workspace.screens.modals.push(view.clone());
    Ok(view)
}

/// Puts a modal on top of the stack that holds `below`.
///
/// # Errors
/// `not_found` when that is closed, `push_limit_reached`, `duplicate_external_id`.
pub fn push(
    workspace: &mut Workspace,
    given: Given,
    below: &str,
    (chance, now): (&Chance, Timestamp),
) -> Result<View, Refusal> {
    let modals = &workspace.screens.modals;
    let below = modals.iter().find(|view| view.id == below);
    let (user, app) = match below {
        Some(below) => (below.user.clone(), below.app.clone()),
        None => return Err(Refusal::of("not_found")),
    };
    let stack: Vec<&View> = workspace.screens.stack(&user).collect();
    if STACK_LIMIT <= stack.len() {
        return Err(Refusal::of("push_limit_reached"));
    }
    let top = stack.last().ok_or("not_found")?;
    let (root, previous) = (top.root.clone(), top.id.clone());
    check_external_id(workspace, &given, None)?;
    let view = View {
        root,
        previous: Some(previous),
        ..made(mint_id('V', chance), given, (&app, &user), (chance, now))
    };
    workspace.screens.modals.push(view.clone());
    Ok(view)
}

/// Replaces what a view shows. What its person entered stays where the same inputs stay.
///
/// # Errors
/// `not_found`, `hash_conflict`, `duplicate_external_id`, and `invalid_arguments` for a view of
/// another kind.
pub fn update(
    workspace: &mut Workspace,
    given: Given,
    id: &str,
    hash: Option<&str>,
    (chance, now): (&Chance, Timestamp),
) -> Result<View, Refusal> {
    check_external_id(workspace, &given, Some(id))?;
    let view = find_mut(workspace, id).ok_or("not_found")?;
    if hash.is_some_and(|hash| hash != view.hash) {
        return Err(Refusal::of("hash_conflict"));
    }
    if given.kind != view.kind {
        let message = format!(
            "[ERROR] must be {} [json-pointer:/view/type]",
            view.kind.word()
        );
        return Err(Refusal::arguments(message));
    }
    view.content = filled(given.content, chance);
    view.hash = mint_hash(chance, now);
    view.errors.clear();
    view.trouble = None;
    view.entered = entries::kept(view.blocks(), &view.entered);
    Ok(view.clone())
}

/// Publishes a Home tab.
///
/// # Errors
/// `hash_conflict`, `duplicate_external_id`.
pub fn publish(
    workspace: &mut Workspace,
    given: Given,
    (app, user): (&str, &str),
    hash: Option<&str>,
    at: (&Chance, Timestamp),
) -> Result<View, Refusal> {
    if let Some(id) = home(workspace, app, user).map(|home| home.id.clone()) {
        return update(workspace, given, &id, hash, at);
    }
    if hash.is_some() {
        return Err(Refusal::of("hash_conflict"));
    }
    check_external_id(workspace, &given, None)?;
    let id = mint_id('V', at.0);
    let view = View {
        root: id.clone(),
        ..made(id, given, (app, user), at)
    };
    workspace.homes.push(view.clone());
    Ok(view)
}

/// What an app published on someone's Home tab.
#[must_use]
pub fn home<'w>(workspace: &'w Workspace, app: &str, user: &str) -> Option<&'w View> {
    let mut homes = workspace.homes.iter();
    homes.find(|home| home.app == app && home.user == user)
}

/// A view that is shown, by id.
#[must_use]
pub fn find<'w>(workspace: &'w Workspace, id: &str) -> Option<&'w View> {
    let all = workspace.screens.modals.iter().chain(&workspace.homes);
    all.into_iter().find(|view| view.id == id)
}

/// The same, to change it.
pub fn find_mut<'w>(workspace: &'w mut Workspace, id: &str) -> Option<&'w mut View> {
    let modals = workspace.screens.modals.iter_mut();
    modals
        .chain(&mut workspace.homes)
        .find(|view| view.id == id)
}

/// Closes one modal and whatever stands on it, or all of its stack; gives them back, topmost
/// first.
pub fn close(workspace: &mut Workspace, id: &str, whole_stack: bool) -> Vec<View> {
    let modals = &mut workspace.screens.modals;
    let Some(user) = modals
        .iter()
        .find(|view| view.id == id)
        .map(|view| view.user.clone())
    else {
        return Vec::new();
    };
    let mut closes = whole_stack;
    let mut closed: Vec<View> = modals
        .extract_if(.., |view| {
            closes |= view.id == id;
            view.user == user && closes
        })
        .collect();
    closed.reverse();
    closed
}

/// Takes an app's modals and Home tabs away.
pub fn forget(workspace: &mut Workspace, app: &str) {
    workspace.screens.modals.retain(|view| view.app != app);
    workspace.homes.retain(|view| view.app != app);
}

fn made(
    id: String,
    given: Given,
    (app, user): (&str, &str),
    (chance, now): (&Chance, Timestamp),
) -> View {
    View {
        id,
        kind: given.kind,
        app: app.to_owned(),
        user: user.to_owned(),
        root: String::new(),
        previous: None,
        hash: mint_hash(chance, now),
        content: filled(given.content, chance),
        entered: Values::new(),
        errors: BTreeMap::new(),
        trouble: None,
    }
}

/// What Slack fills in: ids of blocks and elements, defaults of texts.
fn filled(mut content: Map<String, Value>, chance: &Chance) -> Map<String, Value> {
    if let Some(blocks) = content.get_mut("blocks") {
        *blocks = content::filled_blocks(blocks.take(), chance);
    }
    for name in ["title", "submit", "close"] {
        if let Some(Value::Object(text)) = content.get_mut(name) {
            text.entry("emoji").or_insert(Value::Bool(true));
        }
    }
    content
}

/// `1596530361.3wRYuk3R`
fn mint_hash(chance: &Chance, now: Timestamp) -> String {
    let tail = super::commands::secret(chance);
    let tail: String = tail.chars().take(8).collect();
    format!("{}.{tail}", now.as_second())
}

fn check_external_id(
    workspace: &Workspace,
    given: &Given,
    except: Option<&str>,
) -> Result<(), Refusal> {
    let external_id = given.content.get("external_id").and_then(Value::as_str);
    let Some(external_id) = external_id.filter(|id| !id.is_empty()) else {
        return Ok(());
    };
    let mut all = workspace.screens.modals.iter().chain(&workspace.homes);
    let taken = all.any(|view| {
        view.text("external_id") == external_id && except.is_none_or(|except| except != view.id)
    });
    if taken {
        return Err(Refusal::of("duplicate_external_id"));
    }
    Ok(())
}
