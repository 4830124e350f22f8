//! Alerts and vulnerabilities.

use serde_json::{Value, json};

use super::{Source, utc};

/// An alert. GitLab gives alerts to integrations only, with this body; the header follows the
/// naming of the others.
pub(in crate::gitlab) fn alert(
    source: Source<'_>,
    iid: u64,
    title: &str,
    severity: &str,
    status: &str,
) -> Value {
    json!({
        "object_kind": "alert",
        "project": source.project_with_old_names(),
        "object_attributes": {
            "title": title,
            "url": source.page(&format!("alert_management/{iid}/details")),
            "severity": severity,
            "events": 1,
            "status": status,
            "started_at": utc(source.now),
        },
    })
}

/// What is known about a vulnerability.
pub(in crate::gitlab) struct VulnerabilityFacts<'a> {
    pub id: u64,
    pub title: &'a str,
    pub severity: &'a str,
    /// detected, confirmed, dismissed or resolved.
    pub state: &'a str,
    pub cve: &'a str,
}

/// A vulnerability found or changed.
pub(in crate::gitlab) fn vulnerability(
    source: Source<'_>,
    facts: &VulnerabilityFacts<'_>,
) -> Value {
    let when = |state: &str| (facts.state == state).then(|| utc(source.now));
    let by = |state: &str| (facts.state == state).then_some(source.user.id);
    json!({
        "object_kind": "vulnerability",
        "object_attributes": {
            "url": source.page(&format!("security/vulnerabilities/{}", facts.id)),
            "title": facts.title,
            "state": facts.state,
            "project_id": source.project.id,
            "location": {
                "file": "Gemfile.lock",
                "dependency": { "package": { "name": "rack" }, "version": "2.2.3" },
            },
            "cvss": [{ "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "vendor": "NVD" }],
            "severity": facts.severity,
            "severity_overridden": false,
            "identifiers": [{
                "name": facts.cve,
                "external_id": facts.cve,
                "external_type": "cve",
                "url": format!("https://cve.mitre.org/cgi-bin/cvename.cgi?name={}", facts.cve),
            }],
            "issues": [],
            "report_type": "dependency_scanning",
            "confidence": "unknown",
            "confidence_overridden": false,
            "confirmed_at": when("confirmed"),
            "confirmed_by_id": by("confirmed"),
            "dismissed_at": when("dismissed"),
            "dismissed_by_id": by("dismissed"),
            "resolved_at": when("resolved"),
            "resolved_by_id": by("resolved"),
            "auto_resolved": false,
            "resolved_on_default_branch": false,
            "created_at": utc(source.now),
            "updated_at": utc(source.now),
        },
    })
}
