//! Links of every syntax: Markdown's, HTML's and the wiki's.

use pulldown_cmark::LinkType;

use super::{Purpose, Walk};
use crate::markdown::address::{Shows, resolve};

/// Which syntax opened the link that is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::markdown) enum LinkOf {
    None,
    Markdown,
    Html,
}

impl Walk<'_> {
    pub(super) fn start_link(&mut self, link_type: LinkType, target: &str) {
        if let LinkType::WikiLink { has_pothole } = link_type {
            self.start_taking(Purpose::Wiki {
                written: target.to_owned(),
                has_title: has_pothole,
            });
            return;
        }
        let mail = format!("mailto:{target}");
        let target = if link_type == LinkType::Email {
            &mail
        } else {
            target
        };
        self.begin_link(target, LinkOf::Markdown);
    }

    pub(in crate::markdown) fn begin_link(&mut self, target: &str, of: LinkOf) {
        if self.link == LinkOf::None
            && self.taken.is_none()
            && let Some(url) = resolve(target, self.place, Shows::Page)
        {
            self.link = of;
            self.writer.begin_link(url);
        }
    }

    pub(super) fn end_link(&mut self) {
        if matches!(&self.taken, Some(taken) if matches!(taken.purpose, Purpose::Wiki { .. })) {
            self.end_taking();
        } else if self.link == LinkOf::Markdown {
            self.link = LinkOf::None;
            self.writer.end_link();
        }
    }

    /// `[[page]]` or `[[title|page]]`; `[[_TOC_]]` asks GitLab for a table of contents.
    pub(super) fn wiki_link(&mut self, written: &str, has_title: bool, taken: &str) {
        let page = if has_title { taken } else { written };
        if page == "_TOC_" {
            return;
        }
        let target = match page {
            page if page.contains("://") => page.to_owned(),
            page => format!("-/wikis/{}", page.trim().replace(' ', "-")),
        };
        match resolve(&target, self.place, Shows::Page) {
            Some(url) => self.writer.link(&url, written),
            None => self.words(written),
        }
    }
}
