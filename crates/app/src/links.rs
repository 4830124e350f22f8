//! What addresses of the configured GitLab stand for.

use gitlab::links::Link;

use crate::app::App;
use crate::slash::grammar::Links;

/// The addresses of one GitLab.
pub(crate) struct Addresses<'a> {
    gitlab: Option<&'a gitlab::rest::Client>,
}

impl<'a> Addresses<'a> {
    pub(crate) fn of(app: &'a App) -> Self {
        Self {
            gitlab: app.parts().gitlab.as_ref(),
        }
    }

    pub(crate) fn read(&self, url: &str) -> Option<Link> {
        Link::parse(url, self.gitlab?.base_url())
    }
}

impl Links for Addresses<'_> {
    fn project(&self, url: &str) -> Option<String> {
        match self.read(url)? {
            Link::Place { path } => Some(path),
            _ => None,
        }
    }

    fn issue(&self, url: &str) -> Option<(String, u64)> {
        match self.read(url)? {
            Link::Issue { project, iid, .. } => Some((project, iid)),
            _ => None,
        }
    }

    fn merge_request(&self, url: &str) -> Option<(String, u64)> {
        match self.read(url)? {
            Link::MergeRequest { project, iid, .. } => Some((project, iid)),
            _ => None,
        }
    }

    fn pipeline(&self, url: &str) -> Option<(String, u64)> {
        match self.read(url)? {
            Link::Pipeline { project, id } => Some((project, id)),
            _ => None,
        }
    }
}
