//! `GET /flags`: every flag that is defined or set, every environment side by side.
//!
//! An environment that does not answer says so in its column; the others are shown all the same.

pub(super) mod acts;
pub(super) mod change;
mod commands;
pub(super) mod effects;
mod everywhere;
mod explain;
pub(super) mod one;
mod rollout;
mod schedules;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use environments::{Environment, FlagRecord};
use flags::{Definition, FlagKey, FlagType};
use jiff::Timestamp;
use serde::Deserialize;

use super::words;
use super::{Frame, Site, address, html};
use crate::access::{Reader, Viewer};
use crate::error::ApiError;
pub(super) use explain::named;

use everywhere::{Answered, Column, definitions, everywhere};

/// How many flags a page has.
const PAGE: usize = 100;

#[derive(Template)]
#[template(path = "flags.html")]
struct FlagsPage {
    frame: Frame,
    columns: Vec<Column>,
    rows: Vec<FlagRow>,
    text: String,
    /// How many there are, and how many of them are like what was searched for.
    total: usize,
    found: usize,
    next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Search {
    text: String,
    /// The last flag of the page before.
    after: String,
}

pub(super) async fn show(
    _: Reader,
    viewer: Viewer,
    State(site): State<Site>,
    query: Result<Query<Search>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(search) =
        query.map_err(|error| ApiError::bad_request("bad_filter", error.body_text()))?;
    let counts = site.pages.store.counts().await?;
    let frame = Frame::new(&site.pages, &counts, "flags", viewer);
    let environments = &site.flags.environments;
    let lists = everywhere(environments, Environment::list).await;
    let columns = lists.iter().map(Column::of).collect();
    let table = Table::of(definitions(environments), lists);
    let names = table.names();
    let total = names.len();
    let like: Vec<FlagRow> = names
        .into_iter()
        .map(|name| table.row(name, frame.now))
        .filter(|row| row.is_like(&search.text))
        .collect();
    let found = like.len();
    let mut rows: Vec<FlagRow> = like
        .into_iter()
        .skip_while(|row| row.name <= search.after)
        .collect();
    let has_more = PAGE < rows.len();
    rows.truncate(PAGE);
    let last = rows.last().filter(|_| has_more);
    html(&FlagsPage {
        frame,
        columns,
        next: last
            .map(|last| address::with("/flags", &[("text", &search.text), ("after", &last.name)])),
        rows,
        text: search.text,
        total,
        found,
    })
}

/// What is known of all flags.
struct Table {
    definitions: BTreeMap<FlagKey, Definition>,
    /// What each environment has; `None` where it did not say.
    places: Vec<Option<BTreeMap<FlagKey, FlagRecord>>>,
}

impl Table {
    fn of(
        definitions: BTreeMap<FlagKey, Definition>,
        lists: Vec<Answered<'_, Vec<FlagRecord>>>,
    ) -> Self {
        let by_name = |records: Vec<FlagRecord>| {
            let named = records
                .into_iter()
                .map(|record| (record.name.clone(), record));
            named.collect()
        };
        Self {
            definitions,
            places: lists
                .into_iter()
                .map(|list| list.answer.ok().map(by_name))
                .collect(),
        }
    }

    fn names(&self) -> BTreeSet<&FlagKey> {
        let stored = self.places.iter().flatten().flat_map(BTreeMap::keys);
        self.definitions.keys().chain(stored).collect()
    }

    fn row(&self, name: &FlagKey, now: Timestamp) -> FlagRow {
        let records = || {
            self.places
                .iter()
                .flatten()
                .filter_map(|place| place.get(name))
        };
        let definition = self
            .definitions
            .get(name)
            .or_else(|| records().find_map(|record| record.definition.as_ref()));
        let cells = self.places.iter().map(|place| match place {
            Some(place) => {
                let record = place.get(name);
                let own = record.and_then(|record| record.definition.as_ref());
                let gates = record.and_then(|record| record.gates.as_ref());
                words::State::of(gates, own.or(definition))
            }
            None => words::State::unknown(),
        });
        FlagRow::new(name, definition, cells.collect(), now)
    }
}

/// A flag in the table.
struct FlagRow {
    name: String,
    href: String,
    description: String,
    owner: String,
    flag_type: &'static str,
    age: Age,
    cells: Vec<words::State>,
}

impl FlagRow {
    fn new(
        name: &FlagKey,
        definition: Option<&Definition>,
        cells: Vec<words::State>,
        now: Timestamp,
    ) -> Self {
        let text = |field: fn(&Definition) -> Option<&String>| {
            definition.and_then(field).cloned().unwrap_or_default()
        };
        Self {
            name: name.to_string(),
            href: address::flag(name.as_str()),
            description: text(|known| known.description.as_ref()),
            owner: text(|known| known.group.as_ref()),
            flag_type: definition.map_or("", |known| known.flag_type.name()),
            age: definition.map_or_else(Age::default, |known| Age::of(known, now)),
            cells,
        }
    }

    fn is_like(&self, text: &str) -> bool {
        let text = text.trim().to_lowercase();
        [&self.name, &self.description, &self.owner]
            .iter()
            .any(|field| field.to_lowercase().contains(&text))
    }
}

/// How old a flag is, and whether it is late.
#[derive(Default)]
pub(super) struct Age {
    pub(super) said: String,
    pub(super) is_late: bool,
}

impl Age {
    /// Definitions know the version that brought the flag, not the day; some know by when they
    /// are to be rolled out.
    pub(super) fn of(definition: &Definition, now: Timestamp) -> Self {
        let since = definition
            .milestone
            .as_ref()
            .map(|version| format!("since {version}"));
        let due = definition.intended_to_rollout_by.as_deref();
        let date: Option<jiff::civil::Date> = due.and_then(|due| due.parse().ok());
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let is_late = date.is_some_and(|date| date < today);
        let due = due.map(|due| {
            if is_late {
                format!("was due {due}")
            } else {
                format!("due {due}")
            }
        });
        let said: Vec<String> = since.into_iter().chain(due).collect();
        Self {
            said: said.join(", "),
            is_late,
        }
    }
}

/// How long a flag of a type may live, in words.
fn lifespan(flag_type: FlagType) -> String {
    match flag_type.lifespan() {
        Some(months) => format!("may live {months} months"),
        None => "may stay as long as it is needed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(due: &str) -> Definition {
        Definition {
            name: "tidy".parse().unwrap(),
            description: None,
            feature_issue_url: None,
            introduced_by_url: None,
            rollout_issue_url: None,
            milestone: Some("15.8".to_owned()),
            log_state_changes: None,
            flag_type: FlagType::Beta,
            group: None,
            default_enabled: false,
            intended_to_rollout_by: (!due.is_empty()).then(|| due.to_owned()),
        }
    }

    #[test]
    fn a_flag_is_late_from_the_day_after_it_was_due() {
        let now = "2026-01-31T23:00:00Z".parse().unwrap();
        for (due, said, is_late) in [
            ("", "since 15.8", false),
            ("2026-01-31", "since 15.8, due 2026-01-31", false),
            ("2026-01-30", "since 15.8, was due 2026-01-30", true),
            ("soon", "since 15.8, due soon", false),
        ] {
            let age = Age::of(&definition(due), now);
            assert_eq!((age.said.as_str(), age.is_late), (said, is_late));
        }
    }

    #[test]
    fn a_silent_environment_hides_neither_the_others_nor_the_flags() {
        let stored = FlagRecord {
            name: "other".parse().unwrap(),
            gates: Some(flags::Gates::on()),
            definition: None,
            names: BTreeMap::new(),
        };
        let defined = definition("");
        let table = Table {
            definitions: BTreeMap::from([(defined.name.clone(), defined)]),
            places: vec![None, Some(BTreeMap::from([(stored.name.clone(), stored)]))],
        };
        let rows = table.names().into_iter().map(|name| {
            let row = table.row(name, Timestamp::UNIX_EPOCH);
            let said: Vec<_> = row.cells.iter().map(|cell| cell.said).collect();
            (row.name, said)
        });
        let expected = [
            ("other", ["not known", "on"]),
            ("tidy", ["not known", "off"]),
        ];
        let expected = expected.map(|(name, said)| (name.to_owned(), said.to_vec()));
        assert_eq!(rows.collect::<Vec<_>>(), expected);
    }
}
