//! People, channels, links and words as they are written.

use domain::ids::InvalidId;
use domain::{ChannelName, Role};
use flags::yaml::Value;

use super::reader::{Fields, Reader};
use super::web_address;
use crate::plan::keys::{
    APPROVAL, CHANGE, CHANNELS, EXPECTATIONS, Keys, LINKS, MOST_NAMES, OWNERS,
};
use crate::plan::{Approval, Channels, Links, People, Prose};
use crate::preparation::ChangeIssue;

/// A mapping below the plan, if it is there.
fn part<'v>(
    reader: &mut Reader<'_>,
    plan: &Fields<'v>,
    key: &str,
    keys: &'static Keys,
) -> Option<Fields<'v>> {
    let entry = plan.entry(key)?;
    let value: &'v Value = &entry.value;
    reader.fields(keys, key, entry.line, value)
}

pub(super) fn people(reader: &mut Reader<'_>, plan: &Fields<'_>) -> Option<People> {
    let stakeholders = reader.list(plan, "stakeholders", MOST_NAMES);
    let owners = part(reader, plan, "owners", &OWNERS)?;
    let owner = reader.parsed(&owners, "individual");
    Some(People {
        watcher: reader.parsed(&owners, "watcher"),
        team: reader.text(&owners, "team").unwrap_or_default(),
        managers: reader.list(&owners, "managers", MOST_NAMES),
        on_call: reader.parsed(&owners, "on_call"),
        stakeholders,
        owner: owner?,
    })
}

pub(super) fn channels(reader: &mut Reader<'_>, plan: &Fields<'_>) -> Option<Channels> {
    let others = part(reader, plan, "channels", &CHANNELS);
    let mut other = |key| reader.parsed(others.as_ref()?, key);
    let (production, support) = (other("production"), other("support"));
    Some(Channels {
        team: team_channel(reader, plan)?,
        production,
        support,
    })
}

/// The team's channel stands with the team, and is told of there if it is missing.
fn team_channel(reader: &mut Reader<'_>, plan: &Fields<'_>) -> Option<ChannelName> {
    let Value::Mapping(owners) = &plan.entry("owners")?.value else {
        return None;
    };
    let channel = owners.iter().find(|entry| entry.key == "channel")?;
    let read = match &channel.value {
        Value::Null => return None,
        Value::Text(name) => name.parse().map_err(|error: InvalidId| error.to_string()),
        other => Err(format!(
            "is a channel such as '#general', not {}",
            other.what()
        )),
    };
    read.map_err(|message| reader.refuse("owners.channel", channel.line, message))
        .ok()
}

pub(super) fn links(reader: &mut Reader<'_>, plan: &Fields<'_>) -> Links {
    let Some(links) = part(reader, plan, "links", &LINKS) else {
        return Links::default();
    };
    Links {
        merge_request: web_address(reader, &links, "merge_request"),
        feature_issue: web_address(reader, &links, "feature_issue"),
        rollout_issue: web_address(reader, &links, "rollout_issue"),
        issue_project: super::path(reader, &links, "issue_project"),
        docs_merge_request: web_address(reader, &links, "docs_merge_request"),
        change_issue: web_address(reader, &links, "change_issue"),
    }
}

pub(super) fn prose(reader: &mut Reader<'_>, plan: &Fields<'_>) -> Prose {
    let mut prose = Prose {
        title: reader.text(plan, "title").unwrap_or_default(),
        summary: reader.text(plan, "summary").unwrap_or_default(),
        support: reader.text(plan, "support").unwrap_or_default(),
        testing: reader.text(plan, "testing").unwrap_or_default(),
        ..Prose::default()
    };
    if let Some(expectations) = part(reader, plan, "expectations", &EXPECTATIONS) {
        let mut text = |key| reader.text(&expectations, key).unwrap_or_default();
        prose.expectations = text("what");
        prose.viable = text("viable");
        prose.risks = text("risks");
        prose.monitoring = text("monitoring");
        prose.checking = text("checking");
    }
    prose
}

pub(super) fn change(reader: &mut Reader<'_>, plan: &Fields<'_>) -> ChangeIssue {
    let Some(answers) = part(reader, plan, "change_management", &CHANGE) else {
        return ChangeIssue::default();
    };
    let mut answer = |key| reader.bool(&answers, key);
    ChangeIssue {
        new_service: answer("new_service"),
        incident_plausible: answer("incident_plausible"),
        trouble_before: answer("trouble_before"),
        asked_for: answer("asked_for"),
    }
}

pub(super) fn approval(reader: &mut Reader<'_>, plan: &Fields<'_>) -> Approval {
    let Some(approval) = part(reader, plan, "approval", &APPROVAL) else {
        return Approval::default();
    };
    let roles = [("operator", Role::Operator), ("approver", Role::Approver)];
    Approval {
        people: reader.list(&approval, "by", MOST_NAMES),
        role: reader.word(&approval, "role", &roles),
        own: reader.bool(&approval, "own").unwrap_or(false),
    }
}
