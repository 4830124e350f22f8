#!/usr/bin/env bash
# Takes the pictures of docs/images: starts the demo with its story and looks at it with Chromium.
# SIGNALBOX_PROGRAM names a program that is built already.
set -euo pipefail
cd "$(dirname "$0")/.."
clients=${SIGNALBOX_CLIENTS:-$PWD/target/clients}
unset HTTP_PROXY HTTPS_PROXY ALL_PROXY http_proxy https_proxy all_proxy

if [ -z "$(fc-list :charset=1f44d)" ]; then
    echo "No font here has emoji: apt-get install fonts-noto-color-emoji" >&2
    exit 1
fi
scripts/setup-tests.sh
program=${SIGNALBOX_PROGRAM:-}
if [ -z "$program" ]; then
    cargo build --quiet --profile demo -p signalbox
    program=target/demo/signalbox
fi

said=$(mktemp)
demo=
stop() {
    [ -z "$demo" ] || { kill "$demo" && wait "$demo"; } 2>/dev/null || true
}
trap 'stop; rm -f "$said"' EXIT
place() { sed -nE "s/^ +$1 +(http:[^ ]+).*/\1/p" "$said"; }
start() { # start ARGUMENT…: a demo, and its addresses in the environment
    stop
    "$program" demo --listen 127.0.0.1:0 --slack-listen 127.0.0.1:0 --gitlab-listen 127.0.0.1:0 \
        "$@" >"$said" 2>&1 &
    demo=$!
    for _ in $(seq 300); do
        [ -n "$(place Signalbox)" ] && break
        kill -0 "$demo" 2>/dev/null || { cat "$said" >&2; exit 1; }
        sleep 0.1
    done
    export SIGNALBOX_URL SLACK_SANDBOX_URL GITLAB_SANDBOX_URL
    SIGNALBOX_URL=$(place Signalbox)
    SLACK_SANDBOX_URL=$(place Slack)
    GITLAB_SANDBOX_URL=$(place GitLab)
}

node=node
[ ! -x "$clients/node-runtime/bin/node" ] || node=$clients/node-runtime/bin/node
mkdir -p docs/images
start
"$node" "$clients/browser/screenshots.mjs" docs/images
start --rollout-story
"$node" "$clients/browser/rollout_screenshots.mjs" docs/images
ls -l docs/images
