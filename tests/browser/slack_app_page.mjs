// Looks at the Slack app as a newcomer meets it: a project is brought to a workspace, an account is
// linked, the Home tab, forms, buttons and previews are used, and the app is taken out again.
//
//   SIGNALBOX_URL=http://127.0.0.1:7400 SLACK_SANDBOX_URL=… GITLAB_SANDBOX_URL=… node slack_app_page.mjs
//
// Forms and menus are used by keyboard alone: one sees where one is, Escape leaves, and the focus
// comes back to where it was.
import assert from "node:assert/strict";
import { test, before, after } from "node:test";
import { api, baseUrl as slackUrl, openBrowser, type } from "./browser.mjs";
import {
  expectAccessible, expectGoodLooks, expectKeyboardReachesAll, gitlabUrl, listen, serviceUrl,
} from "./checks.mjs";

const project = "gitlab-org/gitlab";
const issue = `${gitlabUrl}/${project}/-/issues/381012`;
const stamp = `check-${process.pid}`;
let browser;
let page;
let slack;
const complaints = [];

before(async () => {
  browser = await openBrowser();
  page = await watched(await browser.newPage());
  slack = await watched(await browser.newPage());
});

after(async () => {
  await browser?.close();
});

/** A page whose complaints are collected, and whose documents let no foreign script in. */
async function watched(one) {
  const heard = listen(one, ["422 (Unprocessable Entity)"]);
  one.on("response", (answer) => {
    if (answer.request().resourceType() !== "document" || answer.status() !== 200) return;
    const policy = answer.headers()["content-security-policy"] ?? "";
    const holds = policy.includes("default-src 'none'") && !policy.includes("unsafe");
    if (!holds) heard.push(`${answer.url()}: ${policy || "no policy"}`);
  });
  complaints.push(heard);
  return one;
}

const button = (name, where = page) => where.getByRole("button", { name, exact: typeof name === "string" });
const link = (name, where = page) => where.getByRole("link", { name, exact: typeof name === "string" });
const heading = (name, where = page) => where.getByRole("heading", { name });

/** Focuses something and presses a key on it. */
async function press(locator, key = "Enter") {
  await locator.focus();
  await locator.page().keyboard.press(key);
}

const modal = () => slack.getByRole("dialog");
const composer = () => slack.locator("#composer-field");
const messageWith = (text) => slack.locator("#timeline .message", { hasText: text });

/** Types into the composer, as whoever the page belongs to. */
async function says(text) {
  await composer().focus();
  await slack.keyboard.type(text);
  await slack.keyboard.press("Enter");
}

/** Chooses the first of what the app offers for a text, by keyboard. */
async function chooses(label, text) {
  const field = modal().getByRole("combobox", { name: label });
  await field.focus();
  await slack.keyboard.type(text);
  await slack.getByRole("option", { name: text }).first().waitFor();
  await slack.keyboard.press("Enter");
  await modal().getByRole("button", { name: new RegExp(`^Remove .*${text}`) }).waitFor();
}

/** Chooses the project, and waits for the menus of its people and labels. */
async function choosesProject() {
  await chooses("Project", project);
  await modal().locator("[data-block-id^='labels-']:not([data-block-id='labels-0'])").first().waitFor();
}

/** Waits until something has the focus. */
const hasFocus = (locator) => locator.and(locator.page().locator(":focus")).waitFor();

async function act(user, what, more) {
  const answer = await fetch(`${gitlabUrl}/sandbox/do`, {
    method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({ user, project, what, ...more }),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

test("the page about Slack leads somebody who signs in to their projects", async () => {
  await page.goto(`${serviceUrl}/slack`);
  await expectGoodLooks(page, "the page about Slack");
  await press(link("Sign in with GitLab", page.getByRole("main")));
  await press(button(/Ana Almeida/));
  await press(button(/^Authorize/));
  await heading("Choose a project").waitFor();
  assert.equal(page.url(), `${serviceUrl}/slack`);
  await expectGoodLooks(page, "choosing a project");
  await expectKeyboardReachesAll(page);
});

test("whoever says no in Slack is told that nothing has changed", async () => {
  await link("gitlab-org/gitlab-runner").click();
  await expectGoodLooks(page, "choosing a workspace");
  await press(link("Add to Slack"));
  await heading(/is requesting permission/).waitFor();
  await expectGoodLooks(page, "what Slack asks");
  await press(button("Cancel"));
  await heading("Nothing was installed").waitFor();
  await expectGoodLooks(page, "nothing installed");
  await press(link("Back"));
  await heading(/Which workspace hears of/).waitFor();
});

test("a project comes to a new workspace, with its channel", async () => {
  await press(link("Add to Slack"));
  await page.getByRole("combobox", { name: "You are" }).selectOption({ label: "Dana Diaz in Acme" });
  await press(button("Allow"));
  await heading("gitlab-org/gitlab-runner in Acme").waitFor();
  await page.getByRole("textbox", { name: /Tell the everyday events in/ }).fill("#general");
  await press(button("Begin"));
  await page.locator(".told", { hasText: "#general" }).waitFor();
  await page.getByRole("textbox", { name: "Alias" }).fill("two words");
  await press(button("Rename"));
  await page.getByRole("alert").filter({ hasText: "an alias is one word" }).waitFor();
  await expectGoodLooks(page, "a project in a workspace");
  await expectKeyboardReachesAll(page);
});

test("the app's Home offers to link an account", async () => {
  await slack.goto(`${slackUrl}/?user=ana&home=A0SIGNALBOX`);
  const offer = button("Link your GitLab account", slack.locator("#timeline"));
  await offer.waitFor();
  await expectGoodLooks(slack, "a Home before linking");
  await press(offer);
  await modal().waitFor();
  await expectGoodLooks(slack, "the offer to link");
  const href = await link("Link your GitLab account", modal()).getAttribute("href");
  assert.ok(href.startsWith(`${serviceUrl}/link/`), href);
  await slack.keyboard.press("Escape");
  await modal().waitFor({ state: "detached" });
  await hasFocus(offer);
  await page.goto(href);
  await press(button("Authorize"));
  await press(button(/^Authorize/));
  await page.getByText(/is linked\. Commands in Slack act as you now/).waitFor();
});

test("Home shows what waits, without a reload, and what is approved there waits no longer", async () => {
  await heading("Your work in GitLab", slack).waitFor();
  const title = `Review ${stamp}`;
  await act("ben", "open_mr", { branch: stamp, title, reviewers: ["ana"] });
  await press(button("Refresh", slack));
  await slack.getByText(title).waitFor();
  await expectGoodLooks(slack, "a Home with something in it");
  const row = slack.locator("#timeline .section", { hasText: title });
  await press(row.getByRole("button", { name: "Approve" }));
  await modal().getByText(/Approved by/).waitFor();
  await slack.keyboard.press("Escape");
  await modal().waitFor({ state: "detached" });
  await hasFocus(row.getByRole("button", { name: "Approve" }).or(slack.locator("#timeline")));
  await slack.reload();
  await expectKeyboardReachesAll(slack);
});

test("an incident is declared by keyboard alone", async () => {
  await slack.goto(`${slackUrl}/?user=ana&channel=support_gitlab-com`);
  await says("/gitlab incident declare Nobody can pay");
  await modal().waitFor();
  const title = modal().getByRole("textbox", { name: "Title" });
  await hasFocus(title);
  await slack.keyboard.press("Shift+Tab");
  assert.ok(await modal().evaluate((one) => one.contains(document.activeElement)), "Tab stays inside");
  await slack.keyboard.press("Escape");
  await modal().waitFor({ state: "detached" });
  await hasFocus(composer());
  await messageWith("no incident was declared").waitFor();

  await says("/gitlab incident declare Nobody can pay");
  await modal().waitFor();
  await choosesProject();
  await modal().getByRole("combobox", { name: "Severity" }).selectOption({ label: "Critical - S1" });
  await chooses("Labels", "backend");
  const people = modal().getByRole("combobox", { name: "Assignee" });
  await press(people, "ArrowDown");
  await slack.getByRole("option", { name: "Ben Berger" }).waitFor();
  await expectAccessible(slack, "a form with its choices");
  await slack.keyboard.press("Escape");
  await slack.getByRole("listbox").waitFor({ state: "detached" });
  assert.equal(await modal().count(), 1, "Escape closes the list first");
  await expectGoodLooks(slack, "the form for an incident");
  await press(button("Create", modal()));
  await modal().waitFor({ state: "detached" });
  await messageWith("Nobody can pay · #").waitFor();
  await hasFocus(composer());
});

test("what is missing in a form is said at its field", async () => {
  await says("/gitlab incident declare");
  await hasFocus(modal().getByRole("textbox", { name: "Title" }));
  await slack.keyboard.press("Control+Enter");
  const wrong = modal().locator("[aria-invalid=true]").first();
  await wrong.waitFor();
  await hasFocus(wrong);
  await expectGoodLooks(slack, "a form with something wrong");
  await slack.keyboard.press("Escape");
  await modal().waitFor({ state: "detached" });
});

test("an issue is opened from a message", async () => {
  const text = `The page with prices is blank ${stamp}`;
  await type("ben", "#support_gitlab-com", text);
  const message = messageWith(text);
  await message.waitFor();
  await press(message.getByLabel("More actions"));
  const shortcut = message.getByRole("button", { name: /^Create GitLab issue/ });
  await shortcut.waitFor();
  const { top, bottom } = await shortcut.evaluate((one) => {
    const box = one.getBoundingClientRect();
    const list = document.getElementById("timeline").getBoundingClientRect();
    return { top: box.top - list.top, bottom: list.bottom - box.bottom };
  });
  assert.ok(0 <= top && 0 <= bottom, "the menu is in view");
  await press(shortcut);
  await modal().waitFor();
  const description = modal().getByRole("textbox", { name: "Description" });
  assert.match(await description.inputValue(), new RegExp(text));
  await modal().getByRole("textbox", { name: "Title" }).fill(`Blank prices ${stamp}`);
  await choosesProject();
  assert.match(await description.inputValue(), new RegExp(text), "what was quoted stays");
  await expectGoodLooks(slack, "the form for an issue");
  await slack.keyboard.press("Control+Enter");
  await modal().waitFor({ state: "detached" });
  // What comes of it stands in the message's thread.
  await press(message.getByRole("link", { name: /1 reply/ }));
  await slack.locator("#thread-timeline").getByText(`Blank prices ${stamp} · #`).waitFor();
  await expectGoodLooks(slack, "an issue in a thread");
  await slack.keyboard.press("Escape");
});

test("buttons of a card do what they say, in its place", async () => {
  const { iid } = await act("ben", "open_issue", { title: `Buttons ${stamp}` });
  await says(`/gitlab ${project} issue show ${iid}`);
  const card = messageWith(`Buttons ${stamp} · #${iid}`).last();
  await card.waitFor();
  await expectGoodLooks(slack, "a card with buttons");
  await press(button("Close", card));
  await button("Reopen", card).waitFor();
});

test("a link to GitLab is shown with what it leads to, where the app is a member", async () => {
  await api("conversations.join", { channel: "C0SUPPORT" });
  await says(`Have a look at ${issue}`);
  await messageWith("Have a look at").locator(".attachment", { hasText: "Enable Slack notifications" }).waitFor();
  await expectGoodLooks(slack, "a link with its preview");
});

test("settings say who one is and lead to the account", async () => {
  await says("/gitlab settings");
  const settings = messageWith("Your GitLab account").last();
  await settings.getByText("@ana").waitFor();
  assert.equal(await link("Your account", settings).getAttribute("href"), `${serviceUrl}/account`);
});

test("the app is taken out of a workspace, and what was set up stays", async () => {
  await page.goto(`${serviceUrl}/workspaces`);
  await expectGoodLooks(page, "the workspaces");
  await press(link("Acme"));
  await heading("What the app may do here").waitFor();
  await expectKeyboardReachesAll(page);
  await press(page.getByText("Uninstall the app…"));
  await expectGoodLooks(page, "a workspace");
  await page.getByRole("checkbox", { name: /Take the app out/ }).check();
  await press(button("Uninstall"));
  await page.getByRole("alert").filter({ hasText: "Acme does not have the app any more" }).waitFor();
  await link("gitlab-org/gitlab-runner").waitFor();
  await expectGoodLooks(page, "a workspace without the app");
  await page.goto(`${serviceUrl}/workspaces/T0ACME/projects/gitlab-org/gitlab-runner`);
  await expectGoodLooks(page, "a project in a workspace without the app");
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual(complaints.flat(), []);
});
