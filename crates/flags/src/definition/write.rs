//! A definition as its file.

use std::fmt::Write;

use super::Definition;
use crate::yaml::scalar;

impl Definition {
    /// The file, with its keys in GitLab's order. Keys that say nothing are left out.
    #[must_use]
    pub fn write(&self) -> String {
        let mut file = String::from("---\n");
        let text = |text: &Option<String>| text.as_deref().map(scalar);
        let bool = |bool: bool| Some(bool.to_string());
        for (key, value) in [
            ("name", Some(scalar(self.name.as_str()))),
            ("description", text(&self.description)),
            ("feature_issue_url", text(&self.feature_issue_url)),
            ("introduced_by_url", text(&self.introduced_by_url)),
            ("rollout_issue_url", text(&self.rollout_issue_url)),
            ("milestone", text(&self.milestone)),
            ("log_state_changes", self.log_state_changes.and_then(bool)),
            ("group", text(&self.group)),
            ("type", Some(self.flag_type.to_string())),
            ("default_enabled", bool(self.default_enabled)),
            ("intended_to_rollout_by", text(&self.intended_to_rollout_by)),
        ] {
            if let Some(value) = value {
                // Writing to a string cannot fail.
                let _ = writeln!(file, "{key}: {value}");
            }
        }
        file
    }
}
