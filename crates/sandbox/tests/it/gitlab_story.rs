//! The believable day.

use std::collections::BTreeSet;
use std::time::Duration;

use sandbox::gitlab::story::{Story, day};
use serde_json::Value;

use crate::gitlab_world::{World, options};

#[test]
fn a_day_has_sixty_to_a_hundred_happenings_in_working_hours() {
    for seed in 0..50 {
        let day = day(seed);
        assert!((60..=110).contains(&day.steps.len()), "{}", day.steps.len());
        assert!(day.steps.is_sorted_by_key(|step| step.after));
        let last = day.steps.last().unwrap().after;
        assert!(last < Duration::from_secs(10 * 3600), "{last:?}");
    }
    assert_eq!(day(7), day(7));
    assert_ne!(day(7), day(8));
}

#[tokio::test]
async fn every_step_of_the_day_can_happen() {
    for seed in 0..5 {
        let world = World::with(options(seed)).await;
        for step in day(seed).steps {
            world.ana(step.act).await;
        }
        let kinds: BTreeSet<String> = world
            .take()
            .iter()
            .map(|w| w.header("x-gitlab-event").to_owned())
            .collect();
        assert!(kinds.len() >= 20, "{kinds:?}");
    }
}

#[tokio::test]
async fn the_day_contains_what_must_stay_text() {
    let world = World::start().await;
    for step in day(1).steps {
        world.ana(step.act).await;
    }
    let received = world.take();
    let titles: Vec<&Value> = received
        .iter()
        .map(|webhook| &webhook.body["object_attributes"]["title"])
        .collect();
    for hostile in [
        "<!here> :fire: try *this* | or that >",
        "Keep `<!channel>` and :rocket: in titles as text",
    ] {
        assert!(titles.contains(&&Value::from(hostile)), "{hostile}");
    }
}

fn begins(story: &Story, steps: usize) -> Duration {
    story.steps[steps].after
}

#[tokio::test]
async fn a_moved_clock_plays_what_has_become_due_in_order() {
    let world = World::start().await;
    let story = day(3);
    let mut playing = story.play(&world.sandbox, 1);
    world
        .clock
        .advance(begins(&story, 10) - Duration::from_secs(1));
    playing.caught_up().await;
    let first: Vec<String> = world.take().iter().map(|w| w.kind().to_owned()).collect();
    assert!(!first.is_empty());
    world.clock.advance(Duration::from_secs(24 * 3600));
    playing.finished().await;
    let rest = world.take().len();

    let by_hand = World::start().await;
    let mut kinds = Vec::new();
    for (index, step) in story.steps.into_iter().enumerate() {
        by_hand.ana(step.act).await;
        if index == 9 {
            kinds = by_hand.take().iter().map(|w| w.kind().to_owned()).collect();
        }
    }
    assert_eq!(first, kinds, "the first ten steps and no more");
    assert_eq!(rest, by_hand.take().len());
}

#[tokio::test]
async fn pace_makes_the_day_shorter() {
    let world = World::start().await;
    let story = day(3);
    let mut playing = story.play(&world.sandbox, 600);
    world.clock.advance(Duration::from_secs(60));
    playing.finished().await;
    assert!(!world.take().is_empty());
}

#[tokio::test]
async fn a_canceled_story_goes_on_no_more() {
    let world = World::start().await;
    let story = day(3);
    let mut playing = story.play(&world.sandbox, 1);
    world.clock.advance(begins(&story, 3));
    playing.caught_up().await;
    playing.cancel().await;
    world.take();
    world.clock.advance(Duration::from_secs(24 * 3600));
    assert_eq!(world.take().len(), 0);
}
