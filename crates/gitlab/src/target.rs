//! What a comment, a reaction or a mention is about, and the fields that the three share.

use domain::event::{Event, IssueType, Project, Target, TargetKind, What};
use serde::Deserialize;

use crate::changes::{self, WireLabel};
use crate::issue::issue_type;
use crate::lax::{Flag, List, Number, Object, Text, first_line};
use crate::place::{self, WireGroup, WirePerson, WireProject};

/// A payload about something that has a payload of its own.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WireTalk<'a> {
    #[serde(borrow)]
    pub(crate) event_type: Text<'a>,
    pub(crate) user: Object<WirePerson<'a>>,
    project: Object<WireProject<'a>>,
    project_id: Number,
    repository: Object<WireProject<'a>>,
    group: Object<WireGroup<'a>>,
    pub(crate) mentioned: Object<WireGroup<'a>>,
    pub(crate) object_attributes: Object<WireAttributes<'a>>,
    pub(crate) note: Object<WireAttributes<'a>>,
    issue: Object<WireSubject<'a>>,
    work_item: Object<WireSubject<'a>>,
    merge_request: Object<WireSubject<'a>>,
    commit: Object<WireSubject<'a>>,
    snippet: Object<WireSubject<'a>>,
    project_snippet: Object<WireSubject<'a>>,
    epic: Object<WireSubject<'a>>,
    wiki_page: Object<WireSubject<'a>>,
    alert: Object<WireSubject<'a>>,
    vulnerability: Object<WireSubject<'a>>,
    design: Object<WireSubject<'a>>,
    labels: List<Object<WireLabel<'a>>>,
}

/// The comment, the reaction, or the thing itself that mentions a group.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WireAttributes<'a> {
    #[serde(borrow)]
    pub(crate) note: Text<'a>,
    pub(crate) id: Text<'a>,
    pub(crate) iid: Text<'a>,
    pub(crate) title: Text<'a>,
    pub(crate) name: Text<'a>,
    pub(crate) description: Text<'a>,
    pub(crate) url: Text<'a>,
    pub(crate) action: Text<'a>,
    pub(crate) object_kind: Text<'a>,
    pub(crate) r#type: Text<'a>,
    pub(crate) noteable_type: Text<'a>,
    pub(crate) noteable_id: Text<'a>,
    pub(crate) awardable_type: Text<'a>,
    pub(crate) awardable_id: Text<'a>,
    pub(crate) awarded_on_url: Text<'a>,
    pub(crate) commit_id: Text<'a>,
    pub(crate) internal: Flag,
    pub(crate) confidential: Flag,
    pub(crate) system: Flag,
    pub(crate) position: Object<WirePosition<'a>>,
    pub(crate) original_position: Object<WirePosition<'a>>,
    pub(crate) st_diff: Object<WirePosition<'a>>,
    pub(crate) created_at: Text<'a>,
    pub(crate) updated_at: Text<'a>,
}

/// Where in a diff a comment stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WirePosition<'a> {
    #[serde(borrow)]
    new_path: Text<'a>,
    old_path: Text<'a>,
}

impl WirePosition<'_> {
    pub(crate) fn file(&self) -> Option<String> {
        self.new_path.line().or_else(|| self.old_path.line())
    }
}

/// The thing itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireSubject<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    iid: Text<'a>,
    title: Text<'a>,
    message: Text<'a>,
    filename: Text<'a>,
    slug: Text<'a>,
    url: Text<'a>,
    r#type: Text<'a>,
    issue_type: Text<'a>,
    confidential: Flag,
    labels: List<Object<WireLabel<'a>>>,
}

impl<'a> WireTalk<'a> {
    /// The event around `what`, with project, group and actor.
    pub(crate) fn event(&self, what: What, page: &str) -> Event {
        let project = self.project();
        let group = self.group.get().and_then(WireGroup::group);
        let group = group
            .or_else(|| place::group_of_page(page))
            .filter(|_| project.is_none());
        Event {
            project,
            group,
            actor: self.user.get().and_then(WirePerson::person),
            happened_at: None,
            what,
        }
    }

    pub(crate) fn project(&self) -> Option<Project> {
        place::project(&self.project, &self.repository, self.project_id)
    }

    pub(crate) fn labels(&self) -> &List<Object<WireLabel<'a>>> {
        &self.labels
    }

    /// The payload or its header says so, or the thing itself is confidential.
    pub(crate) fn is_confidential(&self) -> bool {
        let named = self
            .event_type
            .get()
            .is_some_and(|name| name.contains("confidential_"));
        let things = [&self.issue, &self.work_item, &self.epic];
        named
            || things
                .iter()
                .any(|thing| thing.get().is_some_and(|it| it.confidential.yes()))
    }

    /// What a comment with these attributes is on.
    pub(crate) fn commented(&self, note: &WireAttributes<'_>) -> Target {
        let url = note.url.link().unwrap_or_default();
        let page = url
            .split_once("#note_")
            .map_or(url.as_str(), |(page, _)| page);
        let kind = note
            .noteable_type
            .get()
            .or_else(|| self.only_subject())
            .unwrap_or_default();
        let mut target = self.subject(kind, page);
        if target.id.is_empty() {
            let id = note.commit_id.line().or_else(|| note.noteable_id.line());
            target.id = id.unwrap_or_default();
        }
        target
    }

    /// GitLab's name of the kind of the one thing that is there.
    fn only_subject(&self) -> Option<&'static str> {
        [
            ("Issue", &self.issue),
            ("WorkItem", &self.work_item),
            ("MergeRequest", &self.merge_request),
            ("Commit", &self.commit),
            ("Snippet", &self.snippet),
            ("Epic", &self.epic),
            ("WikiPage::Meta", &self.wiki_page),
        ]
        .into_iter()
        .find_map(|(kind, subject)| subject.get().map(|_| kind))
    }

    /// The thing of GitLab's kind (`MergeRequest`, `merge_request`), whose page is `page` unless
    /// it says otherwise. A thing that is not in the payload is known by its page alone.
    pub(crate) fn subject(&self, kind: &str, page: &str) -> Target {
        let (found, kind) = match kind {
            "Issue" | "issue" | "WorkItem" | "work_item" => (
                self.issue
                    .get()
                    .or(self.work_item.get())
                    .or(self.epic.get()),
                TargetKind::Issue,
            ),
            "MergeRequest" | "merge_request" => {
                (self.merge_request.get(), TargetKind::MergeRequest)
            }
            "Commit" | "commit" => (self.commit.get(), TargetKind::Commit),
            "Snippet" | "ProjectSnippet" | "PersonalSnippet" | "snippet" => (
                self.snippet.get().or(self.project_snippet.get()),
                TargetKind::Snippet,
            ),
            "Epic" | "epic" => (self.epic.get().or(self.work_item.get()), TargetKind::Epic),
            "WikiPage" | "WikiPage::Meta" | "wiki_page" => {
                (self.wiki_page.get(), TargetKind::WikiPage)
            }
            "AlertManagement::Alert" | "Alert" => (self.alert.get(), TargetKind::Alert),
            "Vulnerability" => (self.vulnerability.get(), TargetKind::Vulnerability),
            "DesignManagement::Design" | "Design" => (self.design.get(), TargetKind::Design),
            other => (
                None,
                TargetKind::Other(first_line(other).unwrap_or_default()),
            ),
        };
        let none = WireSubject::default();
        let subject = found.unwrap_or(&none);
        let kind = match kind {
            TargetKind::Issue => subject.issue_kind(),
            kind => kind,
        };
        let labels = changes::titles(&subject.labels);
        Target {
            id: subject
                .number(&kind)
                .or_else(|| number_of_page(page))
                .unwrap_or_default(),
            kind,
            title: subject.title().unwrap_or_default(),
            url: subject.url.link().unwrap_or_else(|| page.to_owned()),
            labels: if labels.is_empty() {
                changes::titles(&self.labels)
            } else {
                labels
            },
        }
    }
}

impl WireSubject<'_> {
    fn title(&self) -> Option<String> {
        let title = self
            .title
            .line()
            .or_else(|| first_line(self.message.get()?));
        title.or_else(|| self.filename.line())
    }

    /// The number or hash that people call it by.
    fn number(&self, kind: &TargetKind) -> Option<String> {
        match kind {
            TargetKind::Commit | TargetKind::Snippet | TargetKind::Vulnerability => self.id.line(),
            TargetKind::WikiPage => self.slug.line(),
            TargetKind::Design => self.filename.line().or_else(|| self.id.line()),
            _ => self.iid.line(),
        }
    }

    fn issue_kind(&self) -> TargetKind {
        let said = self.r#type.line().or_else(|| self.issue_type.line());
        said.map_or(TargetKind::Issue, |name| issue_kind(&name))
    }
}

/// The kind of target that an issue of this type is.
pub(crate) fn issue_kind(type_name: &str) -> TargetKind {
    match issue_type(type_name) {
        IssueType::Issue => TargetKind::Issue,
        IssueType::Incident => TargetKind::Incident,
        IssueType::Epic => TargetKind::Epic,
        other => TargetKind::WorkItem(other.words().to_owned()),
    }
}

/// The number or hash at the end of a page's address.
fn number_of_page(page: &str) -> Option<String> {
    let last = page
        .split(['?', '#'])
        .next()?
        .trim_end_matches('/')
        .rsplit('/')
        .next()?;
    let known = !last.is_empty() && last.chars().all(|c| c.is_ascii_hexdigit());
    known.then(|| last.to_owned())
}
