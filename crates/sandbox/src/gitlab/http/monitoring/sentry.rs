//! A Sentry: takes errors as its kits send them, groups them into issues, and answers what is
//! asked of these.
//!
//! Searches are evaluated on the events that came in. Parameters, fields and words of a search
//! that this double does not know are refused, never ignored.

mod access;
mod envelope;
mod events;
mod fields;
mod flags;
mod incoming;
mod issues;
mod refused;
mod releases;
mod search;
mod timeseries;
mod window;

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post, put};
use serde_json::{Value, json};

use super::page;
use crate::gitlab::GitLabSandbox;
use access::Access;
use refused::Refused;

/// The one organization: its name in addresses.
const ORGANIZATION: &str = "demo";

/// A project: its number, its name in addresses, and the public key that errors come in with.
struct Project {
    id: u64,
    slug: &'static str,
    key: &'static str,
}

const PROJECTS: [Project; 2] = [
    Project {
        id: 1,
        slug: "signalbox",
        key: "5160a1b05160a1b05160a1b05160a1b0",
    },
    Project {
        id: 2,
        slug: "gitlab",
        key: "617ab617617ab617617ab617617ab617",
    },
];

fn project(id: u64) -> Option<&'static Project> {
    PROJECTS.iter().find(|project| project.id == id)
}

/// `SIGNALBOX-1F`: the project and its issue's number, in base 36.
pub(super) fn short_id(project: u64, mut number: u64) -> String {
    let mut digits = Vec::new();
    while 0 < number || digits.is_empty() {
        let digit = u32::try_from(number % 36).unwrap_or(0);
        digits.extend(char::from_digit(digit, 36).map(|c| c.to_ascii_uppercase()));
        number /= 36;
    }
    let slug = self::project(project).map_or("unknown", |project| project.slug);
    let digits: String = digits.into_iter().rev().collect();
    format!("{}-{digits}", slug.to_uppercase())
}

/// Everything below `/-/sentry`.
pub(super) fn router() -> Router<GitLabSandbox> {
    let organization = "/api/0/organizations/{organization}";
    let below = |path: &str| format!("{organization}/{path}");
    Router::new()
        .route("/api/{project}/envelope/", post(envelope::envelope))
        .route("/api/{project}/store/", post(envelope::store))
        .route(&below("projects/"), get(projects))
        .route(&below("issues/"), get(issues::list))
        .route(&below("issues/{issue}/"), put(issues::change))
        .route(&below("events/"), get(events::table))
        .route(&below("events-timeseries/"), get(timeseries::chart))
        .route(&below("releases/"), post(releases::create))
        .route(
            &below("releases/{version}/deploys/"),
            get(releases::deploys).post(releases::deploy),
        )
        .route(&below("flags/logs/"), get(flags::log))
        .route(
            &below("flags/hooks/provider/{provider}/"),
            post(flags::changed),
        )
        .route(
            "/webhooks/flags/organization/{organization}/provider/{provider}/",
            post(flags::changed),
        )
        .route(
            "/organizations/{organization}/issues/{issue}/",
            get(page::issue),
        )
        .fallback(nothing_here)
}

async fn nothing_here() -> impl IntoResponse {
    Refused::not_found()
}

/// `GET …/projects/`
async fn projects(State(_): State<GitLabSandbox>, access: Access) -> Result<Json<Value>, Refused> {
    access.needs(&["project:read", "org:read"])?;
    access.only(&[])?;
    let shown = PROJECTS.iter().map(|project| {
        let id = project.id.to_string();
        json!({ "id": id, "slug": project.slug, "name": project.slug, "platform": "other", "status": "active" })
    });
    Ok(Json(shown.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issue_is_called_by_its_project_and_a_short_number() {
        assert_eq!(short_id(1, 1), "SIGNALBOX-1");
        assert_eq!(short_id(2, 35), "GITLAB-Z");
        assert_eq!(short_id(1, 51), "SIGNALBOX-1F");
        assert_eq!(short_id(1, 0), "SIGNALBOX-0");
    }
}
