// Runs every check of the pages against a demo that is running, one file after another.
//
//   SIGNALBOX_URL=http://127.0.0.1:7400 SLACK_SANDBOX_URL=http://127.0.0.1:7401 \
//   GITLAB_SANDBOX_URL=http://127.0.0.1:7402 node run.mjs
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const files = readdirSync(here).filter((name) => name.endsWith("_page.mjs")).map((name) => join(here, name));
const ended = spawnSync(process.execPath, ["--test", "--test-concurrency=1", "--test-reporter=spec", ...files], {
  stdio: "inherit",
});
process.exit(ended.status ?? 1);
