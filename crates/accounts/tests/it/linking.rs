//! Linking Slack accounts, and unlinking them.

use std::time::Duration;

use accounts::{AccountsError, FinishError, LinkError};
use store::{AuditFilter, Subject};

use crate::world::{BROWSER, World, note, workspace};

#[tokio::test]
async fn a_link_tells_whose_it_is_and_links_once_they_say_yes() {
    let world = World::start().await;
    let ana = world.signs_in("ana").await;
    let token = world.link_token("U0ANA").await;
    let offer = world.accounts.link_offer(&token).await.unwrap();
    assert_eq!(
        (offer.workspace, &*offer.slack_user, &*offer.slack_name),
        (workspace(), "U0ANA", "ana")
    );
    assert_eq!(
        world.accounts.linked(&workspace(), "U0ANA").await.unwrap(),
        None
    );
    let linked = world.links(&ana, "ana", "U0ANA").await;
    let known = world.accounts.linked(&workspace(), "U0ANA").await.unwrap();
    assert_eq!(known.as_ref(), Some(&linked));
    assert_eq!((linked.id, &*linked.username), (7, "ana"));
    let entries = world
        .store
        .audit(AuditFilter {
            limit: 5,
            ..AuditFilter::default()
        })
        .await;
    let entry = entries.unwrap().entries.remove(0);
    assert_eq!(entry.note.author.name, "ana");
    assert!(matches!(
        entry.subject,
        Subject::LinkedAccount {
            before: None,
            after: Some(_),
            ..
        }
    ));
}

#[tokio::test]
async fn a_link_works_once_within_ten_minutes_and_not_after_a_no() {
    let world = World::start().await;
    let ana = world.signs_in("ana").await;
    let is_over = async |token: &str| {
        let offer = world.accounts.link_offer(token).await;
        let accepted = world.accounts.accept_link(token, &ana, BROWSER).await;
        matches!(
            (offer, accepted),
            (Err(LinkError::Over), Err(LinkError::Over))
        )
    };
    let token = world.link_token("U0ANA").await;
    let asked = world
        .accounts
        .accept_link(&token, &ana, BROWSER)
        .await
        .unwrap();
    let again = world
        .accounts
        .accept_link(&token, &ana, BROWSER)
        .await
        .unwrap();
    let (code, state) = world.gitlab.approves("ana", &asked);
    assert!(
        world
            .comes_back(&code, &state, BROWSER, Some(&ana))
            .await
            .is_ok()
    );
    assert!(is_over(&token).await, "used");
    let (code, state) = world.gitlab.approves("ana", &again);
    let finished = world.comes_back(&code, &state, BROWSER, Some(&ana)).await;
    assert!(
        matches!(finished, Err(FinishError::LinkOver)),
        "begun twice, used once"
    );

    let token = world.link_token("U0ANA").await;
    world.accounts.deny_link(&token).await.unwrap();
    assert!(is_over(&token).await, "denied");

    let token = world.link_token("U0ANA").await;
    world.pass(Duration::from_secs(600));
    assert!(is_over(&token).await, "late");
    assert!(is_over("guess").await && is_over("").await, "unknown");
}

#[tokio::test]
async fn only_whoever_said_yes_here_is_linked() {
    let world = World::start().await;
    let (ana, ben) = (world.signs_in("ana").await, world.signs_in("ben").await);
    let begin = async |slack| {
        let token = world.link_token(slack).await;
        world
            .accounts
            .accept_link(&token, &ana, BROWSER)
            .await
            .unwrap()
    };
    let (code, state) = world.gitlab.approves("ana", &begin("U0ANA").await);
    let finished = world.comes_back(&code, &state, BROWSER, None).await;
    assert!(
        matches!(finished, Err(FinishError::State)),
        "signed out meanwhile"
    );
    let (code, state) = world.gitlab.approves("ana", &begin("U0ANA").await);
    let finished = world.comes_back(&code, &state, BROWSER, Some(&ben)).await;
    assert!(
        matches!(finished, Err(FinishError::State)),
        "another one is signed in now"
    );

    let (code, state) = world.gitlab.approves("ben", &begin("U0ANA").await);
    let finished = world.comes_back(&code, &state, BROWSER, Some(&ana)).await;
    let Err(error @ FinishError::SomebodyElse { .. }) = finished else {
        panic!("linked");
    };
    assert!(
        error
            .to_string()
            .starts_with("you are ana here and ben in GitLab")
    );
    assert_eq!(
        world.accounts.linked(&workspace(), "U0ANA").await.unwrap(),
        None
    );
    assert!(world.gitlab.known().revoked.contains("refresh-3"));
}

#[tokio::test]
async fn a_person_may_have_several_slack_accounts_and_signing_out_unlinks_none() {
    let world = World::start().await;
    let ana = world.signs_in("ana").await;
    let one = world.links(&ana, "ana", "U0ANA").await;
    let other = world.links(&ana, "ana", "U0ANNA").await;
    world.accounts.sign_out_everywhere(&ana).await.unwrap();
    for linked in [&one, &other] {
        let client = world.accounts.client(linked).await.unwrap();
        assert_eq!(client.current_user().await.unwrap().username, "ana");
    }
    let known = world.accounts.linked_of(7).await.unwrap();
    let users: Vec<_> = known
        .iter()
        .map(|linked| linked.slack_user.as_str())
        .collect();
    assert_eq!(users, ["U0ANA", "U0ANNA"]);
}

#[tokio::test]
async fn unlinking_forgets_and_revokes_and_only_ones_own_can_be_unlinked_on_the_page() {
    let world = World::start().await;
    let (ana, ben) = (world.signs_in("ana").await, world.signs_in("ben").await);
    let linked = world.links(&ana, "ana", "U0ANA").await;
    let unlinked = world
        .accounts
        .unlink_own(&ben, &workspace(), "U0ANA", note("ben"))
        .await;
    assert_eq!(unlinked.unwrap(), None, "another's");
    let unlinked = world
        .accounts
        .unlink_own(&ana, &workspace(), "U0ANA", note("ana"))
        .await;
    assert_eq!(unlinked.unwrap().unwrap().slack_user, "U0ANA");
    let client = world.accounts.client(&linked).await;
    assert!(matches!(client, Err(AccountsError::GrantOver)));
    assert!(world.gitlab.known().revoked.contains("refresh-3"));
    let again = world
        .accounts
        .unlink(&workspace(), "U0ANA", note("ana"))
        .await;
    assert_eq!(again.unwrap(), None);
}

#[tokio::test]
async fn a_slack_account_that_is_linked_anew_leaves_no_grant_behind() {
    let world = World::start().await;
    let (ana, ben) = (world.signs_in("ana").await, world.signs_in("ben").await);
    world.links(&ana, "ana", "U0ANA").await;
    let linked = world.links(&ben, "ben", "U0ANA").await;
    assert_eq!(linked.username, "ben");
    let revoked = world.gitlab.known().revoked.clone();
    assert_eq!(revoked, ["refresh-3".to_owned()].into());
}

#[tokio::test]
async fn gitlab_that_is_away_does_not_hold_up_unlinking() {
    let world = World::start().await;
    let ana = world.signs_in("ana").await;
    world.links(&ana, "ana", "U0ANA").await;
    world.gitlab.known().is_away = true;
    let unlinked = world
        .accounts
        .unlink(&workspace(), "U0ANA", note("ana"))
        .await;
    assert!(unlinked.unwrap().is_some());
}
