//! The issue's text: what the plan says in words, and the boxes of every stage.

use domain::RolloutId;

use crate::evidence::Rule;
use crate::plan::{Monitor, OnBad, OnBreach, Plan, Source, Stage, StageKind};
use crate::rollout::Rollout;

use super::items::{Item, items};
use super::markdown::{code, duration, written};
use super::marker;

/// What stands before and after the boxes. Of another rollout the part between is replaced.
const BEGIN: &str = "<!-- signalbox:steps:";
const END: &str = "<!-- signalbox:end -->";

/// A whole issue. `page` is the rollout's page.
#[must_use]
pub fn description(rollout: &Rollout, page: Option<&str>) -> String {
    let plan = &rollout.plan;
    let mut sections = vec![summary(plan, page), owners(plan)];
    sections.extend(stakeholders(plan));
    sections.push(expectations(plan));
    sections.extend(monitors(plan));
    sections.push(steps(rollout));
    sections.push(rollback(plan));
    sections.extend(prose("## Availability and testing", &plan.prose.testing));
    sections.join("\n\n") + "\n"
}

/// Another's text with the boxes of every stage: at its end if it has none yet, in the place of
/// those of an earlier rollout.
#[must_use]
pub fn with_steps(text: &str, rollout: &Rollout) -> String {
    if text.contains(&steps_marker(rollout)) {
        return text.to_owned();
    }
    if let Some((before, rest)) = text.split_once(BEGIN)
        && let Some((_, after)) = rest.split_once(END)
    {
        return format!("{before}{}{after}", boxes(rollout));
    }
    format!("{}\n\n## Steps\n\n{}\n", text.trim_end(), boxes(rollout))
}

/// What nobody sees, by which an issue is known to be kept for this rollout.
#[must_use]
pub fn steps_marker(rollout: &Rollout) -> String {
    format!("{BEGIN}{} -->", rollout.id)
}

/// The rollout for which an issue with this description is kept.
#[must_use]
pub fn rollout_of(description: &str) -> Option<RolloutId> {
    let (_, rest) = description.split_once(BEGIN)?;
    rest.split_once(" -->")?.0.parse().ok()
}

fn prose(heading: &str, text: &str) -> Option<String> {
    let text = written(text);
    (!text.is_empty()).then(|| format!("{heading}\n\n{text}"))
}

fn summary(plan: &Plan, page: Option<&str>) -> String {
    let mut text = prose("## Summary", &plan.prose.summary).unwrap_or_else(|| {
        let flag = code(plan.flag.as_str());
        format!("## Summary\n\nOpens what is behind the feature flag {flag}, stage by stage, on production.")
    });
    let links = [
        ("Feature", &plan.links.feature_issue),
        ("Code", &plan.links.merge_request),
        ("Documentation", &plan.links.docs_merge_request),
        ("Change management", &plan.links.change_issue),
    ];
    let mut lines = vec![format!("- Flag: {}", code(plan.flag.as_str()))];
    lines.extend(
        links
            .iter()
            .filter_map(|(what, url)| Some(format!("- {what}: {}", written(url.as_deref()?)))),
    );
    lines.extend(page.map(|page| format!("- Live: {page}")));
    text.push_str("\n\n");
    text.push_str(&lines.join("\n"));
    text
}

fn owners(plan: &Plan) -> String {
    let people = &plan.people;
    let mention = |name: &str| code(&format!("@{name}"));
    let mut lines = vec!["## Owners\n".to_owned()];
    if !people.team.is_empty() {
        lines.push(format!("- Team: {}", code(&people.team)));
    }
    lines.push(format!(
        "- Slack channel: {}",
        code(plan.channels.team.as_str())
    ));
    lines.push(format!(
        "- Best person to reach: {}",
        mention(people.owner.as_str())
    ));
    if people.watcher() != &people.owner {
        let watcher = mention(people.watcher().as_str());
        lines.push(format!("- Watches after each change: {watcher}"));
    }
    if !people.managers.is_empty() {
        let names: Vec<String> = people
            .managers
            .iter()
            .map(|p| mention(p.as_str()))
            .collect();
        lines.push(format!("- Product managers: {}", names.join(", ")));
    }
    lines.join("\n")
}

fn stakeholders(plan: &Plan) -> Option<String> {
    let people = &plan.people.stakeholders;
    let lines: Vec<String> = people
        .iter()
        .map(|person| format!("- {}", code(&format!("@{person}"))))
        .collect();
    (!lines.is_empty()).then(|| format!("## Stakeholders\n\n{}", lines.join("\n")))
}

fn expectations(plan: &Plan) -> String {
    let words = &plan.prose;
    let parts = [
        ("### What will happen", &words.expectations),
        ("### When it can be used", &words.viable),
        ("### What may go wrong, and what then", &words.risks),
        ("### Where problems show", &words.monitoring),
        (
            "### What to look at on production afterwards",
            &words.checking,
        ),
        ("### What can be done for one customer", &words.support),
    ];
    let mut sections = vec!["## Expectations".to_owned()];
    sections.extend(
        parts
            .iter()
            .filter_map(|(heading, text)| prose(heading, text)),
    );
    let then = match plan.on_breach {
        OnBreach::Hold => "the rollout is held where it is",
        OnBreach::Back => "the rollout goes back one stage and is held there",
        OnBreach::Off => "the flag goes back to how it stood before, by itself",
    };
    sections.push(format!("When a monitor proves harm, {then}."));
    sections.join("\n\n")
}

fn monitors(plan: &Plan) -> Option<String> {
    let rows: Vec<String> = plan.monitors.iter().map(row).collect();
    (!rows.is_empty()).then(|| {
        format!(
            "## Monitoring\n\n| Monitor | Asks | Judged by | May |\n| --- | --- | --- | --- |\n{}",
            rows.join("\n")
        )
    })
}

fn row(monitor: &Monitor) -> String {
    let asks = match &monitor.source {
        Source::Deliveries => "Signalbox's own deliveries".to_owned(),
        Source::Sentry { project, query, .. } => {
            let project = project.as_deref().map_or("every project".to_owned(), code);
            format!("Sentry, {project} {}", cell(query))
        }
        Source::Elasticsearch { index, query, .. } => {
            format!("Elasticsearch, {} {}", cell(index), cell(query))
        }
        Source::Prometheus(_) => "Prometheus".to_owned(),
        Source::Http { endpoint, .. } => cell(endpoint),
    };
    let rule = match &monitor.rule {
        Rule::TwoArm(_) => "failures with the flag against failures without",
        Rule::BeforeAfter(_) => "failures after against before",
        Rule::Mean(_) => "the mean with the flag against without",
        Rule::HardLimit(_) => "a hard limit",
        Rule::NewIssue(_) => "new issues",
        Rule::SampleRatio(_) => "the planned split",
    };
    let may = match (monitor.shadow, monitor.on_bad) {
        (true, _) => "only tell",
        (false, OnBad::Hold) => "hold",
        (false, OnBad::RollBack) => "hold and take back",
    };
    format!(
        "| {} | {asks} | {rule} | {may} |",
        code(monitor.name.as_str())
    )
}

fn cell(text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    code(&text.replace('|', "\\|"))
}

fn steps(rollout: &Rollout) -> String {
    format!("## Steps\n\n{}", boxes(rollout))
}

/// The boxes of every stage.
fn boxes(rollout: &Rollout) -> String {
    let items = items(rollout);
    let mut text = steps_marker(rollout);
    text.push_str("\nSignalbox ticks these as they are done. Your tick of one that people do counts; say how you know in a comment.");
    for (number, stage) in rollout.plan.stages.iter().enumerate() {
        let boxes: Vec<String> = items
            .iter()
            .filter(|item| item.stage == number)
            .map(line)
            .collect();
        text.push_str(&format!("\n\n### {}. {}\n\n", number + 1, heading(stage)));
        text.push_str(&boxes.join("\n"));
    }
    text.push_str("\n\n");
    text.push_str(END);
    text
}

fn line(item: &Item) -> String {
    let mark = if item.done { 'x' } else { ' ' };
    format!("- [{mark}] {} {}", item.text, marker(&item.marker))
}

fn heading(stage: &Stage) -> String {
    let title = match &stage.kind {
        StageKind::NonProduction => "Environments that are not production".to_owned(),
        StageKind::Named(_) => "A few on production".to_owned(),
        StageKind::Preparation => "Before everybody gets it".to_owned(),
        StageKind::Percentage(share) => format!("{} percent", share.number()),
        StageKind::Global => "Everybody".to_owned(),
        StageKind::Verification => {
            format!("Verification term of {}", duration(stage.soak))
        }
        StageKind::CleanUp(_) => "Release and clean-up".to_owned(),
    };
    format!("{title} ({})", code(stage.name.as_str()))
}

fn rollback(plan: &Plan) -> String {
    let flag = &plan.flag;
    format!(
        "## Rollback\n\nNo check holds this up:\n\n```\n/chatops run rollout rollback {flag}\n```\n\n\
         Without Signalbox's rollout, the flag is closed by:\n\n```\n/chatops run feature set {flag} false\n```"
    )
}
