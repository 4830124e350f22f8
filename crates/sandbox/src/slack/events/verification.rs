//! Before Slack sends events to an address, it asks whether that address wants them.

use serde_json::{Value, json};

use crate::slack::SlackSandbox;
use crate::slack::commands::{VERIFICATION_TOKEN, secret};
use crate::slack::outgoing::{Heard, Outgoing};

impl SlackSandbox {
    /// Sends `url_verification` to an app's events address.
    ///
    /// # Errors
    /// Slack's words, when the challenge did not come back.
    pub async fn verify_events_url(&self, app: &str) -> Result<(), String> {
        let challenge = secret(&self.options().chance);
        let asked = json!({ "token": VERIFICATION_TOKEN, "challenge": challenge,
            "type": "url_verification" });
        let heard = self.deliver(app, Outgoing::Event(asked, None)).await;
        let said = match heard {
            Ok(Heard::Text(text)) => text.trim().to_owned(),
            Ok(Heard::Json(fields)) => {
                let said = fields.get("challenge").and_then(Value::as_str);
                said.unwrap_or_default().to_owned()
            }
            Ok(Heard::Nothing) => String::new(),
            Err(failure) => return Err(format!("Your request URL was not reached: {failure}")),
        };
        if said == challenge {
            return Ok(());
        }
        let words = "Your URL didn't respond with the value of the challenge parameter.";
        Err(words.to_owned())
    }
}
