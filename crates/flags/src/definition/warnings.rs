//! What a definition should say but need not.

use jiff::civil::Date;

use super::{Definition, FlagType};

impl Definition {
    /// What people should put right, one line each. GitLab's documentation asks for all of it;
    /// its loader for none. Whether the flag is too old is not said: only a calendar of
    /// milestones knows.
    #[must_use]
    pub fn warnings(&self, today: Date) -> Vec<String> {
        let mut warnings = self.missing();
        let group = self.group.as_deref();
        if group.is_some_and(|group| !group.starts_with("group::")) {
            warnings.push("group: is written group::<name>".to_owned());
        }
        if let Some(phase) = ["_mvc", "_beta"]
            .iter()
            .find(|phase| self.name.as_str().ends_with(*phase))
        {
            warnings.push(format!(
                "name: leave {phase} out, the flag will outlive the phase"
            ));
        }
        if self.name.as_str().split('_').any(|word| word == "disable") {
            warnings.push(
                "name: a flag that disables is read twice; say hide, remove or disallow".to_owned(),
            );
        }
        if self.flag_type == FlagType::Development {
            warnings.push(
                "type: development is deprecated; choose gitlab_com_derisk, wip, beta or ops"
                    .to_owned(),
            );
        }
        let date = self.intended_to_rollout_by.as_deref();
        if let Some(Ok(date)) = date.map(str::parse::<Date>)
            && date < today
        {
            warnings.push(format!("intended_to_rollout_by: {date} has passed"));
        }
        warnings
    }

    fn missing(&self) -> Vec<String> {
        let needs_issue = self.flag_type.needs_a_rollout_issue();
        [
            ("description", self.description.is_none()),
            ("introduced_by_url", self.introduced_by_url.is_none()),
            (
                "rollout_issue_url",
                needs_issue && self.rollout_issue_url.is_none(),
            ),
            ("milestone", self.milestone.is_none()),
            ("group", self.group.is_none()),
        ]
        .into_iter()
        .filter(|(_, missing)| *missing)
        .map(|(key, _)| format!("{key}: is missing"))
        .collect()
    }
}
