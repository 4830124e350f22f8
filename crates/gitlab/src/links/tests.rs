use super::*;

#[track_caller]
fn check(raw: &str, expected: &Link) {
    let base = "https://gitlab.example".parse().unwrap();
    assert_eq!(Link::parse(raw, &base).as_ref(), Some(expected), "{raw}");
    // The same below a path.
    let below = "https://gitlab.example/git/lab/".parse().unwrap();
    let moved = raw.replacen("gitlab.example", "gitlab.example/git/lab", 1);
    let link = Link::parse(&moved, &below);
    assert_eq!(link.as_ref(), Some(expected), "{moved}");
}

fn project() -> String {
    "acme/web/shop".to_owned()
}

#[test]
fn issues_are_found_by_every_address_that_they_have() {
    for page in [
        "-/issues/12",
        "issues/12",
        "-/issues/12/designs/a.png?version=3",
        "-/issues/incident/12",
        "-/work_items/12/",
    ] {
        let raw = format!("https://gitlab.example/acme/web/shop/{page}");
        let issue = |note| Link::Issue {
            project: project(),
            iid: 12,
            note,
        };
        check(&raw, &issue(None));
        check(&format!("{raw}#note_5"), &issue(Some(5)));
        check(&format!("{raw}#note_x"), &issue(None));
    }
}

#[test]
fn each_page_of_a_project_is_told_apart() {
    let note = Some(7);
    for (page, expected) in [
        (
            "-/merge_requests/7/diffs?x=1#note_7",
            Link::MergeRequest {
                project: project(),
                iid: 7,
                note,
            },
        ),
        (
            "-/commit/1a0b36b3cdad#note_7",
            Link::Commit {
                project: project(),
                sha: "1a0b36b3cdad".into(),
                note,
            },
        ),
        (
            "-/pipelines/538317940/builds",
            Link::Pipeline {
                project: project(),
                id: 538_317_940,
            },
        ),
        (
            "-/jobs/8#L20",
            Link::Job {
                project: project(),
                id: 8,
            },
        ),
        (
            "-/milestones/3#tab-issues",
            Link::Milestone {
                project: project(),
                iid: 3,
            },
        ),
        (
            "-/snippets/4",
            Link::Snippet {
                project: Some(project()),
                id: 4,
                note: None,
            },
        ),
        (
            "-/releases/v1.0%2Frc%201",
            Link::Release {
                project: project(),
                tag: "v1.0/rc 1".into(),
            },
        ),
        (
            "-/environments/9",
            Link::Environment {
                project: project(),
                id: 9,
            },
        ),
        ("", Link::Place { path: project() }),
    ] {
        check(
            &format!("https://gitlab.example/acme/web/shop/{page}"),
            &expected,
        );
    }
}

#[test]
fn pages_of_groups_and_people_are_told_apart() {
    let group = || "acme/web".to_owned();
    for (path, expected) in [
        (
            "groups/acme/web/-/epics/5#note_7",
            Link::Epic {
                group: group(),
                iid: 5,
                note: Some(7),
            },
        ),
        (
            "groups/acme/web/-/milestones/3",
            Link::GroupMilestone {
                group: group(),
                iid: 3,
            },
        ),
        ("groups/acme/web", Link::Place { path: group() }),
        (
            "acme",
            Link::Namespace {
                path: "acme".into(),
            },
        ),
        (
            "groups/acme",
            Link::Namespace {
                path: "acme".into(),
            },
        ),
        (
            "-/snippets/4#note_7",
            Link::Snippet {
                project: None,
                id: 4,
                note: Some(7),
            },
        ),
        (
            "acme/%C3%A9t%C3%A9/-/issues/1",
            Link::Issue {
                project: "acme/été".into(),
                iid: 1,
                note: None,
            },
        ),
        // A project may be called like a page.
        (
            "acme/issues/-/issues/1",
            Link::Issue {
                project: "acme/issues".into(),
                iid: 1,
                note: None,
            },
        ),
    ] {
        check(&format!("https://gitlab.example/{path}"), &expected);
    }
}

#[test]
fn a_file_is_read_with_its_lines_and_each_branch_that_it_may_be_on() {
    let base = "https://gitlab.example".parse().unwrap();
    let read = |page: &str| {
        let raw = format!("https://gitlab.example/acme/shop/-/blob/{page}");
        match Link::parse(&raw, &base) {
            Some(Link::Blob(blob)) => blob,
            other => panic!("{other:?}"),
        }
    };
    let blob = read("feature/a%20b/src/main.rs?ref_type=heads#L10-12");
    assert_eq!(blob.project, "acme/shop");
    assert_eq!(blob.file_name(), "main.rs");
    let readings: Vec<(String, String)> = blob.readings().collect();
    let pair = |revision: &str, path: &str| (revision.to_owned(), path.to_owned());
    assert_eq!(
        readings,
        [
            pair("feature", "a b/src/main.rs"),
            pair("feature/a b", "src/main.rs"),
            pair("feature/a b/src", "main.rs"),
        ]
    );
    for (fragment, expected) in [
        ("L10-12", Some((10, 12))),
        ("L12-L10", Some((10, 12))),
        ("L7", Some((7, 7))),
        ("L0", None),
        ("L", None),
        ("note_1", None),
    ] {
        let lines = read(&format!("main/a.rs#{fragment}")).lines;
        let lines = lines.map(|lines| (lines.first, lines.last));
        assert_eq!(lines, expected, "{fragment}");
    }
    assert_eq!(
        read(&format!("main/{}x", "a/".repeat(99)))
            .readings()
            .count(),
        5
    );
}

#[test]
fn what_is_no_page_of_this_gitlab_is_no_link() {
    for raw in [
        "",
        "acme/shop#12",
        "ftp://gitlab.example/acme/shop/-/issues/1",
        "https://gitlab.example:8443/acme/shop/-/issues/1",
        "https://gitlab.example.evil.example/acme/shop/-/issues/1",
        "https://gitlab.example@evil.example/acme/shop/-/issues/1",
        "https://gitlab.example/",
        "https://gitlab.example/dashboard/issues",
        "https://gitlab.example/users/sign_in",
        "https://gitlab.example/acme/-/issues/1",
        "https://gitlab.example/acme//-/issues/1",
        "https://gitlab.example/acme/a%2F..%2Fb/-/issues/1",
        "https://gitlab.example/acme/shop/-/issues",
        "https://gitlab.example/acme/shop/-/issues/new",
        "https://gitlab.example/acme/shop/-/issues/0",
        "https://gitlab.example/acme/shop/-/issues/+1",
        "https://gitlab.example/acme/shop/-/issues/99999999999999999999",
        "https://gitlab.example/acme/shop/-/commit/main",
        "https://gitlab.example/acme/shop/-/blob/main",
        "https://gitlab.example/acme/shop/-/blob/main/..%2F..%2Fetc",
        "https://gitlab.example/acme/shop/-/blob/main/a%00b",
        "https://gitlab.example/acme/shop/-/tree/main",
        "https://gitlab.example/acme/shop/tree/main",
        "https://gitlab.example/acme/shop/-/releases/%2E%2E",
        "https://gitlab.example/groups/acme/-/issues",
    ] {
        let base = "https://gitlab.example".parse().unwrap();
        assert_eq!(Link::parse(raw, &base), None, "{raw}");
    }
    let below = "https://gitlab.example/lab".parse().unwrap();
    for raw in [
        "https://gitlab.example/acme/shop/-/issues/1",
        "https://gitlab.example/labacme/shop/-/issues/1",
    ] {
        assert_eq!(Link::parse(raw, &below), None, "{raw}");
    }
}

mod any_address {
    use proptest::prelude::*;

    use super::*;

    fn leads_elsewhere(path: &str) -> bool {
        path.split('/').any(|part| matches!(part, "" | "." | ".."))
            || path.chars().any(char::is_control)
    }

    proptest! {
        #[test]
        fn never_leads_out_of_its_project(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "acme", "shop", "..", ".", "%2e%2e", "%2F", "a%2Fb", "-", "blob", "issues",
                    "releases", "main", "7", "", "%00", "groups", "\\", "é", "#L1", "?x",
                ]),
                0..9,
            ),
        ) {
            let base = "https://gitlab.example".parse().unwrap();
            let raw = format!("https://gitlab.example/{}", parts.join("/"));
            let link = Link::parse(&raw, &base);
            let project = link.as_ref().and_then(Link::project);
            prop_assert!(!project.is_some_and(leads_elsewhere), "{raw}: {link:?}");
            if let Some(Link::Blob(blob)) = &link {
                for (revision, path) in blob.readings() {
                    prop_assert!(!leads_elsewhere(&revision) && !leads_elsewhere(&path));
                }
            }
            if let Some(Link::Release { tag, .. }) = &link {
                prop_assert!(!leads_elsewhere(tag));
            }
        }

        #[test]
        fn of_any_text_is_read_without_a_panic(raw in ".{0,80}") {
            let base = "https://gitlab.example".parse().unwrap();
            drop(Link::parse(&raw, &base));
            drop(Link::parse(&format!("https://gitlab.example/{raw}"), &base));
        }
    }
}
