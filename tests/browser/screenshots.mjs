// Takes the pictures of the README from a demo that is running: screenshots.mjs DIRECTORY
import { baseUrl as slackUrl, openBrowser } from "./browser.mjs";
import { gitlabUrl, serviceUrl } from "./checks.mjs";
import { post, take, takeBoth } from "./pictures.mjs";

const project = "gitlab-org/gitlab";
const channel = "p-gitlab-org-gitlab";

/** Somebody does something in GitLab. */
const act = (user, what, more) => post(`${gitlabUrl}/sandbox/do`, { user, project, what, ...more });

/** Waits until everything is in Slack. */
async function settle() {
  for (;;) {
    const waiting = await fetch(`${serviceUrl}/api/v1/events?outcome=waiting&limit=1`);
    if ((await waiting.json()).items.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

await post(`${slackUrl}/sandbox/channels`, { name: channel, members: ["ana", "ben", "ops", "signalbox"] });
// Slack names the author again after a while: the picture begins with a name.
await post(`${slackUrl}/sandbox/clock`, { advance: 900 });
await settle();
await act("cleo", "open_issue", {
  title: "Notifications stop after a channel is renamed",
  description: "Renaming `#frontend` to `#web` silences **every** project that posts there.",
  labels: ["bug", "integrations"],
});
await act("ben", "open_mr", {
  branch: "channels-by-id",
  title: "Find channels by id, not by name",
  description: "Remembers Slack's id with the first message, so that a new name changes nothing.\n\n" +
    "- [x] look the id up once\n- [x] follow archived channels\n- [ ] documentation",
  reviewers: ["cleo"],
});
await act("cleo", "comment", {
  on: "mr",
  text: "Nice and small! Could `find_channel` still take the *name* for old settings?\n\n> so that a new name changes nothing",
});
await act("ben", "fail_pipeline", { branch: "channels-by-id", job: "rspec unit" });
await act("cleo", "approve", {});
await settle();

/** Ana links her GitLab account, as everybody does once. */
async function link(page) {
  const typed = { user: "ana", channel: "#general", text: "/gitlab link" };
  const { answer } = await post(`${slackUrl}/sandbox/type`, typed);
  const address = new RegExp(`${serviceUrl}/link/[\\w-]+`).exec(JSON.stringify(answer));
  await page.goto(address[0]);
  await page.getByRole("button", { name: /Ana/ }).click();
  await page.getByRole("button", { name: /^Authorize/ }).click();
  await page.getByRole("button", { name: "Authorize", exact: true }).click();
  await page.getByRole("button", { name: /^Authorize/ }).click();
  await page.getByText("Commands in Slack act as you now").waitFor();
}

const browser = await openBrowser();
const page = await browser.newPage();

// The window is as high as what happened just now.
await page.setViewportSize({ width: 1440, height: 900 });
await page.goto(`${slackUrl}/?user=ana&channel=${channel}`);
const first = page.locator("#timeline .message", { hasText: "Notifications stop after" });
await first.waitFor();
const height = await first.evaluate((message) => {
  const list = document.getElementById("timeline");
  const above = message.getBoundingClientRect().top - list.getBoundingClientRect().top;
  const wanted = list.scrollHeight - list.scrollTop - above + 2;
  return innerHeight - list.clientHeight + Math.ceil(wanted);
});
const toEnd = () => page.evaluate(() => {
  const list = document.getElementById("timeline");
  list.scrollTop = list.scrollHeight;
});
await takeBoth(page, "demo", { width: 1440, height }, toEnd);

await page.goto(`${serviceUrl}/`);
await page.locator("#live-status[data-state=live]").waitFor();
await take(page, "service");

await page.goto(`${serviceUrl}/?kind=merge_request&outcome=delivered&text=Find+channels`);
await page.locator(".entry a.title").last().click();
await page.getByRole("list", { name: "Its way" }).waitFor();
await page.locator("#live-status[data-state=live]").waitFor();
await take(page, "event", { width: 1360, height: 690 });

await page.goto(`${gitlabUrl}/`);
await take(page, "gitlab");

// The rollout issue's next steps, in #production.
const flag = "integration_slack_app_notifications";
const type = (text) =>
  post(`${slackUrl}/sandbox/type`, { user: "ops", channel: "#production", text: `/chatops run ${text}` });
await post(`${slackUrl}/sandbox/clock`, { advance: 900 });
await type(`feature set --project=gitlab-org/gitlab,gitlab-org/gitlab-foss ${flag} true`);
await type(`feature set ${flag} 25 --actors --reason "the first quarter"`);
await type(`feature explain ${flag} --project=gitlab-com/www-gitlab-com`);
await page.goto(`${slackUrl}/?user=ops&channel=production`);
await page.locator("#timeline .message", { hasText: "the first quarter" }).first().waitFor();
await takeBoth(page, "production", { width: 1440, height: 960 }, toEnd);
await page.goto(`${serviceUrl}/flags/${flag}`);
await page.getByRole("heading", { name: flag }).waitFor();
await take(page, "flag", { width: 1360, height: 900 });
await page.goto(`${serviceUrl}/projects/${project}`);
await page.getByRole("heading", { name: project }).waitFor();
await take(page, "project", { width: 1360, height: 900 });

// What waits for ana, on the app's Home.
await link(page);
await act("ben", "open_mr", {
  branch: "quiet-hours", title: "Fold what happens at night", reviewers: ["ana"],
});
await act("cleo", "open_mr", {
  branch: "mention-owners", title: "Mention the owner of a failed job", reviewers: ["ana"],
});
await act("ana", "open_mr", {
  branch: "thread-replies", title: "Keep follow-ups in the thread", reviewers: ["ben"],
});
await act("ana", "fail_pipeline", { branch: "thread-replies", job: "rspec unit" });
await act("cleo", "open_issue", {
  title: "Previews of links in private channels", labels: ["feature"], assignees: ["ana"],
});
await settle();
await page.goto(`${slackUrl}/?user=ana&home=A0SIGNALBOX`);
await page.getByText("Mention the owner of a failed job").waitFor();
const home = page.locator(".home");
await page.getByText("Previews of links in private channels").waitFor();
const tall = 74 + Math.ceil(await home.evaluate((one) => one.getBoundingClientRect().height));
await takeBoth(page, "home", { width: 1440, height: Math.max(720, tall) });

// An incident, declared where people talk of it.
await post(`${slackUrl}/sandbox/type`, {
  user: "ben", channel: "#support_gitlab-com", text: "Three customers cannot pay since noon. Are we down?",
});
await page.goto(`${slackUrl}/?user=ana&channel=support_gitlab-com`);
await page.locator("#composer-field").fill("/gitlab incident declare Nobody can pay since noon");
await page.keyboard.press("Enter");
const form = page.getByRole("dialog");
/** Chooses by keyboard what the app offers for a text. */
async function choose(label, text) {
  await form.getByRole("combobox", { name: label }).focus();
  await page.keyboard.type(text);
  await page.getByRole("option", { name: text }).first().waitFor();
  await page.keyboard.press("Enter");
  await form.getByRole("button", { name: `Remove ${text}` }).waitFor();
}
await choose("Project", project);
// The menus of its people and labels come after it.
await form.locator("[data-block-id^='labels-']:not([data-block-id='labels-0'])").first().waitFor();
await form.getByRole("combobox", { name: "Severity" }).selectOption({ label: "Critical - S1" });
await choose("Assignee", "Ben Berger");
await choose("Labels", "backend");
await takeBoth(page, "incident", { width: 1440, height: 800 }, () =>
  form.locator(".modal-body").evaluate((body) => { body.scrollTop = 0; }));
await browser.close();
