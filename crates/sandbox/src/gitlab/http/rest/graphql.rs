//! The one mutation of GitLab's GraphQL API that Signalbox needs: the status of an incident.

use serde_json::{Value, json};

use super::call::{Answer, Call, ok};
use super::refused::Refused;
use crate::gitlab::world::Access;

const MUTATION: &str = "issueSetEscalationStatus";
const STATUSES: [&str; 4] = ["TRIGGERED", "ACKNOWLEDGED", "RESOLVED", "IGNORED"];

/// GitLab's words for what is not there and for what one may not do alike.
const NOT_AVAILABLE: &str = "The resource that you are attempting to access does not exist or \
    you don't have permission to perform this action";

/// `POST /api/graphql`. Refusals are answers, too.
pub(super) async fn answer(call: Call) -> Answer {
    let query = call.params.required("query")?;
    if !query.contains(MUTATION) {
        return ok(problem("the sandbox knows issueSetEscalationStatus alone"));
    }
    let variables = call.params.raw("variables").cloned().unwrap_or_default();
    let text = |name: &str| variables[name].as_str().unwrap_or_default().to_owned();
    let (project, iid, status) = (text("project"), text("iid").parse(), text("status"));
    let (Ok(iid), true) = (iid, STATUSES.contains(&status.as_str())) else {
        return ok(problem("Variable of an invalid value was provided"));
    };
    match set(&call, &project, iid, status).await {
        Ok(()) => ok(json!({"data": {MUTATION: {"errors": []}}})),
        Err(_) => {
            let mut body = problem(NOT_AVAILABLE);
            body["data"] = json!({MUTATION: null});
            ok(body)
        }
    }
}

async fn set(call: &Call, project: &str, iid: u64, status: String) -> Result<(), Refused> {
    let set = call.change(project, |scene| {
        call.needs(scene.world, scene.project(), Access::Reporter)?;
        let mut issue = super::issues::find(call, scene.world, scene.project(), iid)?.clone();
        if issue.type_name != "Incident" {
            return Err(Refused::not_found("Incident"));
        }
        issue.escalation_status = Some(status);
        scene.keep_issue(issue);
        Ok(())
    });
    set.await
}

fn problem(message: &str) -> Value {
    json!({"errors": [{"message": message}]})
}
