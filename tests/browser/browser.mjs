// Debian's Chromium, and the sandbox's endpoints, for the checks beside this file.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const baseUrl = (process.env.SLACK_SANDBOX_URL ?? "http://127.0.0.1:7401").replace(/\/$/, "");

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser with an empty profile; `close()` ends it and removes the profile. */
export async function openBrowser(options = {}) {
  const profile = await mkdtemp(join(tmpdir(), "browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: flags,
    viewport: { width: 1360, height: 900 },
    colorScheme: "light",
    ...options,
  });
  context.setDefaultTimeout(10_000);
  return {
    newPage: () => context.newPage(),
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** Closes a page that has arrived: Chromium never answers when it is still on its way somewhere. */
export async function closePage(page) {
  await page.waitForLoadState("load");
  await page.close();
}

async function post(path, body, headers) {
  const answer = await fetch(`${baseUrl}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, said: await answer.json(), wait: answer.headers.get("retry-after") };
}

/** Calls a Web API method as the demo's app; waits when Slack's rate limit asks for it. */
export async function api(method, body) {
  for (;;) {
    const { status, said, wait } = await post(`/api/${method}`, body, { authorization: "Bearer xoxb-demo" });
    if (status !== 429) {
      if (!said.ok) throw new Error(`${method}: ${JSON.stringify(said)}`);
      return said;
    }
    await new Promise((resolve) => setTimeout(resolve, Number(wait) * 1000));
  }
}

/** Types as a person. */
export async function type(user, channel, text) {
  const { said } = await post("/sandbox/type", { user, channel, text });
  if (!said.ok) throw new Error(`type: ${JSON.stringify(said)}`);
  return said;
}

/** Registers a slash command. */
export async function register(command) {
  const { said } = await post("/sandbox/commands", command);
  if (!said.ok) throw new Error(`register: ${JSON.stringify(said)}`);
}
