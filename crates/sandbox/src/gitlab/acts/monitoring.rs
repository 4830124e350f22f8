//! How the services are, as the monitoring sees it.

use super::{Act, field};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::scene::Scene;

pub(super) const SERVICE_HEALTH: Act = Act {
    what: "service_health",
    label: "Service health",
    group: "Monitoring",
    common: false,
    summary: "Set what the monitoring says of a service; a new one is watched from then on",
    fields: &[
        field("service", Takes::Line, "its name; web unless given"),
        field(
            "value",
            Takes::OneOf(&["0", "1", "absent"]),
            "1 is well, 0 is not, absent gives no reading; the other of 0 and 1 unless given",
        ),
    ],
    run: service_health,
};

fn service_health(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let service = args.text_or("service", || "web".to_owned());
    let health = &mut scene.world.health;
    let value = match args.text("value") {
        Some("absent") => None,
        Some(value) => Some(u8::from(value == "1")),
        None => Some(u8::from(health.get(&service) == Some(&0))),
    };
    match value {
        Some(value) => health.insert(service.clone(), value),
        None => health.remove(&service),
    };
    scene.say("service", service);
    scene.say("value", value);
    Ok(())
}
