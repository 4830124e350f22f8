// Runs every check of the pages against a demo that is running, one file after another.
//
//   SIGNALBOX_URL=http://127.0.0.1:7400 SLACK_SANDBOX_URL=http://127.0.0.1:7401 \
//   GITLAB_SANDBOX_URL=http://127.0.0.1:7402 node run.mjs [PART_OF_A_NAME…]
//
// A check that fails is not tried again. A browser that answers nothing at all any more says
// nothing of the page: its file is, once in all.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Of a file: the longest takes a minute on two busy cores. */
const limit = 240_000;
const chosen = process.argv.slice(2);

const here = dirname(fileURLToPath(import.meta.url));
const files = readdirSync(here)
  .filter((name) => name.endsWith("_page.mjs") && chosen.every((part) => name.includes(part)))
  .map((name) => join(here, name));

/** "passed", "failed", or "stuck" when the browser answered nothing more. */
function run(file) {
  const options = ["--test", `--test-timeout=${limit}`, "--test-reporter=spec", file];
  // A group of its own, so that a stuck browser goes with its checks.
  const checks = spawn(process.execPath, options, { stdio: ["ignore", "pipe", "inherit"], detached: true });
  let told = "";
  checks.stdout.on("data", (part) => {
    told += part;
    process.stdout.write(part);
  });
  const end = () => {
    try {
      process.kill(-checks.pid, "SIGKILL");
    } catch {
      // It is gone already.
    }
  };
  return new Promise((resolve) => {
    const late = setTimeout(end, limit + 10_000);
    checks.on("close", (status, signal) => {
      clearTimeout(late);
      end();
      const stuck = signal === "SIGKILL" || /test timed out after/.test(told);
      resolve(status === 0 ? "passed" : stuck ? "stuck" : "failed");
    });
  });
}

if (files.length === 0) {
  console.error(`no file is called ${chosen.join(" ")}`);
  process.exit(2);
}
let mayStop = 1;
let failed = 0;
for (const file of files) {
  let ended = await run(file);
  if (ended === "stuck" && 0 < mayStop) {
    mayStop -= 1;
    console.error(`the browser stopped answering in ${file}: once more, with a new one`);
    ended = await run(file);
  }
  if (ended !== "passed") failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
