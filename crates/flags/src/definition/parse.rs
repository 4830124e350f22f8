//! From a definition file to a definition, or to everything that is wrong with it.
//!
//! The checks and their order are those of GitLab's loader. Beyond them: unknown keys and keys
//! given twice are refused, which GitLab passes over in silence. How a key's value is read is
//! `file`'s.

use crate::ids::FlagKey;
use crate::nearest::nearest;

use super::file::{File, shortened};
use super::{Definition, FlagType, Problem};

impl Definition {
    /// Reads one definition file. `path` ends in `<type>/<name>.yml`.
    ///
    /// # Errors
    /// With everything that is wrong: first what cannot be read, then what a key may not say.
    pub fn parse(path: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let mut file = File::read(path, text).map_err(|problem| vec![problem])?;
        match file.definition() {
            Some(definition) if file.problems.is_empty() => Ok(definition),
            Some(_) | None => Err(file.problems),
        }
    }
}

impl File<'_> {
    /// In the order in which GitLab checks.
    fn definition(&mut self) -> Option<Definition> {
        let name = self.name();
        let flag_type = self.flag_type();
        self.check_path(name.as_ref(), flag_type);
        let milestone = self.milestone();
        let default_enabled = self.default_enabled(flag_type);
        let description = self.text("description");
        let feature_issue_url = self.url("feature_issue_url");
        let introduced_by_url = self.url("introduced_by_url");
        let rollout_issue_url = self.url("rollout_issue_url");
        let log_state_changes = self.bool("log_state_changes");
        let group = self.text("group");
        let intended_to_rollout_by = self.date("intended_to_rollout_by");
        Some(Definition {
            name: name?,
            description,
            feature_issue_url,
            introduced_by_url,
            rollout_issue_url,
            milestone,
            log_state_changes,
            flag_type: flag_type?,
            group,
            default_enabled: default_enabled?,
            intended_to_rollout_by,
        })
    }

    fn name(&mut self) -> Option<FlagKey> {
        let name = self.needed_text("name")?;
        let words = |name: &str| {
            name.split('_').all(|word| {
                let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
                !word.is_empty() && word.chars().all(allowed)
            })
        };
        match name.parse() {
            Ok(key) if words(&name) => Some(key),
            _ => {
                let short = shortened(&name);
                self.refuse(
                    "name",
                    format!(
                        "is {short:?}; a name is lower-case words and digits joined by single \
                         underscores, at most 255 characters"
                    ),
                );
                None
            }
        }
    }

    fn flag_type(&mut self) -> Option<FlagType> {
        let name = self.needed_text("type")?;
        if let Ok(flag_type) = name.parse() {
            return Some(flag_type);
        }
        let names: Vec<_> = FlagType::ALL.iter().map(|known| known.name()).collect();
        let short = shortened(&name);
        let remedy = match nearest(&name, names.iter().copied()).first() {
            Some(known) => format!("did you mean {known}?"),
            None => format!("the types are {}", names.join(", ")),
        };
        self.refuse("type", format!("{short:?} is no type of flags; {remedy}"));
        None
    }

    fn check_path(&mut self, name: Option<&FlagKey>, flag_type: Option<FlagType>) {
        let mut parts = self.path.rsplit('/');
        let file = parts.next().unwrap_or_default();
        let folder = parts.next().unwrap_or_default();
        let Some(stem) = file.strip_suffix(".yml") else {
            self.problems.push(Problem {
                file: self.path.to_owned(),
                line: 1,
                key: None,
                message: "is no path of a definition; that ends in <type>/<name>.yml".to_owned(),
            });
            return;
        };
        if let Some(name) = name.filter(|name| name.as_str() != stem) {
            self.refuse(
                "name",
                format!("is {name}, but the file is named {stem}.yml"),
            );
        }
        if let Some(flag_type) = flag_type.filter(|flag_type| flag_type.name() != folder) {
            let is = if folder.is_empty() {
                "in no folder".to_owned()
            } else {
                format!("in the folder {folder}")
            };
            self.refuse("type", format!("is {flag_type}, but the file is {is}"));
        }
    }

    fn milestone(&mut self) -> Option<String> {
        let milestone = self.text("milestone")?;
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let is_version = milestone
            .split_once('.')
            .is_some_and(|(major, minor)| digits(major) && digits(minor));
        if is_version {
            return Some(milestone);
        }
        self.refuse("milestone", "is a version such as '16.9'".to_owned());
        None
    }

    fn default_enabled(&mut self, flag_type: Option<FlagType>) -> Option<bool> {
        if self.value("default_enabled").is_none() {
            self.refuse(
                "default_enabled",
                "is missing; give true or false".to_owned(),
            );
            return None;
        }
        let enabled = self.bool("default_enabled")?;
        if let Some(flag_type) = flag_type.filter(|_| enabled)
            && !flag_type.may_be_enabled_by_default()
        {
            self.refuse(
                "default_enabled",
                format!("may not be true for a flag of type {flag_type}"),
            );
        }
        Some(enabled)
    }

    fn url(&mut self, key: &'static str) -> Option<String> {
        let url = self.text(key)?;
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"));
        let is_url = rest.is_some_and(|rest| {
            !rest.is_empty() && !rest.chars().any(|c| c.is_whitespace() || c.is_control())
        });
        if is_url {
            return Some(url);
        }
        self.refuse(key, "is an address that begins with https://".to_owned());
        None
    }

    fn date(&mut self, key: &'static str) -> Option<String> {
        let date = self.text(key)?;
        if date.len() == "2026-01-31".len() && date.parse::<jiff::civil::Date>().is_ok() {
            return Some(date);
        }
        self.refuse(key, "is a date such as 2026-01-31".to_owned());
        None
    }
}

#[cfg(test)]
mod tests;
