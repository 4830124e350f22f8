//! How deliveries fared in a window of time, by the integration that said them: what a rollout
//! of the app's notifications is watched by.
//!
//! A delivery is tried when Slack first takes or refuses it; a pause that Slack asks for is
//! neither. What a digest tells of is tried with the digest. What is counted as failed are
//! projects, each once, because a project that cannot be reached fails with every event.

use std::collections::BTreeSet;

use domain::ProjectPath;
use jiff::Timestamp;

use crate::audit::to_json;
use crate::engine::{Fault, Tx};
use crate::names::Via;
use crate::{Store, StoreError};

/// Which deliveries are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeQuery {
    /// The window is `[from, to)`.
    pub from: Timestamp,
    pub to: Timestamp,
    /// Since when it matters whether a project has failed before: when the stage began.
    pub since: Timestamp,
    /// Projects that are left out, in any case of their letters: those that were named, not drawn.
    pub without: BTreeSet<ProjectPath>,
}

/// How both integrations' deliveries fared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeliveryOutcomes {
    /// Those of projects with the flag.
    pub app: ArmOutcomes,
    /// Those of projects without it.
    pub webhook: ArmOutcomes,
}

/// How one integration's deliveries fared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ArmOutcomes {
    /// Deliveries that were tried in the window, of projects that had not failed before.
    pub exposures: u64,
    /// Projects whose first failed delivery since the stage began is in the window.
    pub failed_projects: u64,
    /// Deliveries that failed in the window, also of projects that had failed before.
    pub failed_deliveries: u64,
}

/// The events of the window that have a project which counts; `$4` lists those that do not.
const COUNTED: &str = "deliveries d JOIN events e ON e.seq = d.event_seq
     WHERE d.tried_at < $3 AND e.project IS NOT NULL
       AND e.project NOT IN (THESE) AND LOWER(e.project) NOT IN (THESE)";

impl Store {
    /// How deliveries fared in a window, by integration.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn delivery_outcomes(
        &self,
        query: OutcomeQuery,
    ) -> Result<DeliveryOutcomes, StoreError> {
        self.read(move |tx| {
            let counted = counted(tx);
            let sql = format!(
                "WITH failed AS (
                     SELECT d.failed_via AS arm, e.project AS project, MIN(d.tried_at) AS first
                     FROM {counted} AND d.failed_via IS NOT NULL AND d.tried_at >= $1
                     GROUP BY d.failed_via, e.project
                 ), tried AS (
                     SELECT COALESCE(d.failed_via, d.via) AS arm, e.project AS project,
                            d.tried_at AS at, d.failed_via AS failed_via
                     FROM {counted} AND d.tried_at >= $2
                 )
                 SELECT t.arm, COUNT(CASE WHEN f.first IS NULL OR t.at <= f.first THEN 1 END),
                        COUNT(DISTINCT CASE WHEN f.first >= $2 THEN t.project END),
                        COUNT(t.failed_via)
                 FROM tried t LEFT JOIN failed f ON f.arm = t.arm AND f.project = t.project
                 GROUP BY t.arm"
            );
            let mut outcomes = DeliveryOutcomes::default();
            for (via, arm) in ask(tx, &sql, &query, |row| {
                Ok(ArmOutcomes {
                    exposures: row.count(1)?,
                    failed_projects: row.count(2)?,
                    failed_deliveries: row.count(3)?,
                })
            })? {
                match via {
                    Via::App => outcomes.app = arm,
                    Via::Webhook => outcomes.webhook = arm,
                }
            }
            Ok(outcomes)
        })
        .await
    }

    /// How many projects had their first delivery since the stage began in the window, by the
    /// app and by the webhook: whether the arms are split as planned.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn newly_exposed(&self, query: OutcomeQuery) -> Result<[u64; 2], StoreError> {
        self.read(move |tx| {
            let counted = counted(tx);
            let sql = format!(
                "SELECT arm, COUNT(CASE WHEN first >= $2 THEN 1 END) FROM (
                     SELECT COALESCE(d.failed_via, d.via) AS arm, MIN(d.tried_at) AS first
                     FROM {counted} AND d.tried_at >= $1
                     GROUP BY COALESCE(d.failed_via, d.via), e.project
                 ) AS projects GROUP BY arm"
            );
            let (mut app, mut webhook) = (0, 0);
            for (via, count) in ask(tx, &sql, &query, |row| row.count(1))? {
                match via {
                    Via::App => app = count,
                    Via::Webhook => webhook = count,
                }
            }
            Ok([app, webhook])
        })
        .await
    }
}

fn counted(tx: &Tx<'_>) -> String {
    let these = tx.pick(
        "SELECT value FROM json_each($4)",
        "SELECT json_array_elements_text(CAST(CAST($4 AS TEXT) AS JSON))",
    );
    COUNTED.replace("THESE", these)
}

/// Asks about a window; answers what each integration's row says.
fn ask<T>(
    tx: &mut Tx<'_>,
    sql: &str,
    query: &OutcomeQuery,
    read: impl Fn(&crate::engine::Row) -> Result<T, Fault>,
) -> Result<Vec<(Via, T)>, Fault> {
    let paths = query.without.iter().map(ProjectPath::as_str);
    let paths: BTreeSet<String> = paths
        .flat_map(|path| [path.to_owned(), path.to_ascii_lowercase()])
        .collect();
    let paths = to_json(&paths)?;
    let values = [
        query.since.into(),
        query.from.max(query.since).into(),
        query.to.into(),
        (&paths).into(),
    ];
    tx.query(sql, &values, |mut row| {
        let read = read(&row)?;
        Ok((row.parsed(0)?, read))
    })
}
