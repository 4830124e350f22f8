//! Projects, groups and people, as payloads of all ages name them.

use domain::event::{Group, Person, Project, Visibility};
use serde::Deserialize;

use crate::lax::{Flag, Number, Object, Text};

/// A `project`, or the `repository` of old payloads.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WireProject<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    id: Number,
    path_with_namespace: Text<'a>,
    web_url: Text<'a>,
    homepage: Text<'a>,
    git_http_url: Text<'a>,
    git_ssh_url: Text<'a>,
    url: Text<'a>,
    visibility_level: Text<'a>,
    default_branch: Text<'a>,
    avatar_url: Text<'a>,
}

impl WireProject<'_> {
    pub(crate) fn id(&self) -> Option<u64> {
        self.id.get()
    }

    fn page(&self) -> Option<String> {
        let pages = self.web_url.link().or_else(|| self.homepage.link());
        pages.or_else(|| {
            let clone = self.git_http_url.link().or_else(|| self.url.link())?;
            Some(clone.trim_end_matches(".git").to_owned())
        })
    }

    /// The project, if it is named well enough to know it by its path.
    pub(crate) fn project(&self) -> Option<Project> {
        let url = self.page();
        let path = self
            .path_with_namespace
            .get()
            .and_then(path)
            .or_else(|| path_of_url(url.as_deref()?))
            .or_else(|| path_of_ssh(self.git_ssh_url.get().or(self.url.get())?))?;
        Some(Project {
            id: self.id.get(),
            name: self
                .name
                .line()
                .unwrap_or_else(|| last_part(&path).to_owned()),
            path,
            url: url
                .map(|url| url.trim_end_matches('/').to_owned())
                .unwrap_or_default(),
            default_branch: self.default_branch.line(),
            visibility: self
                .visibility_level
                .get()
                .map_or(Visibility::Unknown, visibility),
            avatar_url: self.avatar_url.link(),
        })
    }
}

/// The event's project: `project`, else what the `repository` of old payloads says.
pub(crate) fn project(
    project: &Object<WireProject<'_>>,
    repository: &Object<WireProject<'_>>,
    id: Number,
) -> Option<Project> {
    let named = project.get().and_then(WireProject::project);
    let mut found = named.or_else(|| repository.get()?.project())?;
    found.id = found
        .id
        .or(project.get().and_then(WireProject::id))
        .or(id.get());
    Some(found)
}

/// The project whose pages `url` belongs to, for payloads that name none.
pub(crate) fn project_of_page(url: &str) -> Option<Project> {
    let (page, _) = url.split_once("/-/")?;
    if page.contains("/groups/") {
        return None;
    }
    let path = path_of_url(page)?;
    Some(Project {
        id: None,
        name: last_part(&path).to_owned(),
        path,
        url: page.to_owned(),
        default_branch: None,
        visibility: Visibility::Unknown,
        avatar_url: None,
    })
}

/// The group whose pages `url` belongs to: `https://…/groups/a/b/-/epics/1`.
pub(crate) fn group_of_page(url: &str) -> Option<Group> {
    let (page, _) = url.split_once("/-/")?;
    let (_, group) = page.split_once("/groups/")?;
    let path = path(group)?;
    Some(Group {
        id: None,
        name: last_part(&path).to_owned(),
        path,
        url: page.to_owned(),
    })
}

/// A visibility, as a level or in words.
pub(crate) fn visibility(text: &str) -> Visibility {
    match text {
        "0" | "private" => Visibility::Private,
        "10" | "internal" => Visibility::Internal,
        "20" | "public" => Visibility::Public,
        _ => Visibility::Unknown,
    }
}

/// A full path that can be one.
pub(crate) fn path(text: &str) -> Option<String> {
    let path = text.trim_matches('/');
    let good = !path.is_empty()
        && path.len() <= 1_024
        && !path.contains(|c: char| c.is_whitespace() || c.is_control());
    good.then(|| path.to_owned())
}

/// The first of the texts that can be a full path.
pub(crate) fn first_path(texts: &[&Text<'_>]) -> Option<String> {
    texts.iter().find_map(|text| text.get().and_then(path))
}

fn path_of_url(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let (_, rest) = rest.split_once('/')?;
    path(rest)
}

fn path_of_ssh(address: &str) -> Option<String> {
    let rest = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None => address.split_once(':')?.1,
    };
    path(rest.trim_end_matches(".git"))
}

/// The last part of a path: `b` of `a/b`.
pub(crate) fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A person as an object: `user`, an assignee, a reviewer, a commit's author.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WirePerson<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    id: Number,
    username: Text<'a>,
    email: Text<'a>,
    avatar_url: Text<'a>,
    /// A reviewer's.
    pub(crate) state: Text<'a>,
    /// A reviewer's: asked again with this event.
    pub(crate) re_requested: Flag,
}

impl WirePerson<'_> {
    pub(crate) fn person(&self) -> Option<Person> {
        person(
            self.id,
            &self.name,
            &self.username,
            &self.email,
            &self.avatar_url,
        )
    }

    /// The name alone, for commits.
    pub(crate) fn name(&self) -> Option<String> {
        self.name.line()
    }
}

/// A person from fields that stand anywhere.
pub(crate) fn person(
    id: Number,
    name: &Text<'_>,
    username: &Text<'_>,
    email: &Text<'_>,
    avatar_url: &Text<'_>,
) -> Option<Person> {
    let email = email.line().filter(|email| email.contains('@'));
    let username = username
        .line()
        .map(|name| name.trim_start_matches('@').to_owned());
    let mut name = name.line();
    if name.is_none() && username.is_none() {
        let before_at = email.as_deref().and_then(|email| email.split('@').next());
        name = match before_at.filter(|name| !name.is_empty()) {
            Some(local) => Some(local.to_owned()),
            None => Some(numbered(id.get()?)),
        };
    }
    Some(Person {
        id: id.get(),
        name,
        username,
        email,
        avatar_url: avatar_url.link(),
    })
}

/// A person of whom the payload says the id alone.
pub(crate) fn person_by_id(id: u64) -> Person {
    Person {
        id: Some(id),
        name: Some(numbered(id)),
        ..Person::default()
    }
}

fn numbered(id: u64) -> String {
    format!("user {id}")
}

/// Whether the two are the same person.
pub(crate) fn same_person(a: &Person, b: &Person) -> bool {
    match (a.id, b.id) {
        (Some(a), Some(b)) => a == b,
        _ if a.username.is_some() && b.username.is_some() => a.username == b.username,
        _ => a.name == b.name,
    }
}

/// A group, in any of the ways in which payloads name it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WireGroup<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    id: Number,
    group_id: Number,
    group_name: Text<'a>,
    path: Text<'a>,
    group_path: Text<'a>,
    full_path: Text<'a>,
    web_url: Text<'a>,
    url: Text<'a>,
}

impl WireGroup<'_> {
    pub(crate) fn group(&self) -> Option<Group> {
        let said = first_path(&[&self.full_path, &self.group_path, &self.path]);
        // A mentioned group has its full path for a name.
        let path = said.or_else(|| self.name.get().and_then(path))?;
        let name = self.name.line().or_else(|| self.group_name.line());
        Some(Group {
            id: self.id.get().or(self.group_id.get()),
            name: name.unwrap_or_else(|| last_part(&path).to_owned()),
            path,
            url: self
                .web_url
                .link()
                .or_else(|| self.url.link())
                .unwrap_or_default(),
        })
    }
}
