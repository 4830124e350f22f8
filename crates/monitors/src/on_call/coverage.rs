//! Whether somebody is on call all the time, and when that somebody changes.

use jiff::Timestamp;

use super::{Person, Shift};
use crate::window::Window;

/// Who is on call throughout a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Somebody of the first level is, at every moment.
    Whole {
        /// At the beginning; each once.
        people: Vec<Person>,
        /// The first time that somebody else takes over.
        hand_over: Option<HandOver>,
    },
    /// From this moment on nobody is, for a while at least.
    Gap { from: Timestamp },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    pub at: Timestamp,
    pub to: Vec<Person>,
}

/// What the first level of `shifts` says of `window`. The other levels are asked only when the
/// first one does not answer.
#[must_use]
pub fn coverage(shifts: &[Shift], window: Window) -> Coverage {
    let first: Vec<&Shift> = shifts.iter().filter(|shift| shift.level <= 1).collect();
    let people = people_at(&first, window.from);
    if people.is_empty() {
        return Coverage::Gap { from: window.from };
    }
    let mut hand_over = None;
    for at in changes(&first, window) {
        let now = people_at(&first, at);
        if now.is_empty() {
            return Coverage::Gap { from: at };
        }
        if hand_over.is_none() && now != people {
            hand_over = Some(HandOver { at, to: now });
        }
    }
    Coverage::Whole { people, hand_over }
}

/// The moments within the window at which anything may change, in order.
fn changes(shifts: &[&Shift], window: Window) -> Vec<Timestamp> {
    let ends = shifts.iter().flat_map(|shift| [shift.from, shift.until]);
    let mut moments: Vec<Timestamp> = ends
        .flatten()
        .filter(|at| window.from < *at && *at < window.until)
        .collect();
    moments.sort_unstable();
    moments.dedup();
    moments
}

fn people_at(shifts: &[&Shift], at: Timestamp) -> Vec<Person> {
    let on_call = |shift: &&&Shift| {
        shift.from.is_none_or(|from| from <= at) && shift.until.is_none_or(|until| at < until)
    };
    let on_call = shifts.iter().filter(on_call);
    let mut people: Vec<Person> = on_call.map(|shift| shift.person.clone()).collect();
    people.sort_unstable();
    people.dedup();
    people
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + minute * 60).unwrap()
    }

    fn person(name: &str) -> Person {
        Person {
            id: name.to_owned(),
            name: name.to_owned(),
            email: None,
        }
    }

    fn shift(name: &str, level: u32, from: Option<i64>, until: Option<i64>) -> Shift {
        Shift {
            person: person(name),
            level,
            from: from.map(at),
            until: until.map(at),
        }
    }

    #[test]
    fn a_window_is_covered_or_has_a_gap() {
        let window = Window {
            from: at(0),
            until: at(60),
        };
        let whole = |hand_over: Option<(i64, &str)>| Coverage::Whole {
            people: vec![person("ana")],
            hand_over: hand_over.map(|(minute, to)| HandOver {
                at: at(minute),
                to: vec![person(to)],
            }),
        };
        for (shifts, expected) in [
            (vec![], Coverage::Gap { from: at(0) }),
            (vec![shift("ana", 1, None, None)], whole(None)),
            (vec![shift("ana", 1, Some(-5), Some(60))], whole(None)),
            (
                vec![shift("ana", 1, Some(-5), Some(59))],
                Coverage::Gap { from: at(59) },
            ),
            (
                vec![shift("ana", 1, Some(1), None)],
                Coverage::Gap { from: at(0) },
            ),
            (
                vec![shift("ana", 2, None, None)],
                Coverage::Gap { from: at(0) },
            ),
            (
                vec![
                    shift("ben", 1, Some(30), None),
                    shift("ana", 1, None, Some(30)),
                ],
                whole(Some((30, "ben"))),
            ),
            (
                vec![
                    shift("ana", 1, None, Some(30)),
                    shift("ben", 1, Some(31), None),
                ],
                Coverage::Gap { from: at(30) },
            ),
            (
                vec![
                    shift("ana", 1, None, Some(30)),
                    shift("ana", 1, Some(30), None),
                ],
                whole(None),
            ),
            (
                vec![shift("ana", 1, None, None), shift("ben", 2, None, None)],
                whole(None),
            ),
        ] {
            assert_eq!(coverage(&shifts, window), expected, "{shifts:?}");
        }
    }

    /// The same by looking at every minute.
    fn minute_by_minute(shifts: &[Shift], window: Window) -> Coverage {
        let all: Vec<&Shift> = shifts.iter().collect();
        let people = people_at(&all, window.from);
        let mut hand_over = None;
        for minute in (0..10)
            .map(at)
            .filter(|m| window.from <= *m && *m < window.until)
        {
            let now = people_at(&all, minute);
            if now.is_empty() {
                return Coverage::Gap { from: minute };
            }
            if now != people && hand_over.is_none() {
                hand_over = Some(HandOver {
                    at: minute,
                    to: now,
                });
            }
        }
        Coverage::Whole { people, hand_over }
    }

    #[test]
    fn any_two_shifts_cover_what_they_cover_minute_by_minute() {
        let window = Window {
            from: at(2),
            until: at(5),
        };
        let ends: Vec<Option<i64>> = std::iter::once(None).chain((1..7).map(Some)).collect();
        let mut all = Vec::new();
        for name in ["ana", "ben"] {
            for from in &ends {
                all.extend(ends.iter().map(|until| shift(name, 1, *from, *until)));
            }
        }
        for first in &all {
            for second in &all {
                let shifts = [first.clone(), second.clone()];
                let expected = minute_by_minute(&shifts, window);
                assert_eq!(coverage(&shifts, window), expected, "{shifts:?}");
            }
        }
    }
}
