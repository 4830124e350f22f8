//! Whether now is a good time for a change, as ChatOps asks before its own.

use futures_util::future::join_all;

use super::{Asking, Found};

/// No incident in GitLab, and none that people were paged for.
pub(super) async fn no_incident(asking: Asking<'_>) -> Found {
    let in_gitlab = Found::from(asking.parts.chatops.no_incident().await);
    let paged = match &asking.parts.sources.on_call {
        Some(source) => match source.open_incidents().await {
            Ok(open) => told(&open, "incident", "nobody was paged"),
            Err(error) => Found::silent(error.to_string()),
        },
        None => return in_gitlab,
    };
    both(in_gitlab, paged)
}

/// No change in progress, and no maintenance.
pub(super) async fn no_change(asking: Asking<'_>) -> Found {
    let in_gitlab = Found::from(asking.parts.chatops.no_change_in_progress().await);
    let maintained = match &asking.parts.sources.on_call {
        Some(source) => match source.ongoing_maintenance().await {
            Ok(open) => told(&open, "maintenance", "no maintenance"),
            Err(error) => Found::silent(error.to_string()),
        },
        None => return in_gitlab,
    };
    both(in_gitlab, maintained)
}

pub(super) async fn no_lock(asking: Asking<'_>) -> Found {
    asking.parts.chatops.no_change_lock().await.into()
}

pub(super) async fn healthy(asking: Asking<'_>) -> Found {
    let environments = asking.environments();
    let asked = environments
        .iter()
        .map(|environment| asking.parts.chatops.healthy(environment));
    let found = join_all(asked).await.into_iter().map(Found::from).collect();
    Found::worst(found).unwrap_or_else(|| Found::skipped("the stage has no environment"))
}

fn both(one: Found, other: Found) -> Found {
    Found::worst(vec![one, other]).unwrap_or_else(|| Found::silent("nothing was asked"))
}

fn told(open: &[monitors::on_call::Trouble], what: &str, none: &str) -> Found {
    let Some(first) = open.first() else {
        return Found::holds(none);
    };
    let more = match open.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let title: String = first.title.chars().take(100).collect();
    let url = first.url.as_deref().unwrap_or_default();
    let line = format!(
        "{what} {} `{}` {url}",
        first.number,
        title.replace('`', "'")
    );
    Found::fails(format!("{}{more}", line.trim_end()))
}
