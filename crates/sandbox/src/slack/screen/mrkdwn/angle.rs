//! What stands in `<…>`: links, mentions, dates.

use super::super::markup::{Node, link, span, web_address};
use super::super::reader::Reader;
use super::{date, inline, scan};

/// Whether a token's first part is an address that Slack would link.
pub fn is_address(token: &str) -> bool {
    let address = token.split('|').next().unwrap_or_default();
    web_address(&scan::decode(address)).is_some()
}

/// Draws a token.
pub fn read(token: &str, reader: &Reader<'_>) -> Node {
    let (name, label) = match token.split_once('|') {
        Some((name, label)) => (name, Some(label).filter(|label| !label.is_empty())),
        None => (token, None),
    };
    match name.chars().next() {
        Some('@') => person(&name[1..], label, reader),
        Some('#') => channel(&name[1..], label, reader),
        Some('!') => command(&name[1..], label, reader),
        _ => address(&scan::decode(name), label, reader),
    }
}

fn address(address: &str, label: Option<&str>, reader: &Reader<'_>) -> Node {
    let label = match label {
        Some(label) => inline::label(&scan::scan(label), reader),
        None => vec![Node::Text(
            address
                .strip_prefix("mailto:")
                .unwrap_or(address)
                .to_owned(),
        )],
    };
    link(address, label)
}

fn person(id: &str, label: Option<&str>, reader: &Reader<'_>) -> Node {
    let name = match reader.workspace.people.get(id) {
        Some(person) => person.name.clone(),
        None => label.map_or_else(|| id.to_owned(), scan::decode),
    };
    let class = if id == reader.person {
        "mention mention-you"
    } else {
        "mention"
    };
    span(class).text(format!("@{name}")).into()
}

fn channel(id: &str, label: Option<&str>, reader: &Reader<'_>) -> Node {
    let known = reader.workspace.channel(id).is_some();
    let name = match reader.channel_name(id) {
        Some(name) => name.to_owned(),
        None if known => "private-channel".to_owned(),
        None => label.map_or_else(|| id.to_owned(), scan::decode),
    };
    span("mention mention-channel")
        .text(format!("#{name}"))
        .into()
}

fn command(command: &str, label: Option<&str>, reader: &Reader<'_>) -> Node {
    match command.split_once('^') {
        None if matches!(command, "here" | "channel" | "everyone") => span("mention mention-all")
            .text(format!("@{command}"))
            .into(),
        Some(("subteam", id)) => {
            let name = label.map_or_else(|| id.to_owned(), scan::decode);
            let at = if name.starts_with('@') { "" } else { "@" };
            span("mention mention-group")
                .text(format!("{at}{name}"))
                .into()
        }
        Some(("date", rest)) => date::read(rest, label, reader),
        // Slack shows the label of a command that it does not know, or its name in brackets.
        None | Some(_) => match label {
            Some(label) => Node::Text(scan::decode(label)),
            None => Node::Text(format!("<{}>", scan::decode(command))),
        },
    }
}
