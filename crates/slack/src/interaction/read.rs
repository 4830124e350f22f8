//! From Slack's JSON to an interaction.

use super::{
    Action, BlockActions, ChosenMessage, ChosenUrl, Entered, Interaction, MessagePlace,
    MessageShortcut, OpenedView, Place, Shortcut, State, Suggestion, ViewClosed, ViewSubmission,
    Who,
};
use crate::block_kit::base_of_id;
use crate::hook_url::HookHost;
use crate::payload::{Fields, InvalidPayload, LONGEST_MESSAGE, LONGEST_NAME, missing};

pub(super) fn interaction(
    fields: Fields<'_>,
    host: &HookHost,
) -> Result<Interaction, InvalidPayload> {
    Ok(match fields.needed("type")?.as_str() {
        "block_actions" => Interaction::BlockActions(block_actions(fields, host)?),
        "view_submission" => Interaction::ViewSubmission(ViewSubmission {
            who: who(fields)?,
            view: OpenedView::read(fields)?,
            response_urls: chosen_urls(fields, host)?,
        }),
        "view_closed" => Interaction::ViewClosed(ViewClosed {
            who: who(fields)?,
            view: OpenedView::read(fields)?,
            is_cleared: fields.is_true("is_cleared"),
        }),
        "shortcut" => Interaction::Shortcut(Shortcut {
            who: who(fields)?,
            callback_id: fields.needed("callback_id")?,
        }),
        "message_action" => Interaction::MessageShortcut(message_shortcut(fields, host)?),
        "block_suggestion" => Interaction::Suggestion(suggestion(fields)?),
        other => {
            return Err(InvalidPayload::UnknownType {
                kind: other.to_owned(),
            });
        }
    })
}

/// An app that belongs to a whole organization gets no `team`; the person has one.
fn who(fields: Fields<'_>) -> Result<Who, InvalidPayload> {
    let workspace = match fields.optional_id("team.id")? {
        Some(workspace) => workspace,
        None => fields.id("user.team_id")?,
    };
    let enterprise = match fields.optional("enterprise.id", LONGEST_NAME)? {
        Some(enterprise) => Some(enterprise),
        None => fields.optional("team.enterprise_id", LONGEST_NAME)?,
    };
    let user_name = match fields.optional("user.username", LONGEST_NAME)? {
        Some(name) => name,
        None => fields.or_empty("user.name", LONGEST_NAME)?,
    };
    Ok(Who {
        workspace,
        enterprise,
        user: fields.id("user.id")?,
        user_name,
        trigger_id: fields.optional("trigger_id", LONGEST_NAME)?,
    })
}

fn block_actions(fields: Fields<'_>, host: &HookHost) -> Result<BlockActions, InvalidPayload> {
    let actions = fields.items("actions").iter().map(|action| {
        let action = Fields(action);
        Ok(Action {
            action_id: base_of_id(&action.needed("action_id")?).to_owned(),
            block_id: action.or_empty("block_id", LONGEST_NAME)?,
            entered: Entered::read(action),
        })
    });
    let actions = actions.collect::<Result<Vec<_>, InvalidPayload>>()?;
    if actions.is_empty() {
        return Err(missing("actions"));
    }
    let place = place(fields)?;
    let state = match &place {
        Place::View(view) => view.state.clone(),
        Place::Message(_) => State::read(fields),
    };
    Ok(BlockActions {
        who: who(fields)?,
        actions,
        place,
        state,
        response_url: fields.response_url("response_url", host)?,
    })
}

/// In a view, or in a message: `message_attachment` is one that has coloured bars.
fn place(fields: Fields<'_>) -> Result<Place, InvalidPayload> {
    if fields.inside("view").is_some() {
        return Ok(Place::View(Box::new(OpenedView::read(fields)?)));
    }
    let channel = match fields.optional_id("container.channel_id")? {
        Some(channel) => channel,
        None => fields.id("channel.id")?,
    };
    let thread = match fields.optional_ts("container.thread_ts")? {
        Some(thread) => Some(thread),
        None => fields.optional_ts("message.thread_ts")?,
    };
    Ok(Place::Message(MessagePlace {
        channel,
        channel_name: fields.or_empty("channel.name", LONGEST_NAME)?,
        ts: fields.ts("container.message_ts")?,
        thread,
        is_ephemeral: fields.is_true("container.is_ephemeral"),
    }))
}

fn chosen_urls(fields: Fields<'_>, host: &HookHost) -> Result<Vec<ChosenUrl>, InvalidPayload> {
    let mut urls = Vec::new();
    for entry in fields.items("response_urls") {
        let entry = Fields(entry);
        let Some(url) = entry.response_url("response_url", host)? else {
            continue;
        };
        urls.push(ChosenUrl {
            block_id: entry.needed("block_id")?,
            action_id: base_of_id(&entry.needed("action_id")?).to_owned(),
            channel: entry.id("channel_id")?,
            url,
        });
    }
    Ok(urls)
}

fn message_shortcut(
    fields: Fields<'_>,
    host: &HookHost,
) -> Result<MessageShortcut, InvalidPayload> {
    let user = match fields.optional("message.user", LONGEST_NAME)? {
        Some(user) => Some(user),
        None => fields.optional("message.bot_id", LONGEST_NAME)?,
    };
    Ok(MessageShortcut {
        who: who(fields)?,
        callback_id: fields.needed("callback_id")?,
        channel: fields.id("channel.id")?,
        channel_name: fields.or_empty("channel.name", LONGEST_NAME)?,
        message: ChosenMessage {
            ts: fields.ts("message_ts")?,
            thread: fields.optional_ts("message.thread_ts")?,
            user,
            text: fields.cut("message.text", LONGEST_MESSAGE),
        },
        response_url: fields.response_url("response_url", host)?,
    })
}

fn suggestion(fields: Fields<'_>) -> Result<Suggestion, InvalidPayload> {
    Ok(Suggestion {
        who: who(fields)?,
        action_id: base_of_id(&fields.needed("action_id")?).to_owned(),
        block_id: fields.or_empty("block_id", LONGEST_NAME)?,
        query: fields.cut("value", LONGEST_NAME),
        place: place(fields)?,
    })
}
