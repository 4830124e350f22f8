// Looks at the pages of flags, changes and projects in a real browser.
//
//   SIGNALBOX_URL=http://127.0.0.1:7400 node flags_page.mjs
//
// Changes a flag on its page, on trial first, and a project's integrations; all of it with axe in
// light, dark and on a narrow screen, and by keyboard.
import assert from "node:assert/strict";
import { test, before, after } from "node:test";
import { closePage, openBrowser } from "./browser.mjs";
import { expectGoodLooks, expectKeyboardReachesAll, listen, serviceUrl } from "./checks.mjs";

const flag = "integration_slack_app_notifications";
const project = `checks/flags-${process.pid}`;
let browser;
let page;
let complaints;

before(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  complaints = listen(page, ["404 (Not Found)", "422 (Unprocessable Entity)", "400 (Bad Request)"]);
});

after(async () => {
  await browser?.close();
});

const state = (environment) => page.getByRole("region", { name: "Environments" })
  .getByRole("listitem").filter({ has: page.getByRole("heading", { name: new RegExp(`^${environment} `) }) })
  .locator(".state");

test("the list of flags leads to a flag's page", async () => {
  await page.goto(`${serviceUrl}/flags`);
  await expectGoodLooks(page, "the flags");
  await page.getByRole("searchbox", { name: "Search" }).fill("slack_app");
  await page.keyboard.press("Enter");
  await page.waitForURL(/text=slack_app/);
  await page.getByRole("link", { name: flag }).click();
  await page.getByRole("heading", { level: 1, name: flag }).waitFor();
  await expectGoodLooks(page, "a flag that nobody has set");
});

test("a change is tried first, then made, and the page in view shows it", async () => {
  const watcher = await browser.newPage();
  await watcher.goto(`${serviceUrl}/flags/${flag}`);
  await watcher.locator("#live-status[data-state=live]").waitFor();
  await page.getByRole("group", { name: "Environments" }).getByLabel("dev").check();
  await page.getByLabel("Set it to").selectOption("true");
  await page.getByLabel("Reason").fill("looked at in a browser");
  await page.getByRole("button", { name: "Show what it would do" }).click();
  await page.getByText("nothing was changed yet").waitFor();
  assert.match(await state("dev").innerText(), /off/);
  await expectGoodLooks(page, "a change on trial");
  await page.getByRole("button", { name: "Change it" }).click();
  await page.getByText("Done", { exact: true }).waitFor();
  assert.match(await state("dev").innerText(), /on/);
  await watcher.getByText("looked at in a browser").first().waitFor();
  await closePage(watcher);
});

test("what is missing in a change is said", async () => {
  await page.goto(`${serviceUrl}/flags/${flag}`);
  await page.getByLabel("Reason").fill("no environment");
  await page.getByRole("button", { name: "Show what it would do" }).click();
  await page.getByRole("alert").getByText("choose at least one environment").waitFor();
  await expectGoodLooks(page, "a change that was refused");
  assert.equal(await page.getByLabel("Reason").inputValue(), "no environment");
});

test("it is explained for whom a flag opens", async () => {
  await page.goto(`${serviceUrl}/flags/${flag}`);
  await page.getByRole("combobox", { name: "Who" }).selectOption("actor");
  await page.getByLabel("Name, path or number").fill("Project:12");
  await page.getByRole("button", { name: "Explain" }).click();
  await page.waitForURL(/who=Project/);
  const said = await page.locator("#explain").innerText();
  assert.match(said, /dev enabled\s+Project:12: it is open for everyone/);
  assert.match(said, /production disabled/);
  await expectGoodLooks(page, "an explanation");
});

test("commands are copied", async () => {
  const button = page.getByRole("button", { name: "Copy: Take it back" });
  await button.click();
  await page.getByText(/^(Copied|Selected)$/).waitFor();
});

test("the changes say who did what", async () => {
  await page.goto(`${serviceUrl}/audit?flag=${flag}`);
  await page.getByText("looked at in a browser").first().waitFor();
  await expectGoodLooks(page, "the changes");
  await page.goto(`${serviceUrl}/audit?author=nobody-is-called-so`);
  await expectGoodLooks(page, "an empty list of changes");
});

test("a project's integrations are changed side by side", async () => {
  await page.goto(`${serviceUrl}/projects/${project}`);
  await expectGoodLooks(page, "a project that nothing is set up for");
  const app = page.getByRole("region", { name: /^GitLab for Slack app/ });
  const old = page.getByRole("region", { name: /^Slack notifications/ });
  await old.getByRole("link", { name: "these are its settings" }).click();
  await page.waitForURL(/#gitlab-slack-application$/);
  await app.getByLabel("push", { exact: true }).check();
  await app.getByLabel("Channels of: push", { exact: true }).fill("#general");
  await app.getByLabel("Active").check();
  await app.getByRole("button", { name: /^Save/ }).click();
  await page.getByText("The app speaks: only this one is set up here").waitFor();
  assert.equal(await app.getByLabel("Channels of: push", { exact: true }).inputValue(), "#general");
  await old.getByLabel("Active").check();
  await old.getByRole("button", { name: /^Save/ }).click();
  await old.getByRole("alert").getByText("webhook can't be blank").waitFor();
  await expectGoodLooks(page, "a project's form that was refused");
});

test("places are listed, and lead to their pages", async () => {
  await page.goto(`${serviceUrl}/projects`);
  await expectGoodLooks(page, "the projects");
  await page.getByRole("link", { name: project }).click();
  await page.getByRole("heading", { level: 1, name: project }).waitFor();
  await page.goto(`${serviceUrl}/instance`);
  await expectGoodLooks(page, "the instance");
});

test("the keyboard reaches everything on each of them", async () => {
  for (const path of ["/flags", `/flags/${flag}`, "/audit", "/projects", `/projects/${project}`]) {
    await page.goto(`${serviceUrl}${path}`);
    await expectKeyboardReachesAll(page);
  }
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual(complaints, []);
});
