//! What a list of issues keeps, and in which order.

use jiff::Timestamp;

use crate::gitlab::http::rest::call::Call;
use crate::gitlab::http::rest::refused::Refused;
use crate::gitlab::world::{Issue, Project, World};

/// The issues of these projects that the asker sees and asked for.
pub(super) fn issues<'w>(
    call: &Call,
    world: &'w World,
    projects: &[&'w Project],
    scope: &str,
) -> Result<Vec<(&'w Project, &'w Issue)>, Refused> {
    let wanted = Wanted::of(call, world)?;
    let mut found: Vec<(&Project, &Issue)> = Vec::new();
    for project in projects {
        let fits = |issue: &&Issue| {
            world.sees_issue(call.user.id, project, issue) && wanted.fits(world, project, issue)
        };
        found.extend(
            project
                .issues
                .iter()
                .filter(fits)
                .map(|issue| (*project, issue)),
        );
    }
    let me = call.user.id;
    match scope {
        "all" => (),
        "assigned_to_me" | "assigned-to-me" => {
            found.retain(|(_, issue)| issue.assignee_ids.contains(&me));
        }
        "created_by_me" | "created-by-me" => found.retain(|(_, issue)| issue.author_id == me),
        _ => return Err(Refused::error("scope does not have a valid value")),
    }
    let orders = ["created_at", "updated_at", "title"];
    match call.params.one_of("order_by", &orders)? {
        Some("updated_at") => found.sort_by_key(|(_, issue)| (issue.updated_at, issue.id)),
        Some("title") => found.sort_by(|one, other| one.1.title.cmp(&other.1.title)),
        _ => found.sort_by_key(|(_, issue)| (issue.created_at, issue.id)),
    }
    if call.params.one_of("sort", &["asc", "desc"])? != Some("asc") {
        found.reverse();
    }
    Ok(found)
}

struct Wanted {
    open: Option<bool>,
    labels: Option<Vec<String>>,
    not_labels: Vec<String>,
    milestone: Option<String>,
    iids: Option<Vec<u64>>,
    author: Option<u64>,
    assignee: Option<u64>,
    search: Option<String>,
    /// Where `search` looks: the title, the description or both.
    within: Vec<String>,
    kind: Option<String>,
    confidential: Option<bool>,
    created: (Option<Timestamp>, Option<Timestamp>),
    updated: (Option<Timestamp>, Option<Timestamp>),
}

impl Wanted {
    fn of(call: &Call, world: &World) -> Result<Self, Refused> {
        let params = &call.params;
        // Nobody has the number 0, so an unknown name finds nothing.
        let person = |name: &str, id: &str| -> Result<Option<u64>, Refused> {
            let named = params.text(name);
            let named = named.map(|name| world.user_named(&name).map_or(0, |user| user.id));
            Ok(named.or(params.number(id)?))
        };
        let state = params.one_of("state", &["opened", "closed", "all"])?;
        Ok(Self {
            open: match state {
                Some("opened") => Some(true),
                Some("closed") => Some(false),
                _ => None,
            },
            labels: params.many("labels"),
            not_labels: params.many("not[labels]").unwrap_or_default(),
            milestone: params.text("milestone"),
            iids: params.numbers("iids"),
            author: person("author_username", "author_id")?,
            assignee: person("assignee_username", "assignee_id")?,
            search: params.text("search").map(|text| text.to_lowercase()),
            within: params
                .many("in")
                .unwrap_or_else(|| ["title", "description"].map(str::to_owned).to_vec()),
            kind: params.text("issue_type"),
            confidential: params.yes_no("confidential")?,
            created: (
                params.time("created_after")?,
                params.time("created_before")?,
            ),
            updated: (
                params.time("updated_after")?,
                params.time("updated_before")?,
            ),
        })
    }

    fn fits(&self, world: &World, project: &Project, issue: &Issue) -> bool {
        self.fits_labels(project, issue)
            && self.fits_milestone(world, project, issue)
            && self.open.is_none_or(|open| issue.open == open)
            && self
                .iids
                .as_ref()
                .is_none_or(|iids| iids.contains(&issue.iid))
            && self.author.is_none_or(|id| issue.author_id == id)
            && self
                .assignee
                .is_none_or(|id| issue.assignee_ids.contains(&id))
            && self.confidential.is_none_or(|c| issue.confidential == c)
            && within(issue.created_at, self.created)
            && within(issue.updated_at, self.updated)
            && self.search.as_ref().is_none_or(|text| {
                let looks = |place: &str| self.within.iter().any(|within| within == place);
                (looks("title") && issue.title.to_lowercase().contains(text))
                    || (looks("description") && issue.description.to_lowercase().contains(text))
            })
            && self
                .kind
                .as_ref()
                .is_none_or(|kind| issue.type_name.to_lowercase().replace(' ', "_") == *kind)
    }

    /// Every label asked for; `None` asks for issues without any, `Any` for those with one.
    fn fits_labels(&self, project: &Project, issue: &Issue) -> bool {
        let labels = project.labels_of(&issue.label_ids);
        let has = |title: &String| labels.iter().any(|label| label.title == *title);
        let wanted = match self.labels.as_deref() {
            None => true,
            Some([one]) if one.eq_ignore_ascii_case("none") => labels.is_empty(),
            Some([one]) if one.eq_ignore_ascii_case("any") => !labels.is_empty(),
            Some(titles) => titles.iter().all(has),
        };
        wanted && !self.not_labels.iter().any(has)
    }

    fn fits_milestone(&self, world: &World, project: &Project, issue: &Issue) -> bool {
        let Some(wanted) = &self.milestone else {
            return true;
        };
        if wanted.eq_ignore_ascii_case("none") {
            return issue.milestone_id.is_none();
        }
        if wanted.eq_ignore_ascii_case("any") {
            return issue.milestone_id.is_some();
        }
        let groups = world.group_and_ancestors(project.group_id);
        let of_groups = groups.iter().flat_map(|group| &group.milestones);
        let mut known = project.milestones.iter().chain(of_groups);
        known.any(|m| m.title == *wanted && issue.milestone_id == Some(m.id))
    }
}

fn within(at: Timestamp, (after, before): (Option<Timestamp>, Option<Timestamp>)) -> bool {
    after.is_none_or(|after| at >= after) && before.is_none_or(|before| at <= before)
}
