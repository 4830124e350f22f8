//! A plan written is the plan read.

use rollouts::plan::{By, Facts, Weight, standard};

use super::{FLAG, basics, definition, read, usual};

#[test]
fn the_usual_plan_is_read_as_it_was_written() {
    let mut without_anything = basics();
    without_anything.by = By::Time;
    without_anything.first = flags::request::Targets::default();
    without_anything.production = vec!["gov".parse().unwrap(), "com".parse().unwrap()];
    without_anything.watched = rollouts::plan::Watching::default();
    without_anything.project = None;
    without_anything.approvals = 0;
    let flag = FLAG.parse().unwrap();
    for plan in [
        usual(),
        standard(&flag, Some(&definition()), &without_anything),
        standard(&flag, None, &without_anything),
    ] {
        let text = plan.to_yaml();
        match read(&text) {
            Ok(file) => assert_eq!(file.plan, plan, "{text}"),
            Err(problems) => panic!("{problems:#?}\n{text}"),
        }
    }
}

#[test]
fn the_usual_plan_is_refused_nothing() {
    let file = read(&usual().to_yaml()).unwrap();
    let refused: Vec<_> = file
        .lint(&Facts::default())
        .into_iter()
        .filter(|(weight, _)| *weight == Weight::Refused)
        .collect();
    assert_eq!(refused, []);
}
