//! What the readings of a stage prove: harm, no harm, or neither yet.
//!
//! Every method may be looked at after every reading without losing its guarantee, which is why
//! no test here has a fixed sample size. `docs/evidence.md` tells release engineers what each
//! one means.
