#!/usr/bin/env bash
# Kills the service again and again under load and prints what Slack saw.
# SIGNALBOX_KILLS chooses how often (200).
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/postgres.sh cargo test --quiet -p signalbox --test it crash -- --nocapture --test-threads 1
