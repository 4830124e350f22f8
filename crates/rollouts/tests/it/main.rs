//! What the crate promises, seen from outside.

#[path = "../../examples/evidence_table/default_set.rs"]
mod default_set;
#[path = "../../examples/evidence_table/detectors.rs"]
mod detectors;
#[path = "../../examples/evidence_table/draws.rs"]
mod draws;
mod evidence_guarantees;
mod evidence_measured;
mod evidence_replay;
mod evidence_sentences;
mod machine;
mod model;
#[path = "../../examples/evidence_table/other_rules.rs"]
mod other_rules;
#[path = "../page/mod.rs"]
mod page;
mod plan;
#[path = "../../examples/evidence_table/simulation.rs"]
mod simulation;
#[path = "../../examples/evidence_table/table.rs"]
mod table;
