//! How a token that is about to expire looks in a channel.

use domain::event::{Event, TokenExpiry, TokenKind};
use domain::message::Tone;
use domain::mrkdwn::Mrkdwn;
use domain::{Message, say};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::sentence::tell;
use super::{address, moment, names, text};

pub(super) fn render(event: &Event, expiry: &TokenExpiry) -> Message {
    let kind = match expiry.token {
        TokenKind::Access => "Access token",
        TokenKind::Deploy => "Deploy token",
    };
    let name = text::title(&expiry.name);
    let place = names::at_place(event, "of");
    let expires = expires(event, expiry.expires_at.as_deref());
    let sentence = tell!("{kind} {name}{place} {expires}", kind name place expires);
    sentence
        .message()
        .tone(Tone::Warning)
        .link("Manage tokens", &page(event, expiry.token))
}

/// "expires on 2024-01-26, in 7 days"; the days only when the event says when it happened.
fn expires(event: &Event, date: Option<&str>) -> Mrkdwn {
    let Some(date) = date else {
        return say!("expires soon");
    };
    let shown = moment::day(date);
    match days_left(event, date) {
        Some(0) => say!("expires on {}, today", shown),
        Some(1) => say!("expires on {}, tomorrow", shown),
        Some(days @ 2..) => say!("expires on {}, in {} days", shown, days),
        Some(..0) => say!("expired on {}", shown),
        None => say!("expires on {}", shown),
    }
}

fn days_left(event: &Event, date: &str) -> Option<i64> {
    let date: Date = date.get(..10).unwrap_or(date).parse().ok()?;
    let today = event.happened_at?.to_zoned(TimeZone::UTC).date();
    date.since(today)
        .ok()
        .map(|left| i64::from(left.get_days()))
}

/// Where the token can be renewed.
fn page(event: &Event, token: TokenKind) -> String {
    let page = match token {
        TokenKind::Access => "settings/access_tokens",
        TokenKind::Deploy => "settings/repository",
    };
    match (&event.project, &event.group) {
        (Some(project), _) => address::page(project, page),
        (None, Some(group)) => address::group_page(event, &group.path, page),
        (None, None) => String::new(),
    }
}
