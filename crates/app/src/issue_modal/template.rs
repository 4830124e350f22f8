//! What a description begins with: the project's template of that kind.

use gitlab::rest::{Client, IdOrPath, RestError, TemplateName, if_found};

use super::details::Kind;

/// Templates of one project that are looked through.
const MOST: usize = 200;

/// The text; empty when there is none, or GitLab does not tell: a form without it is better
/// than no form.
pub(super) async fn of(gitlab: &Client, project: u64, kind: Kind) -> String {
    match find(gitlab, &IdOrPath::from(project), kind).await {
        Ok(text) => text,
        Err(error) => {
            tracing::warn!(%error, "the template of a project is not known");
            String::new()
        }
    }
}

async fn find(gitlab: &Client, project: &IdOrPath, kind: Kind) -> Result<String, RestError> {
    let names = if_found(gitlab.issue_templates(project, MOST).await)?;
    let names = names.map(|listed| listed.items).unwrap_or_default();
    let Some(chosen) = choose(&names, kind) else {
        return Ok(String::new());
    };
    let template = if_found(gitlab.issue_template(project, &chosen.key).await)?;
    Ok(template
        .map(|template| template.content)
        .unwrap_or_default())
}

/// Which template an incident's settings name is not told by GitLab's API, so it is the one
/// that is called so. Issues have GitLab's own rule.
fn choose(names: &[TemplateName], kind: Kind) -> Option<&TemplateName> {
    let called = |name: &TemplateName, wanted: &str| name.name.eq_ignore_ascii_case(wanted);
    match kind {
        Kind::Issue => names.iter().find(|name| called(name, "default")),
        Kind::Incident => {
            let named = names.iter().find(|name| called(name, "incident"));
            named.or_else(|| {
                let mut names = names.iter();
                names.find(|name| name.name.to_lowercase().starts_with("incident"))
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_incident_begins_with_the_template_that_is_called_so() {
        let names = |names: &[&str]| -> Vec<TemplateName> {
            let names = names.iter();
            names
                .map(|name| TemplateName {
                    key: (*name).to_owned(),
                    name: (*name).to_owned(),
                })
                .collect()
        };
        for (all, kind, expected) in [
            (
                &["Bug", "Incident review", "incident"][..],
                Kind::Incident,
                Some("incident"),
            ),
            (
                &["Bug", "Incident review"],
                Kind::Incident,
                Some("Incident review"),
            ),
            (&["Bug", "Default"], Kind::Incident, None),
            (&["Bug", "Default"], Kind::Issue, Some("Default")),
            (&["Bug"], Kind::Issue, None),
        ] {
            let all = names(all);
            let chosen = choose(&all, kind).map(|name| name.name.as_str());
            assert_eq!(chosen, expected, "{all:?}");
        }
    }
}
