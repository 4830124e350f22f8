//! From what stands in a sent form to its values, and what is wrong with them.

use slack::interaction::{Entered, OpenedView, State};
use slack::view::ViewAnswer;
use url::{Host, Url};

use super::details::{Kind, Listed, Severity, Status, Type};
use super::form::{
    ASSIGNEE, CONFIDENTIAL, DESCRIPTION, Details, Form, Held, LABELS, LONGEST_TITLE, PROJECT,
    Picked, SEVERITY, STATUS, TITLE, TYPE, YES, ZOOM,
};
use crate::answer::Stopped;
use crate::modals::held;

impl Form {
    /// What stands in a modal of ours.
    pub(super) fn read(view: &OpenedView) -> Result<Self, Stopped> {
        let held: Held = held::take(view)?;
        let kind = Kind::of_id(&view.callback_id);
        let (state, id) = (&view.state, |name: &str| kind.field(name));
        let (assignee, labels) = (held.menus_block(ASSIGNEE), held.menus_block(LABELS));
        let description = state.entered(&held.description_block(), &id(DESCRIPTION));
        Ok(Self {
            title: text(state, kind, TITLE),
            project: picked(state.entered(PROJECT, &id(PROJECT))).pop(),
            assignee: picked(state.entered(&assignee, &id(ASSIGNEE))).pop(),
            labels: picked(state.entered(&labels, &id(LABELS))),
            is_confidential: state.is_checked(CONFIDENTIAL, &id(CONFIDENTIAL), YES),
            description: description
                .and_then(Entered::value)
                .unwrap_or("")
                .to_owned(),
            details: details(state, kind),
            notice: None,
            held,
        })
    }

    /// GitLab's id of the project that was chosen.
    pub(super) fn project_id(&self) -> Option<u64> {
        self.project.as_ref()?.value.parse().ok()
    }

    /// What is wrong with it, as far as that can be seen from here.
    pub(super) fn objections(&self) -> Option<ViewAnswer> {
        let mut wrong: Vec<(&str, String)> = Vec::new();
        let length = self.title.chars().count();
        if length == 0 {
            wrong.push((TITLE, "Give it a title.".to_owned()));
        } else if usize::from(LONGEST_TITLE) < length {
            wrong.push((TITLE, format!("At most {LONGEST_TITLE} characters.")));
        }
        if self.project_id().is_none() {
            wrong.push((PROJECT, "Choose a project.".to_owned()));
        }
        if let Details::Incident { zoom, .. } = &self.details
            && !zoom.is_empty()
            && meeting(zoom).is_none()
        {
            let example =
                "Give the address of a Zoom meeting, such as https://example.zoom.us/j/123456789.";
            wrong.push((ZOOM, example.to_owned()));
        }
        (!wrong.is_empty()).then(|| ViewAnswer::errors(wrong))
    }
}

fn text(state: &State, kind: Kind, name: &str) -> String {
    let text = state.text(name, &kind.field(name));
    text.unwrap_or_default().to_owned()
}

fn details(state: &State, kind: Kind) -> Details {
    match kind {
        Kind::Issue => Details::Issue(listed::<Type>(state, kind, TYPE)),
        Kind::Incident => Details::Incident {
            severity: listed::<Severity>(state, kind, SEVERITY),
            status: listed::<Status>(state, kind, STATUS),
            zoom: text(state, kind, ZOOM),
        },
    }
}

fn listed<T: Listed + Default>(state: &State, kind: Kind, name: &str) -> T {
    let word = state.choice(name, &kind.field(name));
    word.and_then(T::read).unwrap_or_default()
}

fn picked(entered: Option<&Entered>) -> Vec<Picked> {
    let chosen = match entered {
        Some(Entered::One(chosen)) => std::slice::from_ref(chosen),
        Some(Entered::Several(chosen)) => chosen,
        Some(Entered::Nothing | Entered::Text(_)) | None => &[],
    };
    let chosen = chosen.iter();
    chosen
        .map(|chosen| Picked {
            value: chosen.value.clone(),
            label: chosen.label.clone(),
        })
        .collect()
}

/// The address of a Zoom meeting as GitLab takes it, on one line.
pub(super) fn meeting(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let Some(Host::Domain(host)) = url.host() else {
        return None;
    };
    let is_zoom = host == "zoom.us" || host.ends_with(".zoom.us");
    let mut parts = url.path_segments()?;
    let is_meeting = matches!(parts.next(), Some("j" | "s" | "my"));
    let is_named = parts.next().is_some_and(|name| !name.is_empty());
    (url.scheme() == "https" && is_zoom && is_meeting && is_named).then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_address_of_a_zoom_meeting_is_one() {
        for (address, expected) in [
            (
                "https://zoom.us/j/123?pwd=x",
                Some("https://zoom.us/j/123?pwd=x"),
            ),
            (
                "https://acme.zoom.us/my/ana",
                Some("https://acme.zoom.us/my/ana"),
            ),
            (
                "https://zoom.us/j/1\n/close",
                Some("https://zoom.us/j/1/close"),
            ),
            (
                "https://zoom.us/j/1 /close",
                Some("https://zoom.us/j/1%20/close"),
            ),
            ("http://zoom.us/j/123", None),
            ("https://zoom.us.example/j/123", None),
            ("https://evilzoom.us/j/123", None),
            ("https://zoom.us/j/", None),
            ("https://zoom.us/pricing/x", None),
            ("zoom", None),
        ] {
            assert_eq!(meeting(address).as_deref(), expected, "{address:?}");
        }
    }
}
