//! A view: a modal on someone's screen, or the Home tab that an app published for someone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What people entered: by `block_id`, then by `action_id`, each as `state.values` has it.
pub type Values = BTreeMap<String, BTreeMap<String, Value>>;

/// Which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewKind {
    Modal,
    Home,
}

impl ViewKind {
    /// Slack's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Modal => "modal",
            Self::Home => "home",
        }
    }
}

/// A view as the workspace keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// `V…`
    pub id: String,
    pub kind: ViewKind,
    /// The app that showed it (`A…`).
    pub app: String,
    /// Who sees it (`U…`).
    pub user: String,
    /// The lowest view of its stack; its own id when that is itself.
    pub root: String,
    /// The view below.
    pub previous: Option<String>,
    /// Changes with every change of the app's.
    pub hash: String,
    /// What the app gave, ids filled in: `title`, `blocks`, `private_metadata` …
    pub content: Map<String, Value>,
    /// What its person entered.
    #[serde(default)]
    pub entered: Values,
    /// What is wrong with what was entered, by `block_id`.
    #[serde(skip)]
    pub errors: BTreeMap<String, String>,
    /// The app did not take the last submission: Slack's words about it.
    #[serde(skip)]
    pub trouble: Option<String>,
}

impl View {
    /// A text of the app's.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        let text = self.content.get(field).and_then(Value::as_str);
        text.unwrap_or_default()
    }

    /// A switch of the app's, off unless given.
    #[must_use]
    pub fn flag(&self, field: &str) -> bool {
        self.content.get(field) == Some(&Value::Bool(true))
    }

    /// Its blocks.
    #[must_use]
    pub fn blocks(&self) -> &Value {
        self.content.get("blocks").unwrap_or(&Value::Null)
    }
}
