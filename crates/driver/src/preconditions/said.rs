//! What people have said to the rollout itself: that they watch, that an item is done.

use rollouts::plan::ItemId;

use super::{Asking, Found};

pub(super) fn watched(asking: Asking<'_>) -> Found {
    let watch = asking.rollout.watch.as_ref();
    let acknowledged = watch.and_then(|watch| Some((watch.by.as_ref()?, watch.until?)));
    match acknowledged {
        Some((by, until)) if asking.now < until => Found::holds(format!(
            "`{by}` watches until {}",
            rollouts::wording::moment(until)
        )),
        Some(_) | None => Found::waits(format!(
            "`{}` or somebody in their place has to say that they watch for two hours",
            asking.rollout.plan.people.watcher()
        )),
    }
}

pub(super) fn ticked(asking: Asking<'_>, item: &ItemId) -> Found {
    match asking.rollout.ticks.get(item) {
        Some(tick) => Found::holds(format!("`{}` says: {}", tick.by.name, tick.evidence)),
        None => Found::waits("nobody has said yet that it is done"),
    }
}
