//! What is filled in: an incident from a command, an issue from a message.

use serde_json::{Value, json};

use super::telling::Teller;
use crate::slack_app::browser::find;
use crate::slack_app::person::Person;

pub async fn tell_of_an_incident(teller: &Teller<'_>) -> String {
    let chapter = teller.chapter();
    let ana = teller.of_demo("ana");
    ana.types(
        "#production",
        "/gitlab connect gitlab-com/gl-infra/production as production",
    )
    .await;
    ana.types("#production", "/gitlab incident declare Checkout is down")
        .await;
    chapter
        .look(
            "ana types: /gitlab incident declare Checkout is down",
            ana,
            "modal=1",
        )
        .await;
    let form = Form { person: ana };
    let offered = form.offers("incident.project", "prod").await;
    chapter.tell_options("ana looks for a project: prod", &offered);
    form.chooses("incident.project", value_of(&offered, "production"))
        .await;
    chapter.look("ana chooses it", ana, "modal=1").await;
    let people = form.offers("incident.assignee", "o").await;
    chapter.tell_options("ana looks for somebody: o", &people);
    let labels = form.offers("incident.labels", "bug").await;
    chapter.tell_options("ana looks for a label: bug", &labels);
    let sent = json!({
        "incident.severity": "high",
        "incident.assignee": value_of(&people, "Olu"),
        "incident.labels": [value_of(&labels, "bug")],
        "incident.zoom": "https://example.zoom.us/j/123456789",
    });
    let answer = form.sends(sent).await;
    assert_eq!(answer["ok"], true, "{answer}");
    chapter.look("ana sends the form", ana, "modal=1").await;
    chapter
        .look_at("and in the channel", ana, "#production")
        .await;
    chapter
        .look_at("ben sees there", teller.of_demo("ben"), "#production")
        .await;
    chapter.end()
}

pub async fn tell_of_a_message(teller: &Teller<'_>) -> String {
    let chapter = teller.chapter();
    let (ana, ben) = (teller.of_demo("ana"), teller.of_demo("ben"));
    let said = ben
        .types_as_it_is("#general", "The search is slow <!here> since this morning")
        .await;
    let ts = said["ts"].as_str().expect("a message").to_owned();
    let used = json!({ "callback_id": "issue_from_message", "channel": "#general", "ts": ts });
    ana.act("shortcut", used).await;
    chapter
        .look(
            "ben writes a message, and ana makes an issue of it",
            ana,
            "modal=1",
        )
        .await;
    let form = Form { person: ana };
    let answer = form.sends(json!({})).await;
    chapter.tell("ana sends the form as it is", &answer["errors"].to_string());
    let offered = form.offers("issue.project", "www").await;
    chapter.tell_options("ana looks for a project: www", &offered);
    form.chooses("issue.project", value_of(&offered, "www"))
        .await;
    let answer = form
        .sends(json!({ "issue.title": "The search is slow" }))
        .await;
    assert_eq!(answer["ok"], true, "{answer}");
    chapter
        .look(
            "ana sends the form with a title and a project",
            ana,
            "modal=1",
        )
        .await;
    chapter
        .look(
            "the message's thread",
            ben,
            &format!("channel=#general&thread={ts}"),
        )
        .await;
    chapter.end()
}

/// The form that somebody has before them.
struct Form<'a> {
    person: Person<'a>,
}

impl Form<'_> {
    async fn id(&self) -> String {
        let shown = self.person.looks("modal=1").await;
        let id = find(&shown, "id").and_then(Value::as_str);
        id.expect("a form").to_owned()
    }

    async fn offers(&self, menu: &str, query: &str) -> Value {
        let view = self.id().await;
        let typed = json!({ "view_id": view, "action_id": menu, "query": query });
        self.person.act("suggest", typed).await
    }

    async fn chooses(&self, menu: &str, value: Value) {
        let view = self.id().await;
        let chosen = json!({ "view_id": view, "action_id": menu, "value": value });
        self.person.act("click", chosen).await;
    }

    async fn sends(&self, values: Value) -> Value {
        self.person.act("submit", json!({ "values": values })).await
    }
}

/// The value of the offered choice whose text has this in it.
fn value_of(offered: &Value, text: &str) -> Value {
    let options = offered["options"].as_array().expect("choices");
    let mut named = options.iter().filter(|option| {
        let shown = option["text"]["text"].as_str().unwrap_or_default();
        shown.contains(text)
    });
    let option = named
        .next()
        .unwrap_or_else(|| panic!("{text} among {offered}"));
    option["value"].clone()
}
