use super::*;

fn gates(json: &str) -> Gates {
    serde_json::from_str(json).unwrap()
}

fn told(steps: &[Step]) -> String {
    let lines = steps.iter().map(|step| match step {
        Step::Everyone(change) => serde_json::to_string(change).unwrap(),
        Step::Actors(verb, actors) => {
            let actors: Vec<_> = actors.iter().map(ActorId::as_str).collect();
            format!("{verb:?} {}", actors.join(" "))
        }
        Step::Group(verb, group) => format!("{verb:?} {group}"),
    });
    lines.collect::<Vec<_>>().join("; ")
}

#[test]
fn the_way_back_is_the_shortest_that_the_api_has() {
    for (from, to, expected) in [
        // One project more of many: no other one is named.
        (
            r#"{"actors": ["Project:1", "Project:2"], "percentage_of_actors": 5}"#,
            r#"{"actors": ["Project:1"], "percentage_of_actors": 5}"#,
            Some("Disable Project:2"),
        ),
        (
            r#"{"boolean": true}"#,
            r#"{"percentage_of_actors": 5}"#,
            Some(r#"{"set_boolean":false}; {"percentage_of_actors":5.0}"#),
        ),
        // Closing before opening.
        (
            r#"{"actors": ["User:1"], "groups": ["a"], "percentage_of_actors": 50}"#,
            r#"{"actors": ["User:2"], "groups": ["b"], "percentage_of_actors": 5, "percentage_of_time": 1}"#,
            Some(
                r#"Disable User:1; Disable a; {"percentage_of_actors":5.0}; Enable User:2; Enable b; {"percentage_of_time":1.0}"#,
            ),
        ),
        (
            r#"{"actors": ["User:1:opt_out"]}"#,
            r#"{"actors": ["User:1"]}"#,
            Some("RemoveOptOut User:1; Enable User:1"),
        ),
        // Named and out: only from the beginning.
        (
            r#"{"actors": ["User:1:opt_out"]}"#,
            r#"{"actors": ["User:1", "User:1:opt_out"]}"#,
            Some(r#"{"set_boolean":false}; Enable User:1; OptOut User:1"#),
        ),
        // Open all the time takes no percentage before it is off.
        (
            r#"{"percentage_of_time": 100}"#,
            r#"{"percentage_of_time": 10}"#,
            Some(r#"{"set_boolean":false}; {"percentage_of_time":10.0}"#),
        ),
        (r#"{"boolean": true}"#, r#"{"boolean": true}"#, Some("")),
        // Flipper's console can set it, the API cannot.
        (
            "{}",
            r#"{"boolean": true, "percentage_of_actors": 5}"#,
            None,
        ),
    ] {
        let steps = steps(Some(&gates(from)), &gates(to));
        assert_eq!(steps.as_deref().map(told).as_deref(), expected, "{from}");
    }
}

#[test]
fn a_flag_that_was_deleted_comes_back_even_when_it_was_off() {
    let off = steps(None, &Gates::off()).unwrap();
    assert_eq!(told(&off), r#"{"set_boolean":false}"#);
}

#[test]
fn no_request_names_more_actors_than_one_may() {
    let actors = (0..250).map(ActorId::project).collect();
    let to = Gates {
        actors,
        ..Gates::off()
    };
    let steps = steps(None, &to).unwrap();
    let counts: Vec<_> = steps.iter().map(|step| step.actors().len()).collect();
    assert_eq!(counts, [0, 100, 100, 50]);
}

#[test]
fn every_way_between_gates_that_the_api_can_set_is_found() {
    // A small world, completely.
    let mut all = vec![];
    for boolean in [false, true] {
        for actors in 0..16_u8 {
            for share in ["0", "5", "100"] {
                let names = ["User:1", "User:1:opt_out", "Group:2", "Project:3:opt_out"];
                let names = names.iter().enumerate();
                let actors: Vec<_> = names.filter(|(bit, _)| actors >> bit & 1 == 1).collect();
                let actors: Vec<_> = actors.into_iter().map(|(_, name)| name).collect();
                let json = serde_json::json!({
                    "boolean": boolean, "actors": actors,
                    "percentage_of_actors": share.parse::<f64>().unwrap(),
                });
                all.push(gates(&json.to_string()));
            }
        }
    }
    let mut checked = 0;
    for from in &all {
        for to in &all {
            // No request sets a percentage of a flag that is on.
            let unreachable = to.boolean && !to.percentage_of_actors.is_zero();
            match steps(Some(from), to) {
                Some(steps) => assert!(leads(Some(from), &steps, to)),
                None => assert!(unreachable, "{from:?} to {to:?}"),
            }
            checked += 1;
        }
    }
    assert_eq!(checked, 96 * 96);
}
