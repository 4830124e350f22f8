//! Opening an app's Home tab: `app_home_opened`.

use serde_json::{Value, json};

use super::{Doer, Done, action_ts};
use crate::slack::SlackSandbox;
use crate::slack::scripting::Bad;
use crate::slack::views;
use crate::slack::web_api::mint_id;
use crate::slack::workspace::{Channel, ChannelKind};

impl SlackSandbox {
    /// Opens an app's Home tab and tells the app.
    pub async fn open_home(&self, doer: &Doer, app: &str) -> Result<Done, Bad> {
        let event = self.home_opened(doer, app)?;
        self.tell_app(&doer.workspace, app, &event);
        self.settle_events().await;
        Ok(Done::quietly())
    }

    /// The event that tells an app that somebody looks at its Home tab.
    fn home_opened(&self, doer: &Doer, app: &str) -> Result<Value, Bad> {
        let options = self.options();
        let now = options.clock.now();
        let mut state = self.lock();
        let (workspace, apps) = state.workspace_and_apps(&doer.workspace);
        let has_home = apps.get(app).is_some_and(|app| app.settings.has_home);
        let bot = workspace.installed(app).filter(|_| has_home);
        let bot = bot.map(|app| app.user_id.clone()).ok_or_else(|| {
            Bad::not_now(format!("{app} is not installed here, or has no Home tab"))
        })?;
        let pair = [bot, doer.person.clone()];
        let known = workspace.conversation_of(&pair.clone().into());
        let channel = match known.map(|channel| channel.id.clone()) {
            Some(channel) => channel,
            None => {
                let id = mint_id('D', &options.chance);
                let pair = pair.each_ref().map(String::as_str);
                let begun = Channel::new(&id, "", ChannelKind::Direct, &pair, now);
                workspace.channels.insert(id.clone(), begun);
                id
            }
        };
        let mut event = json!({ "type": "app_home_opened", "user": doer.person,
            "channel": channel, "tab": "home", "event_ts": action_ts(now) });
        // Slack shows the app only what it has published before.
        if let Some(view) = views::home(workspace, app, &doer.person) {
            event["view"] = Value::Object(views::to_json(workspace, view));
        }
        Ok(event)
    }
}
