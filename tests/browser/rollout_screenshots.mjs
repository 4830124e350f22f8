// Takes the pictures of a rollout from a demo that has just begun: rollout_screenshots.mjs DIRECTORY
//
// Plays the demo's plan to 25 percent, where Slack begins to refuse what the app says in some
// channels, until Signalbox has taken the flag back.
import { baseUrl as slackUrl, openBrowser } from "./browser.mjs";
import { gitlabUrl, serviceUrl } from "./checks.mjs";
import { post, takeBoth } from "./pictures.mjs";

const flag = "integration_slack_app_notifications";
const team = "#g_manage_integrations";

const status = async () => (await fetch(`${serviceUrl}/api/v1/rollouts/${flag}`)).json();
const type = (user, channel, text) => post(`${slackUrl}/sandbox/type`, { user, channel, text });
const rollout = (user, words) => type(user, team, `/chatops run rollout ${words.replace("FLAG", flag)}`);
const busy = (rate) => post(`${gitlabUrl}/sandbox/traffic`, { events_per_hour: rate });
const act = (user, what, more) =>
  post(`${gitlabUrl}/sandbox/do`, { user, project: "gitlab-org/gitlab", what, ...more });

/** Lets a minute pass, and everything that it brings. */
async function minute() {
  await post(`${slackUrl}/sandbox/clock`, { advance: 60 });
  for (;;) {
    const waiting = await fetch(`${serviceUrl}/api/v1/events?outcome=waiting&limit=1`);
    if ((await waiting.json()).items.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Lets minutes pass until the rollout stands so. */
async function until(most, isSo) {
  for (let minutes = 0; minutes < most; minutes += 1) {
    await minute();
    const now = await status();
    if (isSo(now)) return now;
  }
  throw new Error(`not so after ${most} minutes: ${JSON.stringify(await status()).slice(0, 800)}`);
}

/** The stage's soak begins, once ana says that she watches. */
async function reach(stage) {
  for (let minutes = 0; minutes < 30; minutes += 1) {
    const now = await status();
    const watched = now.preconditions.find((item) => item.id === "watched");
    if (watched && watched.outcome !== "holds") await rollout("ana", "acknowledge FLAG");
    else if (now.stage === stage && now.phase === "soaking") return;
    await minute();
  }
  throw new Error(`${stage} is not reached: ${JSON.stringify(await status()).slice(0, 800)}`);
}

await busy(0);
await type("ops", "#production", `/chatops run rollout start ${flag} --reason="the app is reviewed"`);
await until(3, (now) => now.phase === "soaking");
await act("ben", "tick", { issue: 381012, item: "1.qa-non-production" });
await reach("first-actors");
for (const who of ["ben", "ana"]) await rollout(who, "tick FLAG qa-production both projects hear from the app, once");
await until(30, (now) => now.stage === "preparation");
for (const item of ["version-history", "breaking-changes", "publish"]) {
  await rollout("ana", `tick FLAG ${item} --evidence="https://gitlab.example/${item}"`);
}
await act("ana", "update_mr", { mr: "104639", assignees: "cleo" });
await reach("1-percent");
for (const next of ["10-percent", "25-percent"]) {
  await busy(300);
  await until(90, (now) => now.hold?.reason === "weak_evidence");
  await type("ops", "#production", `/chatops run rollout override ${flag} evidence --reason="few projects yet, by plan"`);
  await reach(next);
}
await busy(3_000);
for (let minutes = 0; minutes < 12; minutes += 1) await minute();
await rollout("ana", "acknowledge FLAG");
await minute();

const browser = await openBrowser();
const page = await browser.newPage();
const { id } = await status();
await page.goto(`${serviceUrl}/rollouts/${id}`);
await page.getByRole("heading", { level: 1 }).waitFor();
await takeBoth(page, "rollout", { width: 1360, height: 1000 });

await post(`${slackUrl}/sandbox/fault`, {
  method: "chat.postMessage", channels: "p-samples-amber", error: "restricted_action", times: 0,
});
await until(30, (now) => now.state === "rolled_back");
await busy(0);
await minute();
await page.goto(`${slackUrl}/?user=ana&channel=${team.slice(1)}`);
await page.locator("#timeline .message").last().waitFor();
await page.setViewportSize({ width: 1600, height: 960 });
await page.locator("#timeline .thread-link").last().click();
await page.locator("#thread-timeline .message").last().waitFor();
await takeBoth(page, "rollback", { width: 1600, height: 960 }, () => page.evaluate(() => {
  // The card beside the end of its log.
  const [timeline, log] = ["timeline", "thread-timeline"].map((id) => document.getElementById(id));
  const card = [...timeline.querySelectorAll(".message")].find((one) => one.innerText.includes("Rollout of"));
  timeline.scrollTop += card.getBoundingClientRect().top - timeline.getBoundingClientRect().top;
  log.scrollTop = log.scrollHeight;
}));
await page.goto(`${serviceUrl}/rollouts/${id}`);
await page.getByRole("heading", { level: 1 }).waitFor();
await takeBoth(page, "rolled-back", { width: 1360, height: 1000 });
await browser.close();
