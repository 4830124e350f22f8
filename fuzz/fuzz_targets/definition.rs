//! Any text as a definition file: a definition that is read is written so that it is read again.
//!
//! `cargo +nightly fuzz run definition`.

#![no_main]

use flags::Definition;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for path in ["flags/beta/a.yml", "flags/ops/tidy_sidebar.yml"] {
        match Definition::parse(path, text) {
            Ok(definition) => {
                assert_eq!(Definition::parse(path, &definition.write()), Ok(definition));
            }
            Err(problems) => assert!(!problems.is_empty()),
        }
    }
});
