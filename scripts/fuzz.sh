#!/usr/bin/env bash
# Fuzzes every target with coverage guidance, each for SECONDS_EACH (60). Needs cargo-fuzz and a
# nightly toolchain, or RUSTC_BOOTSTRAP=1 with the stable one.
set -euo pipefail
cd "$(dirname "$0")/../fuzz"
command -v cargo-fuzz >/dev/null || {
    echo "cargo-fuzz is missing: cargo install cargo-fuzz" >&2
    exit 1
}
for target in $(cargo fuzz list); do
    echo "== $target"
    cargo fuzz run "$target" -- -max_total_time="${SECONDS_EACH:-60}"
done
