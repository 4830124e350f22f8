// Looks at the service's own pages in a real browser.
//
//   SIGNALBOX_URL=http://127.0.0.1:7400 SLACK_SANDBOX_URL=… node service_page.mjs
//
// Sends webhooks as GitLab would, and checks that the log tells of them without a reload, that an
// event's page shows its way to Slack, and that a dead letter can be sent again by keyboard.
import assert from "node:assert/strict";
import { test, before, after } from "node:test";
import { baseUrl as slackUrl, closePage, openBrowser } from "./browser.mjs";
import { expectGoodLooks, expectKeyboardReachesAll, listen, serviceUrl } from "./checks.mjs";

const stamp = `check-${process.pid}`;
const project = `checks/pages-${process.pid}`;
let browser;
let page;
let complaints;

before(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  complaints = listen(page, ["404 (Not Found)"]);
  await page.goto(`${serviceUrl}/`);
  await page.locator("#live-status[data-state=live]").waitFor();
});

after(async () => {
  await browser?.close();
});

/** GitLab sends a push; answers the event's id. */
async function push(branch) {
  const web = `https://gitlab.example/${project}`;
  const commit = {
    id: "1".repeat(40), message: `Work on ${branch}`, url: `${web}/-/commit/${"1".repeat(40)}`,
    timestamp: "2026-11-24T08:00:00Z", author: { name: "Ada Byron", email: "ada@gitlab.example" },
  };
  const answer = await fetch(`${serviceUrl}/gitlab/hooks/demo`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-gitlab-token": "demo-hook-secret",
      "x-gitlab-event": "Push Hook",
      "idempotency-key": `${stamp}-${branch}`,
    },
    body: JSON.stringify({
      object_kind: "push", ref: `refs/heads/${branch}`, before: "2".repeat(40), after: "1".repeat(40),
      user_name: "Ada Byron", commits: [commit], total_commits_count: 1,
      project: { name: "pages", web_url: web, path_with_namespace: project, default_branch: "main" },
    }),
  });
  assert.equal(answer.status, 200);
  return (await answer.json()).event;
}

const slack = async (path, body) => {
  const answer = await fetch(`${slackUrl}${path}`, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200, `${path}: ${await answer.text()}`);
};

const entry = (branch) => page.locator(".entry", { hasText: branch });

test("an event is in the log without a reload", async () => {
  await page.evaluate(() => { globalThis.kept = "yes"; });
  await push(`live-${stamp}`);
  await entry(`live-${stamp}`).waitFor();
  await entry(`live-${stamp}`).locator(".outcome.delivered").waitFor();
  assert.equal(await page.evaluate(() => globalThis.kept), "yes");
  assert.match(await entry(`live-${stamp}`).locator("time").innerText(), /now|s ago/);
});

test("an event's page shows its way, and leads to its channel in Slack", async () => {
  await entry(`live-${stamp}`).getByRole("link", { name: `live-${stamp}` }).click();
  await page.getByRole("heading", { level: 1, name: `live-${stamp}` }).waitFor();
  const way = page.getByRole("list", { name: "Its way" });
  assert.match(await way.innerText(), /Accepted[\s\S]*ms later[\s\S]*Routed[\s\S]*later[\s\S]*Delivered/);
  await expectGoodLooks(page, "an event's page");
  const opened = page.context().waitForEvent("page");
  await page.locator(".card a.channel").click();
  const channel = await opened;
  await channel.locator("#timeline .message", { hasText: `live-${stamp}` }).first().waitFor();
  await closePage(channel);
});

test("a dead letter is mended and sent again by keyboard", async () => {
  // Of this channel alone: messages of other checks may still be on their way.
  const channel = `#p-${project.replaceAll("/", "-")}`;
  await slack("/sandbox/fault", { method: "incoming-webhook", channel, error: "channel_is_archived", times: 1 });
  const id = await push(`dead-${stamp}`);
  await page.goto(`${serviceUrl}/events/${id}`);
  await page.locator(".card.dead").waitFor();
  assert.match(await page.locator("blockquote").innerText(), new RegExp(`dead-${stamp}`));
  await page.goto(`${serviceUrl}/dead-letters`);
  await expectGoodLooks(page, "the dead letters");
  const button = page.getByRole("button", { name: new RegExp(`^Send it again: .*dead-${stamp}`) });
  for (let presses = 0; presses < 100; presses += 1) {
    await page.keyboard.press("Tab");
    if (await button.evaluate((one) => one === document.activeElement)) break;
  }
  await page.keyboard.press("Enter");
  await button.waitFor({ state: "detached" });
  await page.goto(`${serviceUrl}/events/${id}`);
  await page.locator(".card.sent").waitFor();
});

test("the log is searched, and keeps to what was asked", async () => {
  await page.goto(`${serviceUrl}/`);
  await page.getByRole("searchbox", { name: "Search" }).fill(`LIVE-${stamp}`);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\?text=/);
  assert.equal(await page.locator(".entry").count(), 1);
  await entry(`live-${stamp}`).waitFor();
  await page.getByRole("link", { name: "Show everything again" }).click();
  await entry(`dead-${stamp}`).waitFor();
  await page.getByRole("checkbox", { name: "Ignored ones too" }).check();
  await page.waitForURL(/ignored=shown/);
  await page.getByRole("combobox", { name: "Kind" }).selectOption("push");
  await page.waitForURL(/kind=push/);
  await entry(`live-${stamp}`).locator("a.project").click();
  await page.waitForURL(/project=checks/);
  await page.getByRole("link", { name: new RegExp(`Only of ${project}`) }).click();
  await page.waitForURL(`${serviceUrl}/`);
});

test("the log holds in light, dark and on a narrow screen", async () => {
  await expectGoodLooks(page, "the log");
  await page.goto(`${serviceUrl}/?text=nothing-is-like-this`);
  await expectGoodLooks(page, "an empty list");
  await page.goto(`${serviceUrl}/nowhere`);
  await expectGoodLooks(page, "a page that is not there");
});

test("the keyboard reaches everything, and one sees where it is", async () => {
  await page.goto(`${serviceUrl}/?text=${stamp}`);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main", "the skip link skips");
  await page.goto(`${serviceUrl}/?text=${stamp}`);
  await expectKeyboardReachesAll(page);
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual(complaints, []);
});
