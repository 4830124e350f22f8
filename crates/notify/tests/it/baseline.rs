//! The facts and words that people know from GitLab's own integration, kind by kind; where ours
//! differ, the test's name or a comment says why.
//!
//! `W` stands for the project's address, links are written `<address|label>`.

use domain::Message;
use domain::event::{
    Alert, Branch, Commit, Deployment, DeploymentStatus, Event, Group, GroupMention, Identifier,
    Issue, IssueAction, IssueChange, IssueType, MergeRequest, MergeRequestAction,
    MergeRequestChange as Change, Note, NoteAction, Person, Pipeline, PipelineJob, PipelineStatus,
    Project, Push, PushChange, RefKind, ReviewState, Target, TargetKind, Visibility, Vulnerability,
    What, WikiAction, WikiPage,
};
use domain::message::Tone;
use notify::render::Nothing;
use notify::{Rendering, render};

use crate::screen::plain;

const W: &str = "https://g.ex/a/web";
const ADA: &str = "<https://g.ex/ada|Ada Byron (ada)>";

fn person(name: &str, username: &str) -> Person {
    Person {
        name: Some(name.to_owned()),
        username: Some(username.to_owned()),
        ..Person::default()
    }
}

fn event(what: What) -> Event {
    Event {
        project: Some(Project {
            id: None,
            name: "web".to_owned(),
            path: "a/web".to_owned(),
            url: W.to_owned(),
            default_branch: None,
            visibility: Visibility::Unknown,
            avatar_url: None,
        }),
        group: None,
        actor: Some(person("Ada Byron", "ada")),
        happened_at: None,
        what,
    }
}

#[track_caller]
fn message(event: &Event) -> Message {
    match render(event) {
        Rendering::Message(message) => *message,
        other @ (Rendering::Fallback(_) | Rendering::Nothing(_)) => panic!("{other:?}"),
    }
}

/// A piece of markup as it is written in this file.
fn short(markup: &str) -> String {
    markup.replace('\u{2060}', "").replace(W, "W")
}

#[track_caller]
fn check(what: What, headline: &str) -> Message {
    let message = message(&event(what));
    assert_eq!(
        short(message.headline.as_str()),
        headline.replace("ADA", ADA)
    );
    message
}

/// `label: value` of each fact.
fn facts(message: &Message) -> Vec<String> {
    message
        .facts
        .iter()
        .map(|fact| format!("{}: {}", fact.label, short(fact.value.as_str())))
        .collect()
}

fn body(message: &Message) -> String {
    message
        .body
        .as_ref()
        .map(|body| short(body.as_str()))
        .unwrap_or_default()
}

// Vectors 1 to 7: pushes.

fn push(ref_kind: RefKind, name: &str, change: PushChange) -> Push {
    Push {
        ref_kind,
        name: name.to_owned(),
        change,
        before: "b1b2b3b4b5".to_owned(),
        after: "a1a2a3a4a5".to_owned(),
        commits: Vec::new(),
        total_commits: 0,
        message: None,
        protected: None,
    }
}

fn commit(sha: &str, title: &str, author: &str) -> Commit {
    Commit {
        sha: sha.to_owned(),
        title: title.to_owned(),
        url: format!("{W}/-/commit/{sha}"),
        author: Some(author.to_owned()),
    }
}

#[test]
fn a_push_names_branch_project_and_commits_and_compares_them() {
    let mut event = event(What::Push(Push {
        commits: vec![
            commit("abcdef0123456789", "t1\nmore of the message", "Bo"),
            commit("fedcba9876543210", "t2", "Cy"),
        ],
        total_commits: 2,
        ..push(RefKind::Branch, "main", PushChange::Updated)
    }));
    event.actor = Some(Person {
        name: Some("ada".to_owned()),
        ..Person::default()
    });
    let message = message(&event);
    assert_eq!(
        short(message.headline.as_str()),
        "ada pushed to branch <W/-/commits/main|main> of <W|a/web> \
         (<W/-/compare/b1b2b3b4b5...a1a2a3a4a5|Compare changes>)"
    );
    assert_eq!(
        body(&message),
        "<W/-/commit/abcdef0123456789|abcdef01>: t1 - Bo\n\
         <W/-/commit/fedcba9876543210|fedcba98>: t2 - Cy"
    );
    assert_eq!(message.tone.color(), "#334455");
    assert_eq!(
        message.summary.as_str(),
        "ada pushed 2 commits to branch main of a/web"
    );
}

#[test]
fn new_and_removed_branches_and_tags_have_their_own_words() {
    use PushChange::{Created, Removed};
    use RefKind::{Branch, Tag};
    for (kind, change, expected) in [
        (
            Branch,
            Created,
            "pushed new branch <W/-/commits/v1|v1> to <W|a/web>",
        ),
        (Branch, Removed, "removed branch v1 from <W|a/web>"),
        (Tag, Created, "pushed new tag <W/-/tags/v1|v1> to <W|a/web>"),
        (Tag, Removed, "removed tag v1 from <W|a/web>"),
    ] {
        let ada = "<https://g.ex/ada|Ada Byron>";
        check(
            What::Push(push(kind, "v1", change)),
            &format!("{ada} {expected}"),
        );
    }
}

// Vectors 8 to 17: issues.

fn issue(action: IssueAction) -> Issue {
    Issue {
        iid: 7,
        title: "Fix it".to_owned(),
        url: format!("{W}/-/issues/7"),
        description: Some("d".to_owned()),
        issue_type: IssueType::Issue,
        work_item: false,
        confidential: false,
        action,
        state: "opened".to_owned(),
        labels: Vec::new(),
        assignees: Vec::new(),
        due_date: None,
        severity: None,
    }
}

#[test]
fn an_issue_is_opened_closed_or_reopened_and_says_so() {
    for (action, verb) in [
        (IssueAction::Open, "opened"),
        (IssueAction::Close, "closed"),
        // GitLab's own says "opened" here.
        (IssueAction::Reopen, "reopened"),
    ] {
        let headline = format!("[<W|a/web>] Issue <W/-/issues/7|#7 Fix it> {verb} by ADA");
        let message = check(What::Issue(issue(action.clone())), &headline);
        let description = if action == IssueAction::Open { "d" } else { "" };
        assert_eq!(body(&message), description);
    }
    let opened = check(
        What::Issue(issue(IssueAction::Open)),
        "[<W|a/web>] Issue <W/-/issues/7|#7 Fix it> opened by ADA",
    );
    assert_eq!(opened.tone.color(), "#C95823");
}

#[test]
fn a_description_cannot_bring_a_ready_made_slack_link() {
    let typed = Issue {
        description: Some("x <http://e.x|CLICK>".to_owned()),
        ..issue(IssueAction::Open)
    };
    let message = message(&event(What::Issue(typed)));
    assert!(
        !body(&message).contains("<http://e.x|CLICK>"),
        "{}",
        body(&message)
    );
    assert!(
        plain(&body(&message)).contains("CLICK"),
        "{}",
        body(&message)
    );
}

#[test]
fn an_issue_of_a_project_without_a_name_has_no_brackets() {
    let mut event = event(What::Issue(issue(IssueAction::Open)));
    if let Some(project) = &mut event.project {
        project.name = String::new();
        project.path = String::new();
    }
    assert_eq!(
        plain(message(&event).headline.as_str()),
        "Issue #7 Fix it opened by Ada Byron (ada)"
    );
}

#[test]
fn an_issue_without_a_description_has_an_empty_body() {
    let issue = Issue {
        description: None,
        ..issue(IssueAction::Open)
    };
    assert_eq!(message(&event(What::Issue(issue))).body, None);
}

#[test]
fn every_type_of_work_item_is_called_by_its_name() {
    for (issue_type, confidential, noun) in [
        (IssueType::Incident, false, "Incident"),
        (IssueType::Ticket, false, "Ticket"),
        // GitLab's own does not mark what is confidential.
        (IssueType::Task, true, "🔒 Confidential task"),
        (
            IssueType::Other("Bug report".to_owned()),
            false,
            "Bug report",
        ),
    ] {
        let item = Issue {
            issue_type,
            confidential,
            work_item: true,
            ..issue(IssueAction::Open)
        };
        check(
            What::Issue(item),
            &format!("[<W|a/web>] {noun} <W/-/issues/7|#7 Fix it> opened by ADA"),
        );
    }
}

#[test]
fn an_update_of_an_issue_is_told_when_it_matters() {
    let changes = vec![IssueChange::LabelsAdded(vec!["bug".to_owned()])];
    check(
        What::Issue(issue(IssueAction::Update(changes))),
        "ADA added label bug to issue <W/-/issues/7|#7 Fix it> in <W|a/web>",
    );
    let nothing = issue(IssueAction::Update(Vec::new()));
    assert_eq!(
        render(&event(What::Issue(nothing))),
        Rendering::Nothing(Nothing::IssueUnchanged)
    );
}

// Vectors 18 to 31: merge requests.

fn merge_request(action: MergeRequestAction) -> What {
    What::MergeRequest(MergeRequest {
        iid: 7,
        title: "Fix it\nand more".to_owned(),
        url: format!("{W}/-/merge_requests/7"),
        description: None,
        action,
        state: "opened".to_owned(),
        draft: false,
        source: Branch {
            name: "fix".to_owned(),
            project: None,
        },
        target: Branch {
            name: "main".to_owned(),
            project: None,
        },
        labels: Vec::new(),
        assignees: Vec::new(),
        reviewers: Vec::new(),
        last_commit: None,
    })
}

const MR: &str = "merge request <W/-/merge_requests/7|!7 Fix it> in <W|a/web>";

#[test]
fn what_was_done_to_a_merge_request_has_a_verb() {
    use MergeRequestAction::{
        Approval, Approved, Close, Merge, Open, Reopen, Unapproval, Unapproved,
    };
    for (action, verb) in [
        (Open, "opened"),
        (Close, "closed"),
        (Merge, "merged"),
        // GitLab's own says "opened" here.
        (Reopen, "reopened"),
        (Approved, "approved"),
        (Unapproved, "unapproved"),
        (Approval, "added their approval to"),
        (Unapproval, "removed their approval from"),
    ] {
        check(merge_request(action), &format!("ADA {verb} {MR}"));
    }
}

#[test]
fn a_change_of_reviewers_names_those_whom_it_concerns() {
    let (bo, cy) = (person("Bo Li", "bo"), person("Cy Ng", "cy"));
    let (bo_link, cy_link) = (
        "<https://g.ex/bo|Bo Li (bo)>",
        "<https://g.ex/cy|Cy Ng (cy)>",
    );
    let removed = |people, all| Change::ReviewersRemoved { people, all };
    for (change, words) in [
        (
            Change::ReviewRequested(vec![bo.clone()]),
            format!("requested a review from {bo_link} of"),
        ),
        (
            Change::ReviewRequested(vec![bo.clone(), cy.clone()]),
            format!("requested a review from {bo_link} and {cy_link} of"),
        ),
        (
            removed(vec![bo.clone()], true),
            "removed all reviewers from".to_owned(),
        ),
        (
            removed(vec![cy.clone()], false),
            format!("removed {cy_link} as reviewer from"),
        ),
        (
            removed(vec![bo, cy.clone()], false),
            format!("removed {bo_link} and {cy_link} as reviewers from"),
        ),
    ] {
        check(
            merge_request(MergeRequestAction::Update(vec![change])),
            &format!("ADA {words} {MR}"),
        );
    }
    let reviewed = Change::Reviewed {
        person: cy,
        state: ReviewState::Approved,
    };
    for changes in [vec![reviewed], Vec::new()] {
        assert_eq!(
            render(&event(merge_request(MergeRequestAction::Update(changes)))),
            Rendering::Nothing(Nothing::MergeRequestUnchanged),
            "an approval is told by its own event, and no change by none"
        );
    }
}

// Vectors 32 to 34: comments, wiki pages.

fn target(kind: TargetKind, id: &str, page: &str) -> Target {
    Target {
        kind,
        id: id.to_owned(),
        title: "Fix it\nand more".to_owned(),
        url: format!("{W}/-/{page}"),
        labels: Vec::new(),
    }
}

#[test]
fn a_comment_names_what_it_is_about_and_shows_its_text() {
    for (kind, id, page, words) in [
        (TargetKind::Issue, "7", "issues/7", "issue #7"),
        (
            TargetKind::MergeRequest,
            "7",
            "merge_requests/7",
            "merge request !7",
        ),
        (
            TargetKind::Commit,
            "abcdef0123456789",
            "commit/abcdef0123456789",
            "commit abcdef01",
        ),
        (TargetKind::Snippet, "5", "snippets/5", "snippet $5"),
    ] {
        let note = Note {
            url: format!("{W}/-/{page}#note_1"),
            body: "Looks **good**".to_owned(),
            action: NoteAction::Create,
            on: target(kind, id, page),
            confidential: false,
            system: false,
            file: None,
        };
        let message = check(
            What::Note(note),
            &format!(
                "ADA <W/-/{page}#note_1|commented on {words}> in <W|a/web>: <W/-/{page}|Fix it>"
            ),
        );
        assert_eq!(body(&message), "Looks *good*");
        assert_eq!(message.tone.color(), "#334455");
    }
}

#[test]
fn a_wiki_page_is_created_edited_or_deleted() {
    for (action, verb, noun) in [
        (WikiAction::Create, "created", "<W/-/wikis/t|wiki page>"),
        (WikiAction::Update, "edited", "<W/-/wikis/t|wiki page>"),
        // GitLab's own has no verb here; the page is gone, and so is its link.
        (WikiAction::Delete, "deleted", "wiki page"),
    ] {
        let message = check(
            What::WikiPage(WikiPage {
                title: "T".to_owned(),
                url: format!("{W}/-/wikis/t"),
                action,
                message: Some("Say how".to_owned()),
                diff_url: Some(format!("{W}/-/wikis/t/diff")),
            }),
            &format!("ADA {verb} {noun} (<W/-/wikis/t/diff|Compare changes>) in <W|a/web>: *T*"),
        );
        assert_eq!(body(&message), "Say how");
    }
}

// Vectors 35 to 44: pipelines.

fn pipeline(status: PipelineStatus) -> Pipeline {
    Pipeline {
        id: 5,
        url: format!("{W}/-/pipelines/5"),
        name: None,
        ref_name: "dev".to_owned(),
        tag: false,
        status,
        with_warnings: false,
        ref_status: None,
        source: None,
        seconds: Some(7_210),
        finished_at: None,
        commit: Some(commit("abcdef0123456789", "t1", "Bo")),
        merge_request: None,
        yaml_errors: None,
        jobs: Vec::new(),
    }
}

fn job(id: u64, name: &str, stage: &str, failed: bool) -> PipelineJob {
    PipelineJob {
        id,
        name: name.to_owned(),
        stage: stage.to_owned(),
        failed,
        allow_failure: false,
    }
}

#[test]
fn a_pipeline_says_how_it_ended_and_how_long_it_took() {
    let warned = Pipeline {
        with_warnings: true,
        ..pipeline(PipelineStatus::Success)
    };
    let unmeasured = Pipeline {
        seconds: None,
        ..pipeline(PipelineStatus::Success)
    };
    let long = Pipeline {
        seconds: Some(90_061),
        ..pipeline(PipelineStatus::Success)
    };
    for (pipeline, words, tone) in [
        (
            pipeline(PipelineStatus::Success),
            "has passed in 02:00:10",
            Tone::Good,
        ),
        (
            warned,
            "has passed with warnings in 02:00:10",
            Tone::Warning,
        ),
        (
            pipeline(PipelineStatus::Failed),
            "has failed in 02:00:10",
            Tone::Danger,
        ),
        // GitLab's own does not send these two.
        (
            pipeline(PipelineStatus::Canceled),
            "was canceled in 02:00:10",
            Tone::Warning,
        ),
        (
            pipeline(PipelineStatus::Manual),
            "waits for a manual job",
            Tone::Neutral,
        ),
        // GitLab's own says "in 00:00" and "in 01:01:01".
        (unmeasured, "has passed", Tone::Good),
        (long, "has passed in 25:01:01", Tone::Good),
    ] {
        let message = check(
            What::Pipeline(pipeline),
            &format!("Pipeline <W/-/pipelines/5|#5> of <W|a/web> by ADA {words}"),
        );
        assert_eq!(message.tone, tone, "{words}");
        assert_eq!(
            facts(&message),
            [
                "Branch: <W/-/commits/dev|dev>",
                "Commit: <W/-/commit/abcdef0123456789|t1>"
            ]
        );
    }
    let message = message(&event(What::Pipeline(pipeline(PipelineStatus::Success))));
    assert_eq!(
        message.summary.as_str(),
        "Pipeline #5 of a/web for branch dev by Ada Byron has passed in 02:00:10"
    );
}

#[test]
fn a_pipeline_without_a_person_was_started_by_the_api() {
    let mut event = event(What::Pipeline(pipeline(PipelineStatus::Success)));
    event.actor = None;
    assert_eq!(
        plain(message(&event).headline.as_str()),
        "Pipeline #5 of a/web by API has passed in 02:00:10"
    );
}

#[test]
fn a_named_pipeline_a_tags_and_a_broken_ones_configuration_are_told() {
    let named = Pipeline {
        name: Some("Nightly".to_owned()),
        ..pipeline(PipelineStatus::Success)
    };
    let tag = Pipeline {
        tag: true,
        ref_name: "v1".to_owned(),
        ..pipeline(PipelineStatus::Success)
    };
    let broken = Pipeline {
        yaml_errors: Some("no script".to_owned()),
        ..pipeline(PipelineStatus::Failed)
    };
    for (pipeline, fact) in [
        (named, "Pipeline name: Nightly"),
        (tag, "Tag: <W/-/tags/v1|v1>"),
        (broken, "Invalid CI config YAML file: no script"),
    ] {
        let facts = facts(&message(&event(What::Pipeline(pipeline))));
        assert!(facts.iter().any(|told| told == fact), "{facts:?}");
    }
}

#[test]
fn a_failed_job_and_its_stage_are_linked_and_so_is_the_list_of_failures() {
    let pipeline = Pipeline {
        jobs: vec![
            job(1, "compile", "build", false),
            job(2, "unit", "test", true),
        ],
        ..pipeline(PipelineStatus::Failed)
    };
    let message = check(
        What::Pipeline(pipeline),
        "Pipeline <W/-/pipelines/5/failures|#5> of <W|a/web> by ADA has failed in 02:00:10",
    );
    assert_eq!(
        facts(&message)[2..],
        [
            "Failed stage: <W/-/pipelines/5/failures|test>",
            "Failed job: <W/-/jobs/2|unit>"
        ]
    );
}

#[test]
fn of_many_failed_jobs_the_last_ten_are_named_and_the_others_counted() {
    let stage = |id| match id {
        1..=8 => "build",
        9..=16 => "test",
        _ => "deploy",
    };
    let jobs = (1..=25)
        .map(|id| job(id, &format!("job-{id}"), stage(id), true))
        .collect();
    let message = message(&event(What::Pipeline(Pipeline {
        jobs,
        ..pipeline(PipelineStatus::Failed)
    })));
    let facts: Vec<_> = facts(&message).iter().map(|fact| plain(fact)).collect();
    assert_eq!(
        facts[2..],
        [
            "Failed stages: deploy, test, build",
            "Failed jobs: job-25, job-24, job-23, job-22, job-21, job-20, job-19, job-18, job-17, \
             job-16 and 15 more",
        ]
    );
    assert!(
        message.facts[3]
            .value
            .as_str()
            .ends_with("/-/pipelines/5/failures|15 more>")
    );
}

#[test]
fn a_job_that_a_retry_healed_did_not_fail_and_one_that_failed_twice_is_named_once() {
    let jobs = vec![
        job(1, "job-1", "test", true),
        job(2, "job-2", "test", true),
        job(3, "job-1", "test", true),
        job(4, "job-2", "test", true),
        job(5, "job-1", "test", false),
    ];
    let message = message(&event(What::Pipeline(Pipeline {
        jobs,
        ..pipeline(PipelineStatus::Failed)
    })));
    assert_eq!(facts(&message)[3..], ["Failed job: <W/-/jobs/2|job-2>"]);
}

// Vectors 45 to 48: deployments.

fn deployment(status: DeploymentStatus) -> What {
    What::Deployment(Deployment {
        id: None,
        status,
        environment: "prod".to_owned(),
        tier: None,
        external_url: None,
        job_id: Some(3),
        job_url: Some(format!("{W}/-/jobs/3")),
        ref_name: None,
        commit: Some(commit("abcdef0123456789", "t1", "Bo")),
    })
}

#[test]
fn a_deployment_says_where_to_and_how_it_went() {
    for (status, words, color) in [
        (
            DeploymentStatus::Running,
            "Starting deploy to prod",
            "#334455",
        ),
        (
            DeploymentStatus::Success,
            "Deploy to prod succeeded",
            "#2EB67D",
        ),
        (DeploymentStatus::Failed, "Deploy to prod failed", "#D22852"),
        (
            DeploymentStatus::Canceled,
            "Deploy to prod canceled",
            "#DAA038",
        ),
        (
            DeploymentStatus::Other("paused".to_owned()),
            "Deploy to prod paused",
            "#334455",
        ),
    ] {
        let message = check(deployment(status), &format!("{words} in <W|a/web> by ADA"));
        assert_eq!(message.tone.color(), color, "{words}");
        assert_eq!(
            facts(&message),
            [
                "Job: <W/-/jobs/3|#3>",
                "Commit: <W/-/commit/abcdef0123456789|abcdef01>: t1"
            ]
        );
    }
}

// Vectors 49 to 52 and 55: alerts, mentions, vulnerabilities.

#[test]
fn an_alert_names_severity_events_status_and_start() {
    let mut event = event(What::Alert(Alert {
        title: "High load".to_owned(),
        url: format!("{W}/-/alert_management/1/details"),
        severity: Some("critical".to_owned()),
        events: Some(3),
        status: Some("triggered".to_owned()),
        started_at: Some("2020-04-23T01:06:17Z".parse().unwrap()),
        ended_at: None,
        monitoring_tool: None,
    }));
    event.actor = None;
    let message = message(&event);
    assert_eq!(
        short(message.headline.as_str()),
        "Alert firing in <W|a/web>: <W/-/alert_management/1/details|High load>"
    );
    assert_eq!(
        facts(&message),
        [
            "Severity: Critical",
            "Events: 3",
            "Status: Triggered",
            "Start time: 23 April 2020, 01:06 UTC"
        ]
    );
    assert_eq!(message.tone.color(), "#C95823");
}

#[test]
fn a_mention_of_a_group_says_where_it_was_mentioned() {
    for (kind, id, page, words) in [
        (TargetKind::Issue, "7", "issues/7", "issue #7"),
        (
            TargetKind::MergeRequest,
            "7",
            "merge_requests/7",
            "merge request !7",
        ),
        (
            TargetKind::Commit,
            "abcdef0123456789",
            "commit/abcdef0123456789",
            "commit abcdef01",
        ),
        // GitLab's own fails on a kind that it does not know, and sends nothing.
        (
            TargetKind::Other("Idea".to_owned()),
            "4",
            "ideas/4",
            "idea 4",
        ),
    ] {
        let mut event = event(What::GroupMention(GroupMention {
            group: Group {
                id: None,
                name: "b".to_owned(),
                path: "a/b".to_owned(),
                url: "https://g.ex/groups/a/b".to_owned(),
            },
            on: target(kind, id, page),
            body: "@a/b please".to_owned(),
            confidential: false,
        }));
        event.actor = None;
        let message = message(&event);
        assert_eq!(
            short(message.headline.as_str()),
            format!(
                "Group <https://g.ex/groups/a/b|a/b> was mentioned in <W/-/{page}|{words}> of \
                 <W|a/web>: Fix it"
            )
        );
        assert_eq!(plain(&body(&message)), "@a/b please");
    }
}

#[test]
fn a_vulnerability_names_severity_and_identifiers() {
    let mut event = event(What::Vulnerability(Vulnerability {
        title: "Old OpenSSL".to_owned(),
        url: format!("{W}/-/security/vulnerabilities/1"),
        severity: Some("high".to_owned()),
        state: Some("detected".to_owned()),
        identifiers: vec![Identifier {
            name: "CVE-2026-1".to_owned(),
            url: Some("https://cve.ex/1".to_owned()),
        }],
        report_type: None,
        location: None,
    }));
    event.actor = None;
    let message = message(&event);
    assert_eq!(
        short(message.headline.as_str()),
        "Vulnerability detected in <W|a/web>: <W/-/security/vulnerabilities/1|Old OpenSSL>"
    );
    assert_eq!(
        facts(&message),
        [
            "Severity: High",
            "Identifiers: <https://cve.ex/1|CVE-2026-1>"
        ]
    );
    assert_eq!(message.tone.color(), "#C95823");
}

// Vectors 53 and 54: text.

#[test]
fn an_uploaded_image_is_linked_below_its_project() {
    let issue = Issue {
        description: Some("![s](/uploads/s.png) and ![t](/uploads/t.png)".to_owned()),
        ..issue(IssueAction::Open)
    };
    let body = body(&message(&event(What::Issue(issue))));
    assert!(
        body.contains("W/uploads/s.png") && body.contains("W/uploads/t.png"),
        "{body}"
    );
}

#[test]
fn markup_in_a_title_stays_text() {
    // GitLab's own deletes the brackets; ours shows what was typed, as text.
    for title in ["[l](u)", "<u|l>", r#"<a href="u">l</a>"#] {
        let issue = Issue {
            title: title.to_owned(),
            ..issue(IssueAction::Open)
        };
        let headline = message(&event(What::Issue(issue))).headline;
        assert_eq!(
            plain(headline.as_str()),
            format!("[a/web] Issue #7 {title} opened by Ada Byron (ada)")
        );
    }
    let untitled = Issue {
        title: String::new(),
        ..issue(IssueAction::Open)
    };
    check(
        What::Issue(untitled),
        "[<W|a/web>] Issue <W/-/issues/7|#7> opened by ADA",
    );
}
