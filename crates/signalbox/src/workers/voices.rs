//! The ways to speak in Slack: the app's bot, and the old integrations' incoming webhooks.
//!
//! Which of them speaks was decided when the event was routed, and stands with the delivery; here
//! it is only looked up by what means.

use domain::ChannelName;
use installations::Installations;
use integrations::Integrations;
use notify::settings::webhooks_own_channel;
use secrecy::SecretString;
use slack::{HookHost, IncomingWebhook, PostError, Rendered, WebhookPost};

/// Who can speak.
pub struct Voices {
    /// The client of each workspace that has the app.
    pub installations: Installations,
    pub integrations: Integrations,
    /// Where webhooks may be; nothing is posted anywhere else.
    pub hooks: HookHost,
    /// Posts to webhooks; follows no redirects.
    pub http: reqwest::Client,
}

/// What came of a post by webhook.
#[derive(Debug)]
pub enum ByWebhook {
    Taken,
    /// The place has no webhook any more.
    NoWebhook,
    /// Its address is not one that this Slack has.
    BadAddress(slack::InvalidHookUrl),
    Failed(PostError),
}

impl Voices {
    /// Posts through the webhook that is set at `place`.
    pub async fn by_webhook(
        &self,
        place: &str,
        channel: &ChannelName,
        message: &Rendered,
    ) -> ByWebhook {
        let webhook = self.integrations.now().webhook(place).cloned();
        let Some(webhook) = webhook else {
            return ByWebhook::NoWebhook;
        };
        let url = SecretString::from(webhook.url.reveal());
        let hook = match IncomingWebhook::new(self.http.clone(), &url, &self.hooks) {
            Ok(hook) => hook,
            Err(error) => return ByWebhook::BadAddress(error),
        };
        let own = webhooks_own_channel(place);
        let post = WebhookPost {
            message,
            channel: Some(channel).filter(|channel| own.as_ref() != Some(*channel)),
            username: webhook.username.as_deref(),
            icon_url: None,
        };
        match hook.post(post).await {
            Ok(()) => ByWebhook::Taken,
            Err(error) => ByWebhook::Failed(error),
        }
    }
}
