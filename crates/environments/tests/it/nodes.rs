//! Two nodes on one database, and many who change flags at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use environments::Environment;
use flags::{Gates, Snapshot};

use crate::world::{catalogue, flag, gates, hosted, hosted_parts, live, set, set_for, store};

fn shown(environment: &Environment, flag: &str) -> Option<Gates> {
    live(environment).live().load().gates(flag).cloned()
}

#[tokio::test]
async fn a_node_takes_over_what_another_has_changed() {
    let store = store().await;
    let (one, other) = (hosted(&store).await, hosted(&store).await);
    let mut told = live(&other).revisions();
    one.change(set("tidy_sidebar", "true")).await.unwrap();
    assert_eq!(shown(&other, "tidy_sidebar"), None);
    live(&other).reload().await.unwrap();
    assert_eq!(shown(&other, "tidy_sidebar"), Some(Gates::on()));
    assert_eq!(*told.borrow_and_update(), 1);
    // Again, without anything to take over.
    live(&other).reload().await.unwrap();
    assert!(!told.has_changed().unwrap());
}

#[tokio::test]
async fn a_nodes_own_change_brings_along_what_it_has_missed() {
    let store = store().await;
    let (one, other) = (hosted(&store).await, hosted(&store).await);
    one.change(set("tidy_sidebar", "true")).await.unwrap();
    one.change(set("tidy_sidebar", "25")).await.unwrap_err();
    one.change(set("tidy_sidebar", "false")).await.unwrap();
    other.change(set("tidy_topbar", "true")).await.unwrap();
    assert_eq!(shown(&other, "tidy_sidebar"), Some(Gates::off()));
    assert_eq!(shown(&other, "tidy_topbar"), Some(Gates::on()));
}

#[tokio::test]
async fn a_change_that_changes_nothing_does_not_hide_another_nodes_change() {
    let store = store().await;
    let (one, other) = (hosted(&store).await, hosted(&store).await);
    one.change(set("tidy_topbar", "true")).await.unwrap();
    live(&other).reload().await.unwrap();
    one.change(set("tidy_sidebar", "true")).await.unwrap();
    // It has the revision of the change before it, which this node has not seen.
    other.change(set("tidy_topbar", "true")).await.unwrap();
    assert_eq!(shown(&other, "tidy_sidebar"), Some(Gates::on()));
    assert_eq!(live(&other).live().load().revision(), 2);
}

#[tokio::test]
async fn an_older_state_never_takes_the_place_of_a_newer_one() {
    let store = store().await;
    let production = hosted(&store).await;
    let hosted = live(&production);
    let at = |revision, flags: &[(&str, &str)]| {
        let flags = flags.iter().map(|(name, json)| (flag(name), gates(json)));
        let groups = hosted_parts(&store).groups;
        Snapshot::build(&catalogue(), &groups, flags, revision)
    };
    let sidebar = flag("tidy_sidebar");
    hosted
        .live()
        .publish(at(5, &[("tidy_sidebar", r#"{"boolean": true}"#)]));
    hosted.live().publish(at(4, &[("tidy_sidebar", "{}")]));
    assert_eq!(shown(&production, "tidy_sidebar"), Some(Gates::on()));
    // Late, of a change that the newer state has.
    assert!(hosted.live().publish_flag(&sidebar, Some(&Gates::off()), 3));
    assert_eq!(shown(&production, "tidy_sidebar"), Some(Gates::on()));
    // Early: something lies between.
    assert!(!hosted.live().publish_flag(&sidebar, Some(&Gates::off()), 7));
    assert_eq!(shown(&production, "tidy_sidebar"), Some(Gates::on()));
    assert!(hosted.live().publish_flag(&sidebar, Some(&Gates::off()), 6));
    assert_eq!(shown(&production, "tidy_sidebar"), Some(Gates::off()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_change_a_flag_at_once_lose_nothing_and_nobody_sees_it_go_back() {
    const PROJECTS: usize = 60;
    let store = store().await;
    let nodes = [hosted(&store).await, hosted(&store).await];
    let stop = Arc::new(AtomicBool::new(false));
    let watchers = nodes.clone().map(|node| {
        let stop = Arc::clone(&stop);
        std::thread::spawn(move || {
            let (mut most, mut revision) = (0, 0);
            while !stop.load(Ordering::Relaxed) {
                let snapshot = live(&node).live().load();
                let actors = snapshot
                    .gates("tidy_sidebar")
                    .map_or(0, |gates| gates.actors.len());
                assert!(most <= actors, "{actors} actors after {most}");
                assert!(revision <= snapshot.revision());
                (most, revision) = (actors, snapshot.revision());
                drop(snapshot);
                std::thread::yield_now();
            }
        })
    });
    let tasks: Vec<_> = (0..PROJECTS)
        .map(|project| {
            let node = nodes[project % 2].clone();
            tokio::spawn(async move {
                let project = project.to_string();
                let request = set_for("tidy_sidebar", "true", &[&project]);
                node.change(request).await.unwrap()
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    for node in &nodes {
        live(node).reload().await.unwrap();
        let gates = shown(node, "tidy_sidebar").unwrap();
        assert_eq!(gates.actors.len(), PROJECTS);
        assert_eq!(live(node).live().load().revision(), PROJECTS as u64);
    }
    stop.store(true, Ordering::Relaxed);
    watchers
        .into_iter()
        .for_each(|watcher| watcher.join().unwrap());
    let filter = store::AuditFilter {
        limit: 1000,
        ..store::AuditFilter::default()
    };
    let entries = store.audit(filter).await.unwrap().entries;
    assert_eq!(entries.len(), PROJECTS);
}
