//! Pushes, merge requests, wiki pages.

use domain::event::{
    Branch, Event, MergeRequest, MergeRequestAction, MergeRequestChange as Change, Project, Push,
    PushChange, RefKind, ReviewState, What, WikiAction, WikiPage,
};

use super::{Example, bo, commit, cy, event, example, person, project, strings};

pub fn examples() -> Vec<Example> {
    [
        pushes(),
        tag_pushes(),
        merge_requests(),
        merge_request_updates(),
        wiki_pages(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub fn push(ref_kind: RefKind, name: &str, change: PushChange) -> Push {
    let hash = |digit: &str| digit.repeat(40);
    Push {
        ref_kind,
        name: name.to_owned(),
        change,
        before: hash(if change == PushChange::Created {
            "0"
        } else {
            "1"
        }),
        after: hash(if change == PushChange::Removed {
            "0"
        } else {
            "2"
        }),
        commits: Vec::new(),
        total_commits: 0,
        message: None,
        protected: None,
    }
}

fn pushes() -> Vec<Example> {
    let branch = |change| push(RefKind::Branch, "main", change);
    let two = vec![
        commit("3", "Add a basket", "Bo Li"),
        commit("2", "Make checkout quicker", "Ada Byron"),
    ];
    let many =
        (6..=25).map(|step| commit(&format!("{step:02}"), &format!("Step {step}"), "Ada Byron"));
    vec![
        example(
            "updated",
            What::Push(Push {
                commits: two.clone(),
                total_commits: 2,
                ..branch(PushChange::Updated)
            }),
        ),
        example(
            "updated, 25 commits",
            What::Push(Push {
                commits: many.collect(),
                total_commits: 25,
                ..branch(PushChange::Updated)
            }),
        ),
        example(
            "updated, no new commits",
            What::Push(branch(PushChange::Updated)),
        ),
        example(
            "created",
            What::Push(Push {
                name: "checkout-2".to_owned(),
                commits: two,
                total_commits: 2,
                ..branch(PushChange::Created)
            }),
        ),
        example(
            "created, no new commits",
            What::Push(Push {
                name: "checkout-2".to_owned(),
                ..branch(PushChange::Created)
            }),
        ),
        example(
            "removed",
            What::Push(Push {
                name: "checkout-2".to_owned(),
                ..branch(PushChange::Removed)
            }),
        ),
    ]
}

fn tag_pushes() -> Vec<Example> {
    let tag = |change| push(RefKind::Tag, "v1.4", change);
    vec![
        example(
            "created",
            What::Push(Push {
                message: Some("The **basket** release".to_owned()),
                commits: vec![commit("2", "Make checkout quicker", "Ada Byron")],
                total_commits: 1,
                ..tag(PushChange::Created)
            }),
        ),
        example("updated", What::Push(tag(PushChange::Updated))),
        example("removed", What::Push(tag(PushChange::Removed))),
    ]
}

pub fn merge_request(action: MergeRequestAction) -> MergeRequest {
    MergeRequest {
        iid: 7,
        title: "Fix the basket".to_owned(),
        url: "https://gitlab.example/acme/web/-/merge_requests/7".to_owned(),
        description: Some("It lost its **last** item.\n\n- [x] tested".to_owned()),
        action,
        state: "opened".to_owned(),
        draft: false,
        source: Branch {
            name: "fix-basket".to_owned(),
            project: None,
        },
        target: Branch {
            name: "main".to_owned(),
            project: None,
        },
        labels: strings(&["bug", "ui"]),
        assignees: vec![bo()],
        reviewers: vec![cy()],
        last_commit: Some(commit("4", "Keep the last item", "Ada Byron")),
    }
}

pub fn update(changes: Vec<Change>) -> Event {
    event(What::MergeRequest(merge_request(
        MergeRequestAction::Update(changes),
    )))
}

fn merge_requests() -> Vec<Example> {
    let merge_request = |action| What::MergeRequest(merge_request(action));
    let draft = MergeRequest {
        title: "Draft: Fix the basket".to_owned(),
        draft: true,
        ..self::merge_request(MergeRequestAction::Open)
    };
    let fork = Project {
        name: "Bo's web shop".to_owned(),
        path: "bo/web".to_owned(),
        url: "https://gitlab.example/bo/web".to_owned(),
        ..project()
    };
    let from_fork = MergeRequest {
        source: Branch {
            name: "fix-basket".to_owned(),
            project: Some(fork),
        },
        ..self::merge_request(MergeRequestAction::Open)
    };
    let other = MergeRequestAction::Other("set_auto_merge".to_owned());
    let old = MergeRequest {
        state: "merged".to_owned(),
        ..self::merge_request(MergeRequestAction::Other(String::new()))
    };
    vec![
        example("open", merge_request(MergeRequestAction::Open)),
        example("open, a draft", What::MergeRequest(draft)),
        example("open, from a fork", What::MergeRequest(from_fork)),
        example("close", merge_request(MergeRequestAction::Close)),
        example("reopen", merge_request(MergeRequestAction::Reopen)),
        example("merge", merge_request(MergeRequestAction::Merge)),
        example("approved", merge_request(MergeRequestAction::Approved)),
        example("unapproved", merge_request(MergeRequestAction::Unapproved)),
        example("approval", merge_request(MergeRequestAction::Approval)),
        example("unapproval", merge_request(MergeRequestAction::Unapproval)),
        example("any other action", merge_request(other)),
        example("no action (old GitLab)", What::MergeRequest(old)),
    ]
}

fn merge_request_updates() -> Vec<Example> {
    let change = |action, changes| Example {
        action,
        event: update(changes),
    };
    let reviewed = |state| {
        vec![Change::Reviewed {
            person: cy(),
            state,
        }]
    };
    let before = || "5".repeat(40);
    let now_draft = MergeRequest {
        draft: true,
        ..merge_request(MergeRequestAction::Update(vec![Change::Draft]))
    };
    let two = || vec![bo(), person("Di Ro", "di")];
    vec![
        change("update: ready", vec![Change::Ready]),
        Example {
            action: "update: draft",
            event: event(What::MergeRequest(now_draft)),
        },
        change(
            "update: commits",
            vec![Change::Commits { before: before() }],
        ),
        change(
            "update: review requested",
            vec![Change::ReviewRequested(two())],
        ),
        change(
            "update: reviewer removed",
            vec![Change::ReviewersRemoved {
                people: vec![bo()],
                all: false,
            }],
        ),
        change(
            "update: all reviewers removed",
            vec![Change::ReviewersRemoved {
                people: vec![bo()],
                all: true,
            }],
        ),
        change(
            "update: changes requested",
            reviewed(ReviewState::RequestedChanges),
        ),
        change("update: reviewer approved", reviewed(ReviewState::Approved)),
        change("update: assigned", vec![Change::Assigned(two())]),
        change("update: unassigned", vec![Change::Unassigned(two())]),
        change(
            "update: labels added",
            vec![Change::LabelsAdded(strings(&["bug"]))],
        ),
        change(
            "update: labels removed",
            vec![Change::LabelsRemoved(strings(&["bug", "ui"]))],
        ),
        change(
            "update: retitled",
            vec![Change::Retitled {
                before: "Mend it".to_owned(),
            }],
        ),
        change(
            "update: retargeted",
            vec![Change::Retargeted {
                before: "stable".to_owned(),
            }],
        ),
        change(
            "update: milestone set",
            vec![Change::Milestone { set: true }],
        ),
        change(
            "update: milestone removed",
            vec![Change::Milestone { set: false }],
        ),
        change(
            "update: several at once",
            vec![
                Change::Ready,
                Change::ReviewRequested(vec![cy()]),
                Change::LabelsAdded(strings(&["urgent"])),
            ],
        ),
        change("update: description", vec![Change::DescriptionEdited]),
        change("update: anything else", Vec::new()),
    ]
}

fn wiki_pages() -> Vec<Example> {
    let page = |action| {
        What::WikiPage(WikiPage {
            title: "How to ship".to_owned(),
            url: "https://gitlab.example/acme/web/-/wikis/how-to-ship".to_owned(),
            action,
            message: Some("Say who is on call".to_owned()),
            diff_url: Some("https://gitlab.example/acme/web/-/wikis/how-to-ship/diff".to_owned()),
        })
    };
    let first = WikiPage {
        title: "How to ship".to_owned(),
        url: "https://gitlab.example/acme/web/-/wikis/how-to-ship".to_owned(),
        action: WikiAction::Create,
        message: None,
        diff_url: None,
    };
    vec![
        example("create", What::WikiPage(first)),
        example("update", page(WikiAction::Update)),
        example("delete", page(WikiAction::Delete)),
        example(
            "any other action",
            page(WikiAction::Other("move".to_owned())),
        ),
    ]
}
