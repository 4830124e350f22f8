//! Dependencies point to the middle. This reads the manifests and says so.

use std::collections::BTreeMap;
use std::path::Path;

/// What each crate may know of the others.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("clock", &[]),
    ("flags", &["domain"]),
    ("notify", &["domain", "flags"]),
    ("rollouts", &["domain", "flags"]),
    ("outgoing", &[]),
    ("gitlab", &["domain", "outgoing"]),
    ("slack", &["domain", "outgoing"]),
    ("monitors", &["outgoing"]),
    ("sinks", &["outgoing"]),
    ("store", &["domain", "flags"]),
    ("installations", &["clock", "domain", "slack", "store"]),
    (
        "accounts",
        &["clock", "domain", "gitlab", "outgoing", "store"],
    ),
    (
        "web",
        &[
            "accounts",
            "app",
            "clock",
            "commands",
            "domain",
            "environments",
            "flags",
            "gitlab",
            "installations",
            "integrations",
            "notify",
            "rollouts",
            "slack",
            "steering",
            "store",
        ],
    ),
    (
        "integrations",
        &["clock", "domain", "flags", "notify", "store"],
    ),
    (
        "environments",
        &["clock", "domain", "flags", "gitlab", "store"],
    ),
    (
        "commands",
        &[
            "clock",
            "domain",
            "environments",
            "flags",
            "gitlab",
            "monitors",
            "rollouts",
            "slack",
            "steering",
            "store",
        ],
    ),
    (
        "driver",
        &[
            "clock",
            "commands",
            "domain",
            "environments",
            "flags",
            "gitlab",
            "monitors",
            "rollouts",
            "steering",
            "store",
        ],
    ),
    (
        "app",
        &[
            "accounts",
            "clock",
            "commands",
            "domain",
            "environments",
            "flags",
            "gitlab",
            "installations",
            "integrations",
            "notify",
            "rollouts",
            "slack",
            "steering",
            "store",
        ],
    ),
    (
        "steering",
        &[
            "clock",
            "domain",
            "environments",
            "flags",
            "rollouts",
            "store",
        ],
    ),
    ("sandbox", &["clock", "domain"]),
    (
        "signalbox",
        &[
            "accounts",
            "app",
            "clock",
            "commands",
            "domain",
            "driver",
            "environments",
            "flags",
            "gitlab",
            "installations",
            "integrations",
            "monitors",
            "notify",
            "rollouts",
            "sandbox",
            "sinks",
            "slack",
            "steering",
            "store",
            "web",
        ],
    ),
];

/// Crates from outside that a pure crate must not know: HTTP, SQL, clocks, randomness.
const NOT_PURE: &[&str] = &[
    "axum",
    "hyper",
    "reqwest",
    "tokio",
    "rusqlite",
    "postgres",
    "rand",
    "getrandom",
    "clock",
];
const PURE: &[&str] = &["domain", "flags", "notify", "rollouts"];

fn dependencies() -> BTreeMap<String, Vec<String>> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("crates/");
    std::fs::read_dir(crates)
        .expect("crates/ can be read")
        .map(|entry| {
            let folder = entry.expect("an entry").path();
            let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
            let manifest: toml::Table = manifest.parse().expect("valid TOML");
            let name = folder
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            assert_eq!(
                manifest["package"]["name"].as_str(),
                Some(&*name),
                "folder = crate name"
            );
            let of = manifest.get("dependencies").and_then(toml::Value::as_table);
            (
                name,
                of.map(|table| table.keys().cloned().collect())
                    .unwrap_or_default(),
            )
        })
        .collect()
}

#[test]
fn dependencies_point_to_the_middle() {
    let known: BTreeMap<_, _> = MAY_KNOW.iter().copied().collect();
    let dependencies = dependencies();
    for (name, of) in &dependencies {
        let allowed = known.get(name.as_str()).unwrap_or_else(|| {
            panic!(
                "crate {name} is not in the map: say here and in ARCHITECTURE.md what it may know"
            )
        });
        for dependency in of
            .iter()
            .filter(|dependency| dependencies.contains_key(*dependency))
        {
            assert!(
                allowed.contains(&dependency.as_str()),
                "{name} must not know {dependency}"
            );
        }
    }
}

#[test]
fn pure_crates_know_no_http_sql_clock_or_chance() {
    let dependencies = dependencies();
    for name in PURE {
        for dependency in &dependencies[*name] {
            assert!(
                !NOT_PURE.contains(&dependency.as_str()),
                "{name} must not know {dependency}"
            );
        }
    }
}

#[test]
fn the_architecture_page_has_every_crate() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ARCHITECTURE.md");
    let page = std::fs::read_to_string(page).expect("ARCHITECTURE.md");
    for name in dependencies().keys() {
        assert!(
            page.contains(&format!("`{name}`")),
            "ARCHITECTURE.md does not tell of `{name}`"
        );
    }
}
