//! `chat.unfurl`: what an app shows below a message that holds one of its links.

use serde_json::{Map, Value, json};

use super::call::{Answer, Call};
use super::content::filled_attachments;
use crate::slack::What;
use crate::slack::args::NotJson;
use crate::slack::blocks;
use crate::slack::links::{self, Source, Unfurl};
use crate::slack::refusal::Refusal;
use crate::slack::workspace::{Author, Message};

/// `chat.unfurl`
pub fn unfurl(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let unfurl = meant(call)?;
    let unfurls = call.args.json("unfurls");
    let unfurls = unfurls.map_err(|NotJson| "invalid_unfurls_format")?;
    if call.args.flag("user_auth_required", false)
        || call.args.text("user_auth_url").is_some()
        || call.args.text("user_auth_message").is_some()
    {
        invite(call, &unfurl)?;
    } else if unfurls.is_none() {
        return Err(Refusal::of("missing_unfurls"));
    }
    let unfurls = match unfurls {
        None => return Ok(Answer::new()),
        Some(Value::Object(unfurls)) => unfurls,
        Some(_) => return Err(Refusal::of("invalid_unfurls_format")),
    };
    for (url, shown) in &unfurls {
        check(call, &unfurl, url, shown)?;
    }
    // What is composed is shown to its writer alone, before there is a message.
    if let Some(ts) = &unfurl.ts {
        show(call, &unfurl, ts, unfurls)?;
    }
    Ok(Answer::new())
}

/// The links that are meant, by message or by the event's `unfurl_id`.
fn meant(call: &Call<'_>) -> Result<Unfurl, Refusal> {
    let app = call.app()?.id.clone();
    let unfurls = &call.workspace().screens.unfurls;
    let text = |name| call.args.text(name);
    match (text("unfurl_id"), text("source")) {
        (Some(id), Some(source)) => {
            let source = Source::of(&source).ok_or("invalid_source")?;
            let mut all = unfurls.iter();
            let found = all.find(|it| it.id == id && it.source == source && it.app == app);
            return found
                .cloned()
                .ok_or_else(|| Refusal::of("invalid_unfurl_id"));
        }
        (Some(_), None) => return Err(Refusal::of("missing_source")),
        (None, Some(_)) => return Err(Refusal::of("missing_unfurl_id")),
        (None, None) => (),
    }
    let channel = text("channel").ok_or("missing_channel")?;
    let ts = text("ts").ok_or("missing_ts")?;
    let found = call.workspace().channel(&channel);
    let found = found.filter(|channel| call.sees(channel));
    let message = found.ok_or("cannot_find_channel")?.message(&ts);
    let message = message.filter(|message| message.only_for.is_none());
    let message = message.ok_or("cannot_find_message")?;
    let mut all = unfurls.iter().rev();
    let known =
        all.find(|it| it.app == app && it.channel == channel && it.ts.as_ref() == Some(&ts));
    Ok(known.cloned().unwrap_or(Unfurl {
        id: String::new(),
        app,
        user: message.author.user.clone(),
        channel,
        source: Source::History,
        ts: Some(ts),
        links: Vec::new(),
    }))
}

fn check(call: &Call<'_>, unfurl: &Unfurl, url: &str, shown: &Value) -> Result<(), Refusal> {
    if let Some(ts) = &unfurl.ts {
        let message = call.workspace().channel(&unfurl.channel);
        let message = message.and_then(|channel| channel.message(ts));
        let links = message.map(|message| links::in_text(&message.text));
        if !links.unwrap_or_default().iter().any(|link| link == url) {
            return Err(Refusal::of("cannot_unfurl_message"));
        }
    }
    // An app unfurls what it was told of.
    if !unfurl.links.iter().any(|link| link == url) {
        return Err(Refusal::of("cannot_unfurl_url"));
    }
    let is_object = shown.is_object();
    let problems = blocks::validate_attachments(&json!([shown]));
    if !is_object || !problems.is_empty() {
        return Err(Refusal::of("cannot_parse_attachment"));
    }
    Ok(())
}

fn show(
    call: &mut Call<'_>,
    unfurl: &Unfurl,
    ts: &str,
    unfurls: Map<String, Value>,
) -> Result<(), Refusal> {
    let bot_id = call.app()?.bot_id.clone();
    let chance = call.options.chance.clone();
    let channel = call
        .channel_mut(&unfurl.channel)
        .map_err(|_| "cannot_find_channel")?;
    let message = channel.message_mut(ts).ok_or("cannot_find_message")?;
    let mut all = match message.attachments.take() {
        Some(Value::Array(all)) => all,
        Some(_) | None => Vec::new(),
    };
    for (url, shown) in unfurls {
        let is_same = |attachment: &Value| {
            attachment["app_unfurl_url"] == url.as_str() && attachment["app_id"] == unfurl.app
        };
        let mut attachment = shown;
        attachment["from_url"] = json!(url);
        attachment["app_unfurl_url"] = json!(url);
        attachment["is_app_unfurl"] = json!(true);
        attachment["app_id"] = json!(unfurl.app);
        attachment["bot_id"] = json!(bot_id);
        match all.iter_mut().find(|attachment| is_same(attachment)) {
            Some(known) => *known = attachment,
            None => all.push(attachment),
        }
    }
    message.attachments = (!all.is_empty()).then(|| filled_attachments(Value::Array(all), &chance));
    call.changed(&unfurl.channel, Some(ts), What::Updated);
    Ok(())
}

/// Tells whoever shared the link how to let the app show more.
fn invite(call: &mut Call<'_>, unfurl: &Unfurl) -> Result<(), Refusal> {
    let app = call.app()?.clone();
    let url = call.args.text("user_auth_url");
    let message = call.args.text("user_auth_message");
    let words =
        message.unwrap_or_else(|| format!("{} would show more of this link to you.", app.name));
    let words = match url {
        Some(url) => format!("{words}\n<{url}|Connect your account>"),
        None => words,
    };
    let now = call.now;
    let Ok(channel) = call.channel_mut(&unfurl.channel) else {
        return Err(Refusal::of("cannot_find_channel"));
    };
    let mut message = Message::new(channel.next_ts(now), Author::app(&app), words);
    message.only_for = Some(unfurl.user.clone());
    let ts = message.ts.clone();
    channel.add(message);
    call.changed(&unfurl.channel, Some(&ts), What::Posted);
    Ok(())
}
