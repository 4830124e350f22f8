# `make help` lists the tasks.

CLIENTS ?= $(CURDIR)/target/clients
export SIGNALBOX_CLIENTS = $(CLIENTS)

.PHONY: help demo test lint bench screenshots docs fuzz crash

help: ## List the tasks
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: ## Build and run the whole product on this machine, with no account anywhere
	@scripts/demo.sh

test: ## Set up what the tests need, and run them all
	@scripts/setup-tests.sh
	@scripts/test.sh

lint: ## Format, clippy, rustdoc, licences
	@scripts/lint.sh

bench: ## Print every figure that the documents quote, in one run
	@scripts/bench.sh

crash: ## Kill the service two hundred times under load and count what Slack saw
	@scripts/crash.sh

screenshots: ## Take the pictures of the README with Chromium
	@scripts/screenshots.sh

docs: ## Write the generated parts of docs/ anew
	@cargo run --quiet -p notify --example event_table
	@cargo run --quiet -p rollouts --example plan_page
	@cargo run --quiet -p commands --example chatops_page
	@cargo run --quiet -p app --example slack_app_page

fuzz: ## Fuzz the parsers with coverage guidance (needs a nightly toolchain and cargo-fuzz)
	@scripts/fuzz.sh
