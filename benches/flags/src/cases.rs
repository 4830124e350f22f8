//! The flags that all participants decide, and for whom.

pub struct Case {
    /// What the table and `flipper.rb` call it.
    pub name: &'static str,
    pub flag: &'static str,
}

pub const CASES: &[Case] = &[
    Case {
        name: "boolean",
        flag: "bench_boolean",
    },
    Case {
        name: "1,000 actors",
        flag: "bench_actors",
    },
    Case {
        name: "25 % of actors",
        flag: "bench_percentage",
    },
    Case {
        name: "unknown",
        flag: "bench_unknown",
    },
];

/// How many actors the flag `bench_actors` names: every second one of those who are asked for.
pub const NAMED: u64 = 1_000;

pub fn named() -> impl Iterator<Item = String> {
    (0..NAMED).map(|id| format!("Project:{}", 1_000 + 2 * id))
}

/// Whom the decisions are for, in turn, so that no answer can be guessed from the last one.
pub struct Actors(Vec<String>);

pub fn asked() -> Actors {
    // Scrambled, because neighbours in order would teach the branch predictor.
    Actors(
        (0..1024_u64)
            .map(|at| format!("Project:{}", 1_000 + (at * 1_103) % 2_048))
            .collect(),
    )
}

impl Actors {
    pub fn get(&self, at: usize) -> &str {
        &self.0[at % 1024]
    }
}
