//! Links that people share: which app is told of them, and what it shows below the message.

use clock::Chance;
use serde_json::{Value, json};

use super::apps::{Apps, RegisteredApp};
use super::workspace::{Channel, Message, Workspace};

/// How many shared links are remembered; the oldest leave first.
pub const UNFURLS_KEPT: usize = 1000;

/// Where links were seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// In the composer, before they were sent.
    Composer,
    /// In a message.
    History,
}

impl Source {
    /// Slack's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Composer => "composer",
            Self::History => "conversations_history",
        }
    }

    /// The source that this word means.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let all = [Self::Composer, Self::History];
        all.into_iter().find(|source| source.word() == word)
    }
}

/// Links of one message that an app was told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfurl {
    /// `Uxxxxxxx-…`
    pub id: String,
    pub app: String,
    pub user: String,
    pub channel: String,
    pub source: Source,
    /// The message; none while it is composed.
    pub ts: Option<String>,
    pub links: Vec<String>,
}

/// `U0123456789-909b5454-75f8-4ac4-b325-1b40e230bbd8`
pub fn mint_id(chance: &Chance) -> String {
    let hex = format!("{:032x}", chance.next_u128());
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!(
        "{}-{}-{}-{}-{}-{}",
        super::web_api::mint_id('U', chance),
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32)
    )
}

/// The addresses in a message as it is stored, in order, each once.
#[must_use]
pub fn in_text(text: &str) -> Vec<String> {
    let mut links: Vec<String> = Vec::new();
    for piece in text.split('<').skip(1) {
        let Some((inside, _)) = piece.split_once('>') else {
            continue;
        };
        let address = inside.split('|').next().unwrap_or_default();
        let is_link = address.starts_with("https://") || address.starts_with("http://");
        let address = address.replace("&amp;", "&");
        if is_link && !links.contains(&address) {
            links.push(address);
        }
    }
    links
}

/// The domain of an app that a link belongs to: that host, or one below it.
#[must_use]
pub fn domain_of<'a>(app: &'a RegisteredApp, link: &str) -> Option<&'a str> {
    let url = url::Url::parse(link).ok()?;
    let host = url.host_str()?;
    let with_port = url.port().map(|port| format!("{host}:{port}"));
    let belongs = |domain: &&String| {
        let below = host.strip_suffix(domain.as_str());
        host == **domain
            || with_port.as_ref() == Some(*domain)
            || below.is_some_and(|below| below.ends_with('.'))
    };
    let domain = app.settings.unfurl_domains.iter().find(belongs);
    domain.map(String::as_str)
}

/// What each app that asked for it is told of links: the app's id and the event's `links`.
#[must_use]
pub fn to_tell(apps: &Apps, links: &[String]) -> Vec<(String, Vec<String>, Value)> {
    let mut told = Vec::new();
    for app in apps.values() {
        let theirs = links
            .iter()
            .filter_map(|link| Some((link, domain_of(app, link)?)));
        let theirs: Vec<(&String, &str)> = theirs.collect();
        if !theirs.is_empty() {
            let json: Value = theirs
                .iter()
                .map(|(url, domain)| json!({ "domain": domain, "url": url }))
                .collect();
            let links = theirs.iter().map(|(url, _)| (*url).clone()).collect();
            told.push((app.id.clone(), links, json));
        }
    }
    told
}

/// The `link_shared` event of an unfurl.
#[must_use]
pub fn event(workspace: &Workspace, unfurl: &Unfurl, links: &Value, event_ts: &str) -> Value {
    let channel = workspace.channel(&unfurl.channel);
    let thread_ts = channel.and_then(|channel| thread_of(channel, unfurl.ts.as_deref()?));
    let app = workspace.app(&unfurl.app);
    let is_member = channel
        .zip(app)
        .is_some_and(|(channel, app)| channel.members.contains(&app.user_id));
    let (shown_channel, ts) = match unfurl.source {
        Source::Composer => ("COMPOSER", unfurl.id.as_str()),
        Source::History => (
            unfurl.channel.as_str(),
            unfurl.ts.as_deref().unwrap_or_default(),
        ),
    };
    let mut event = json!({
        "type": "link_shared",
        "user": unfurl.user,
        "channel": shown_channel,
        "message_ts": ts,
        "links": links,
        "source": unfurl.source.word(),
        "unfurl_id": unfurl.id,
        "is_bot_user_member": is_member,
        "event_ts": event_ts,
    });
    if let Some(thread_ts) = thread_ts {
        event["thread_ts"] = json!(thread_ts);
    }
    event
}

fn thread_of<'c>(channel: &'c Channel, ts: &str) -> Option<&'c str> {
    let message: &Message = channel.message(ts)?;
    message.thread_ts.as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slack::SlashCommand;

    #[test]
    fn links_are_found_in_stored_text_once_each() {
        let text = "see <https://g.ex/a?b=1&amp;c=2> and <https://g.ex/a?b=1&amp;c=2|again> <@U1> <http://x.ex>";
        assert_eq!(in_text(text), ["https://g.ex/a?b=1&c=2", "http://x.ex"]);
    }

    #[test]
    fn a_link_belongs_to_a_domain_and_to_hosts_below_it() {
        let mut app = RegisteredApp::demo(None, SlashCommand::demo());
        app.settings.unfurl_domains = vec!["gitlab.ex".to_owned(), "127.0.0.1:7402".to_owned()];
        for (link, expected) in [
            ("https://gitlab.ex/a/b", Some("gitlab.ex")),
            ("https://next.gitlab.ex/a", Some("gitlab.ex")),
            ("https://notgitlab.ex/a", None),
            ("http://127.0.0.1:7402/a", Some("127.0.0.1:7402")),
            ("http://127.0.0.1:7403/a", None),
            ("mailto:ana@gitlab.ex", None),
        ] {
            assert_eq!(domain_of(&app, link), expected, "{link}");
        }
    }
}
