//! Any text as a description, at any limit: within it, no ping, no open block.
//!
//! `cargo +nightly fuzz run markdown`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use notify::markdown::{Place, to_mrkdwn};

fuzz_target!(|data: (u16, &str)| {
    let (limit, source) = (usize::from(data.0), data.1);
    let place = Place {
        project_url: "https://gitlab.example/acme/shop",
        project_path: "acme/shop",
        more_url: "https://gitlab.example/acme/shop/-/issues/1",
    };
    let markup = to_mrkdwn(source, &place, limit);
    let markup = markup.as_str();
    assert!(markup.chars().count() <= limit);
    assert!(markup.matches("```").count().is_multiple_of(2));
    for (at, _) in markup.match_indices('<') {
        let link = markup[at + 1..].to_ascii_lowercase();
        assert!(["http://", "https://", "mailto:"].iter().any(|scheme| link.starts_with(scheme)));
    }
});
