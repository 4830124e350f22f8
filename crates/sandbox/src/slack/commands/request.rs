//! What a slash command tells the app, in Slack's words.

use clock::Chance;

use crate::slack::workspace::{Channel, ChannelKind, Person, ResponseUrl, Workspace};

/// The `token` that Slack still sends and nobody should trust.
pub const VERIFICATION_TOKEN: &str = "demo-verification-token";

/// What a command says.
pub struct Form<'a> {
    pub command: &'a str,
    /// As Slack escapes it.
    pub text: &'a str,
    pub person: &'a Person,
    pub channel: Option<&'a Channel>,
    pub response: &'a ResponseUrl,
    pub public_url: &'a str,
    pub trigger_id: &'a str,
}

impl Form<'_> {
    /// The fields, in Slack's order.
    pub fn fields(&self, workspace: &Workspace) -> Vec<(&'static str, String)> {
        let text = str::to_owned;
        vec![
            ("token", text(VERIFICATION_TOKEN)),
            ("team_id", workspace.id.clone()),
            ("team_domain", workspace.domain.clone()),
            ("channel_id", self.response.channel.clone()),
            ("channel_name", text(self.channel.map_or("", channel_name))),
            ("user_id", self.person.id.clone()),
            ("user_name", self.person.name.clone()),
            ("command", text(self.command)),
            ("text", text(self.text)),
            ("api_app_id", self.response.app.clone()),
            ("is_enterprise_install", text("false")),
            ("response_url", self.response_url(workspace)),
            ("trigger_id", text(self.trigger_id)),
        ]
    }

    fn response_url(&self, workspace: &Workspace) -> String {
        let (base, team) = (self.public_url, &workspace.id);
        let ResponseUrl { id, secret, .. } = self.response;
        format!("{base}/commands/{team}/{id}/{secret}")
    }
}

/// Slack tells apps the names of public channels alone.
pub fn channel_name(channel: &Channel) -> &str {
    match channel.kind {
        ChannelKind::Public => &channel.name,
        ChannelKind::Private => "privategroup",
        ChannelKind::Direct => "directmessage",
        ChannelKind::Group => "mpdm",
    }
}

/// Thirteen digits.
pub fn number(chance: &Chance) -> String {
    format!("{}", 1_000_000_000_000 + chance.below(9_000_000_000_000))
}

/// 24 letters and digits.
pub fn secret(chance: &Chance) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghijkmnpqrstuvwx";
    let digit = |_| {
        let at = usize::try_from(chance.below(32)).unwrap_or(0);
        char::from(DIGITS[at])
    };
    (0..24).map(digit).collect()
}

/// `123.456.hex`
pub fn mint_trigger_id(chance: &Chance) -> String {
    let (one, two) = (number(chance), chance.below(100_000_000_000));
    format!("{one}.{two}.{:032x}", chance.next_u128())
}
