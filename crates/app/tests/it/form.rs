//! A modal that somebody has before them.

use serde_json::{Map, Value, json};

use crate::world::World;

/// A modal as Slack was given it last.
pub struct Form(pub Value);

impl World {
    /// Lets modals be opened, and whoever is linked see acme/shop as a Developer.
    pub fn has_forms(&self) {
        let shown = json!({"ok": true, "view": {"id": "V1", "hash": "1.a"}});
        for call in ["POST /api/views.open", "POST /api/views.update"] {
            self.outside.answers(call, &shown);
        }
        let member = json!({"id": 7, "username": "ana", "name": "Ana", "access_level": 30});
        let role = "GET projects/acme%2Fshop/members/all/7";
        self.outside.answers(role, &member);
    }

    /// The modal that was shown last.
    #[track_caller]
    pub fn form(&self) -> Form {
        let changes = self.outside.changes();
        let mut shown = changes.iter().rev();
        let shown = shown.find(|(call, _)| call.starts_with("POST /api/views."));
        let (_, body) = shown.expect("a modal was shown");
        Form(body["view"].clone())
    }

    /// What GitLab was told with this call.
    #[track_caller]
    pub fn told(&self, call: &str) -> Value {
        let changes = self.outside.changes();
        let mut told = changes.iter().filter(|(made, _)| made == call);
        let (_, body) = told.next().expect("a call");
        assert!(told.next().is_none(), "{call} was made twice");
        body.clone()
    }
}

impl Form {
    /// What stands in it as Slack sends it, with other things in some fields.
    fn view(&self, changes: &[(&str, Value)]) -> Value {
        let mut values = Map::new();
        let blocks = self.0["blocks"].as_array().unwrap().iter();
        for block in blocks.filter(|block| block["type"] == "input") {
            let (id, element) = (block["block_id"].as_str().unwrap(), &block["element"]);
            let unchanged = json!({
                "value": element["initial_value"],
                "selected_option": element["initial_option"],
                "selected_options": element["initial_options"],
            });
            let mut changes = changes.iter();
            let change = changes.find(|(changed, _)| *changed == id);
            let entered = change.map_or(unchanged, |(_, entered)| entered.clone());
            let field = element["action_id"].as_str().unwrap();
            values.insert(id.to_owned(), json!({field: entered}));
        }
        json!({
            "id": "V1", "type": "modal", "hash": "1.a",
            "callback_id": self.0["callback_id"],
            "private_metadata": self.0["private_metadata"],
            "state": {"values": values},
        })
    }

    fn payload(&self, kind: &str, trigger: &str, changes: &[(&str, Value)]) -> Value {
        json!({
            "type": kind, "trigger_id": trigger, "team": {"id": "T0DEMO"},
            "user": {"id": "U0ANA", "username": "ana"},
            "view": self.view(changes),
        })
    }

    pub fn sent(&self, changes: &[(&str, Value)]) -> Value {
        self.payload("view_submission", "2.1", changes)
    }

    pub fn closed(&self) -> Value {
        self.payload("view_closed", "", &[])
    }

    /// Another choice in a menu that tells at once.
    pub fn chosen(&self, block: &str, action: &str, option: &Value) -> Value {
        let chosen = json!({"selected_option": option});
        let mut payload = self.payload("block_actions", "3.1", &[(block, chosen)]);
        payload["actions"] = json!([{
            "type": "external_select", "action_id": action, "block_id": block,
            "selected_option": option,
        }]);
        payload["container"] = json!({"type": "view", "view_id": "V1"});
        payload
    }

    /// Somebody types into a menu. Slack does not say what stands in the fields then.
    pub fn typed(&self, action: &str, query: &str) -> Value {
        let mut payload = self.payload("block_suggestion", "", &[]);
        payload["action_id"] = json!(action);
        payload["block_id"] = json!("any");
        payload["value"] = json!(query);
        payload["view"]["state"] = json!({"values": {}});
        payload
    }

    #[track_caller]
    pub fn field(&self, block: &str) -> &Value {
        let mut blocks = self.0["blocks"].as_array().unwrap().iter();
        let found = blocks.find(|found| found["block_id"] == block);
        &found.unwrap_or_else(|| panic!("no {block} in {}", self.0))["element"]
    }
}
