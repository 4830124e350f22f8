#!/usr/bin/env bash
# Prints every figure that the documents quote, in one run on one machine.
set -euo pipefail
cd "$(dirname "$0")/.."
if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    scripts/postgres.sh cargo bench --quiet -p signalbox --bench figures
else
    cargo bench --quiet -p signalbox --bench figures
fi
# Evaluating over HTTP.
cargo bench --quiet -p web --bench ofrep
# Flags beside the libraries that people would otherwise use; outside the workspace.
cargo run --quiet --release --manifest-path benches/flags/Cargo.toml --target-dir target/benches
# What a rollout's next step takes to decide.
cargo run --quiet --release -p rollouts --example step_time
