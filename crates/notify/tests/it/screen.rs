//! A message as people see it, in plain characters.

use std::fmt::Write;

use domain::Message;
use domain::event::Event;
use notify::{Rendering, render};

/// Everything of a message or the reason for its absence:
/// `notification:` is what a phone shows, the rest is the screen, with `|` for the coloured bar.
pub fn screen(event: &Event) -> String {
    match render(event) {
        Rendering::Message(message) => message_screen(&message),
        Rendering::Fallback(message) => format!("(fallback)\n{}", message_screen(&message)),
        Rendering::Nothing(reason) => format!("no message: {reason}\n"),
    }
}

fn message_screen(message: &Message) -> String {
    let mut out = format!("notification: {}\n{}\n", message.summary, message.headline);
    let bar = format!("{:?}", message.tone).to_lowercase();
    let mut line = |text: &str| {
        writeln!(out, "{bar} | {text}").unwrap();
    };
    if let Some(body) = &message.body {
        body.as_str().lines().for_each(&mut line);
    }
    for fact in &message.facts {
        let wide = if fact.wide { " (wide)" } else { "" };
        line(&format!("{}{wide}: {}", fact.label, fact.value));
    }
    for context in &message.context {
        line(&format!("small: {context}"));
    }
    for button in &message.links {
        line(&format!("[{}] {}", button.label, button.url));
    }
    out.replace('\u{2060}', "")
}

/// All that can be read on the screen, link addresses left out.
pub fn visible(message: &Message) -> String {
    let mut out = vec![plain(message.headline.as_str())];
    out.extend(message.body.iter().map(|body| plain(body.as_str())));
    out.extend(
        message
            .facts
            .iter()
            .map(|fact| format!("{}: {}", fact.label, plain(fact.value.as_str()))),
    );
    out.extend(message.context.iter().map(|piece| plain(piece.as_str())));
    out.extend(message.links.iter().map(|button| button.label.clone()));
    out.join("\n")
}

/// Markup as it reads: without the addresses of its links, escapes resolved.
pub fn plain(markup: &str) -> String {
    without_addresses(markup)
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
        .replace('\u{2060}', "")
}

/// Markup with each link replaced by its label.
pub fn without_addresses(markup: &str) -> String {
    let mut out = String::new();
    let mut rest = markup;
    while let Some((before, link)) = rest.split_once('<') {
        out.push_str(before);
        let (link, after) = link.split_once('>').unwrap_or((link, ""));
        out.push_str(link.split_once('|').map_or(link, |(_, label)| label));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The addresses and labels of all links in a piece of markup.
pub fn links(markup: &str) -> Vec<(String, String)> {
    markup
        .split('<')
        .skip(1)
        .map(|link| {
            let link = link.split_once('>').map_or(link, |(link, _)| link);
            let (url, label) = link.split_once('|').unwrap_or((link, ""));
            (url.replace("&amp;", "&"), label.to_owned())
        })
        .collect()
}
