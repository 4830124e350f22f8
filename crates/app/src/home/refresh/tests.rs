use super::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn ago(seconds: i64) -> Timestamp {
    NOW - SignedDuration::from_secs(seconds)
}

fn one(user: &str, made_at: Timestamp, opened_at: Timestamp) -> Kept {
    Kept {
        key: key(user),
        shown: Shown {
            opened_at,
            hash: "1.a".to_owned(),
            content: "x".to_owned(),
            is_linked: true,
            pages: Vec::new(),
        },
        made_at,
        is_linked: true,
        gitlab_user: Some(1),
    }
}

fn key(user: &str) -> Key {
    ("T1".parse().unwrap(), user.to_owned())
}

#[test]
fn each_is_made_anew_once_a_minute_at_most() {
    let kept = [
        one("U1", ago(59), ago(7_200)),
        one("U2", ago(60), ago(7_200)),
    ];
    let mut stale: BTreeSet<Key> = [key("U1"), key("U2"), key("U9")].into();
    let now = due(&mut stale, &kept, &News::default(), NOW);
    assert_eq!(now, [key("U2")]);
    // The other waits, and who has no Home is forgotten.
    assert_eq!(stale, [key("U1")].into());
}

#[test]
fn what_is_on_a_screen_is_never_older_than_five_minutes() {
    let kept = [
        one("U1", ago(300), ago(3_000)),
        one("U2", ago(299), ago(3_000)),
        one("U3", ago(300), ago(3_601)),
    ];
    let now = due(&mut BTreeSet::new(), &kept, &News::default(), NOW);
    assert_eq!(now, [key("U1")]);
}

#[test]
fn whoever_links_or_unlinks_does_not_wait() {
    let mut unlinked = one("U1", ago(1), ago(7_200));
    (unlinked.is_linked, unlinked.gitlab_user) = (false, None);
    let mut linked = one("U2", ago(1), ago(7_200));
    linked.shown.is_linked = false;
    let kept = [unlinked, linked];
    let news = News {
        has_links: true,
        ..News::default()
    };
    let now = due(&mut BTreeSet::new(), &kept, &news, NOW);
    assert_eq!(now, [key("U1"), key("U2")]);
}

#[test]
fn an_event_concerns_whoever_it_names_and_whoever_sees_its_page() {
    let mut kept = [
        one("U1", ago(100), ago(7_200)),
        one("U2", ago(100), ago(7_200)),
        one("U3", ago(100), ago(7_200)),
    ];
    kept[1].gitlab_user = Some(2);
    kept[2].gitlab_user = Some(3);
    kept[2].shown.pages = vec!["https://g.ex/x".to_owned()];
    let news = News {
        people: [2].into(),
        pages: ["https://g.ex/x".to_owned()].into(),
        ..News::default()
    };
    let now = due(&mut BTreeSet::new(), &kept, &news, NOW);
    assert_eq!(now, [key("U2"), key("U3")]);
}
