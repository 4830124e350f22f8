//! From a plan's file to a plan, or to everything that is wrong with it, with line numbers.
//!
//! The file is made for people: it reads like the rollout issue. Its keys are `keys`', whether
//! what it says is wise is `lint`'s.

mod items;
mod monitors;
mod names;
mod people;
mod reader;
mod stages;

use std::collections::BTreeMap;

use domain::ProjectPath;
use flags::{FlagKey, Problem, yaml};

use self::reader::{Fields, Reader};
use self::stages::Production;
use super::keys::{MOST_ITEMS, MOST_NAMES, PLAN};
use super::{By, Plan};

/// What a plan's file is called after the flag's name.
pub const SUFFIX: &str = ".rollout.yml";

/// A plan, and where in its file each part of it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanFile {
    /// The path as it was given.
    pub path: String,
    pub plan: Plan,
    lines: BTreeMap<String, usize>,
}

impl PlanFile {
    /// Reads a plan's file. Its name is `<flag>.rollout.yml`.
    ///
    /// # Errors
    /// With everything that cannot be read.
    pub fn parse(path: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let entries = yaml::read(text).map_err(|broken| {
            vec![Problem {
                file: path.to_owned(),
                line: broken.line,
                key: None,
                message: broken.message,
            }]
        })?;
        let mut reader = Reader::new(path);
        let fields = reader.mapping(&PLAN, "", 1, &entries);
        let plan = plan(&mut reader, &fields, path);
        let (problems, lines) = reader.finish();
        match plan {
            Some(plan) if problems.is_empty() => Ok(Self {
                path: path.to_owned(),
                plan,
                lines,
            }),
            Some(_) | None => Err(problems),
        }
    }

    /// The line of a part, or of what it is in.
    #[must_use]
    pub fn line(&self, part: &str) -> usize {
        let mut part = part;
        loop {
            if let Some(line) = self.lines.get(part) {
                return *line;
            }
            match part.rsplit_once('.') {
                Some((above, _)) => part = above,
                None => return 1,
            }
        }
    }
}

fn plan(reader: &mut Reader<'_>, fields: &Fields<'_>, path: &str) -> Option<Plan> {
    let flag = flag(reader, fields, path);
    let by = reader.word(fields, "by", &[("actors", By::Actors), ("time", By::Time)]);
    let people = people::people(reader, fields);
    let channels = people::channels(reader, fields);
    let links = people::links(reader, fields);
    let milestone = reader.text(fields, "milestone");
    let prose = people::prose(reader, fields);
    let change = people::change(reader, fields);
    let approval = people::approval(reader, fields);
    let on_breach = stages::on_breach(reader, fields);
    let production = production(reader, fields);
    let optional = reader.list(fields, "optional", MOST_ITEMS);
    let monitors = monitors::read(reader, fields);
    let stages = stages::read(reader, fields, &production);
    Some(Plan {
        flag: flag?,
        by: by.unwrap_or_default(),
        people: people?,
        channels: channels?,
        links,
        milestone,
        prose,
        change,
        approval,
        on_breach: on_breach.unwrap_or_default(),
        stages,
        monitors,
        optional: optional.into_iter().collect(),
    })
}

fn flag(reader: &mut Reader<'_>, fields: &Fields<'_>, path: &str) -> Option<FlagKey> {
    let flag: FlagKey = reader.parsed(fields, "flag")?;
    let file = path.rsplit('/').next().unwrap_or_default();
    match file.strip_suffix(SUFFIX) {
        Some(stem) if stem == flag.as_str() => Some(flag),
        Some(_) | None => {
            let message = format!("is {flag}, so the file is named {flag}{SUFFIX}, not {file}");
            reader.refuse_key(fields, "flag", message);
            None
        }
    }
}

fn production(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Production {
    let mut environments = reader.list(fields, "production", MOST_NAMES);
    if !fields.has("production") {
        environments.extend("production".parse());
    } else if environments.is_empty() {
        let message = "names no environment; leave the key out for `production`";
        reader.refuse_key(fields, "production", message);
    }
    Production {
        environments,
        require: items::read(reader, fields, "require"),
    }
}

/// An address that a browser opens.
fn web_address(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str) -> Option<String> {
    let address = reader.text(fields, key)?;
    let is_address = ["https://", "http://"].iter().any(|scheme| {
        address
            .strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty())
    }) && !address.contains(|c: char| c.is_whitespace() || c.is_control());
    if !is_address {
        let message = "is a web address that begins with https://";
        reader.refuse_key(fields, key, message);
    }
    is_address.then_some(address)
}

/// The path of a project.
fn path(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str) -> Option<String> {
    let path: ProjectPath = reader.parsed(fields, key)?;
    Some(path.to_string())
}
