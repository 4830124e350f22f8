//! Changes of a flag that wait for their time.

use flags::FlagKey;
use jiff::Timestamp;
use store::{ScheduleFilter, ScheduleRecord, ScheduleState};

use crate::error::ApiError;
use crate::pages::time::Moment;
use crate::pages::{Site, words};

/// A change that waits for its time.
pub(super) struct ScheduleRow {
    pub(super) id: String,
    pub(super) due: Moment,
    pub(super) environment: String,
    pub(super) what: String,
    pub(super) author: String,
    pub(super) origin: String,
    pub(super) reason: String,
    /// Why it was put off.
    pub(super) result: String,
}

/// The changes of a flag that wait, the next one first.
pub(super) async fn schedules(
    site: &Site,
    flag: &FlagKey,
    now: Timestamp,
) -> Result<Vec<ScheduleRow>, ApiError> {
    let filter = ScheduleFilter {
        flag: Some(flag.clone()),
        state: Some(ScheduleState::Waiting),
        ..ScheduleFilter::default()
    };
    let mut waiting = site.pages.store.schedules(filter).await?.schedules;
    waiting.sort_by_key(|schedule| schedule.due);
    Ok(waiting
        .into_iter()
        .map(|schedule| ScheduleRow::new(schedule, now))
        .collect())
}

impl ScheduleRow {
    fn new(schedule: ScheduleRecord, now: Timestamp) -> Self {
        Self {
            id: schedule.id.to_string(),
            due: Moment::new(schedule.due, now),
            environment: schedule.environment.to_string(),
            what: words::planned(&schedule.what),
            origin: words::origin(&schedule.author),
            author: schedule.author.name,
            reason: schedule.reason.unwrap_or_default(),
            result: schedule.result.unwrap_or_default(),
        }
    }
}
