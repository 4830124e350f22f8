//! Environments beside each other.

use environments::{Environment, Environments, InvalidRegistry, Place, Tier};

use crate::world::{hosted, patient, remote, remote_parts, store};

async fn three() -> [Environment; 3] {
    let store = store().await;
    let named = |environment: Environment, name: &str, short: &str, tier| Environment {
        name: name.parse().unwrap(),
        short: short.to_owned(),
        tier,
        ..environment
    };
    let elsewhere = remote(remote_parts(&store, patient("http://127.0.0.1:1")));
    [
        named(hosted(&store).await, "dev", "dev", Tier::Development),
        named(elsewhere, "staging", "gstg", Tier::Staging),
        named(hosted(&store).await, "production", "gprd", Tier::Production),
    ]
}

#[tokio::test]
async fn an_environment_answers_to_its_name_and_its_short_name() {
    let all = Environments::new(three().await.into()).unwrap();
    let found = |name| all.named(name).map(|found| found.name.to_string());
    for (name, expected) in [
        ("dev", Some("dev")),
        ("staging", Some("staging")),
        ("gstg", Some("staging")),
        ("gprd", Some("production")),
        ("Staging", None),
        ("", None),
    ] {
        assert_eq!(found(name).as_deref(), expected, "{name:?}");
    }
    assert_eq!(all.production().unwrap().name.as_str(), "production");
    let hosted: Vec<_> = all.hosted().map(|(one, _)| one.name.as_str()).collect();
    assert_eq!(hosted, ["dev", "production"]);
}

#[tokio::test]
async fn no_two_environments_answer_to_one_name() {
    let refused = |all| Environments::new(all).err().map(|error| error.to_string());
    let [dev, staging, mut production] = three().await;
    production.short = "staging".to_owned();
    assert_eq!(
        refused(vec![dev, staging, production]).as_deref(),
        Some("two environments answer to \"staging\"; give each its own name and short name")
    );
    let empty = Environments::new(Vec::new()).err();
    assert_eq!(empty, Some(InvalidRegistry::Empty));
}

#[tokio::test]
async fn an_environment_that_fails_hides_no_other_ones_flags() {
    let all = Environments::new(three().await.into()).unwrap();
    let mut answered = Vec::new();
    for environment in all.iter() {
        let is_remote = matches!(environment.place, Place::Remote(_));
        assert_eq!(environment.list().await.is_err(), is_remote);
        answered.push(environment.short.as_str());
    }
    assert_eq!(answered, ["dev", "gstg", "gprd"]);
}
