//! Alerts, vulnerabilities and tokens that expire.

use domain::EventKind;
use jiff::SignedDuration;

use super::{Act, TITLE, field};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::payload::{self, VulnerabilityFacts};
use crate::gitlab::scene::Scene;

const SEVERITY: super::Field = field(
    "severity",
    Takes::OneOf(&["critical", "high", "medium", "low", "info", "unknown"]),
    "how bad it is; high unless given",
);
const NAME: super::Field = field("name", Takes::Line, "the token's name");
const DAYS: super::Field = field(
    "days",
    Takes::Number(0, 60),
    "days until it expires; 7 unless given",
);

pub(super) const ALERT: Act = Act {
    what: "alert",
    label: "Alert",
    group: "Security and monitoring",
    common: false,
    summary: "Let monitoring raise an alert",
    fields: &[
        TITLE,
        SEVERITY,
        field(
            "status",
            Takes::OneOf(&["triggered", "acknowledged", "resolved", "ignored"]),
            "triggered unless given",
        ),
    ],
    run: |scene, args| {
        let iid = scene.world.next_id();
        let title = args.text_or("title", || {
            "Error budget burns 14 times too fast".to_owned()
        });
        let severity = args.text("severity").unwrap_or("high");
        let status = args.text("status").unwrap_or("triggered");
        let body = payload::alert(scene.source(), iid, &title, severity, status);
        scene.say("alert_iid", iid);
        scene.send(EventKind::Alert, body);
        Ok(())
    },
};

pub(super) const VULNERABILITY: Act = Act {
    what: "vulnerability",
    label: "Vulnerability",
    group: "Security and monitoring",
    common: false,
    summary: "Let a scanner find a vulnerability",
    fields: &[
        TITLE,
        SEVERITY,
        field(
            "state",
            Takes::OneOf(&["detected", "confirmed", "dismissed", "resolved"]),
            "detected unless given",
        ),
    ],
    run: vulnerability,
};

pub(super) const ACCESS_TOKEN: Act = Act {
    what: "access_token",
    label: "Access token expires",
    group: "Security and monitoring",
    common: false,
    summary: "Warn of an access token of the project or its group that expires soon",
    fields: &[
        NAME,
        DAYS,
        field("group", Takes::YesNo, "true for a token of the group"),
    ],
    run: access_token,
};

pub(super) const DEPLOY_TOKEN: Act = Act {
    what: "deploy_token",
    label: "Deploy token expires",
    group: "Security and monitoring",
    common: false,
    summary: "Warn of a deploy token of the project that expires soon",
    fields: &[NAME, DAYS],
    run: deploy_token,
};

fn vulnerability(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let id = scene.world.next_id();
    let title = args.text_or("title", || {
        "Denial of service in the multipart parser".to_owned()
    });
    let cve = format!("CVE-2026-{}", 1000 + scene.chance.below(9000));
    let facts = VulnerabilityFacts {
        id,
        title: &title,
        severity: args.text("severity").unwrap_or("high"),
        state: args.text("state").unwrap_or("detected"),
        cve: &cve,
    };
    let body = payload::vulnerability(scene.source(), &facts);
    scene.say("vulnerability_id", id);
    scene.send(EventKind::Vulnerability, body);
    Ok(())
}

fn expiry(scene: &Scene<'_>, args: &Args) -> jiff::Timestamp {
    let days = i64::try_from(args.number("days").unwrap_or(7)).unwrap_or(7);
    scene
        .now
        .saturating_add(SignedDuration::from_hours(24 * days))
        .unwrap_or(scene.now)
}

fn access_token(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let id = scene.world.next_id();
    let name = args.text_or("name", || "release-bot".to_owned());
    let day = expiry(scene, args).strftime("%Y-%m-%d").to_string();
    let source = scene.source();
    let group = match args.yes_no("group") {
        Some(true) => source.world.group(source.project.group_id),
        Some(false) | None => None,
    };
    let body = payload::access_token(source, id, &name, &day, group);
    scene.say("token_id", id);
    scene.send(EventKind::AccessToken, body);
    Ok(())
}

fn deploy_token(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let id = scene.world.next_id();
    let name = args.text_or("name", || "registry-reader".to_owned());
    let at = expiry(scene, args);
    let body = payload::deploy_token(scene.source(), id, &name, at);
    scene.say("token_id", id);
    scene.send(EventKind::DeployToken, body);
    Ok(())
}
