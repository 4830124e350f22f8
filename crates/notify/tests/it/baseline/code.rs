//! Pushes, merge requests, wiki pages.

use domain::event::{
    Branch, MergeRequest, MergeRequestAction, MergeRequestChange as Change, Person, Push,
    PushChange, RefKind, ReviewState, What, WikiAction, WikiPage,
};
use notify::render::Nothing;
use notify::{Rendering, render};

use super::{W, body, check, commit, event, message, person, short};

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
