//! Any bytes as the body of a webhook.
//!
//! `cargo +nightly fuzz run webhook fuzz/corpus/webhook crates/gitlab/tests/fixtures`

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| gitlab::fuzz_parse(data));
