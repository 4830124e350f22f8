// Looks at signing in with GitLab, the account's page and the page that links a Slack account.
//
//   SIGNALBOX_URL=http://127.0.0.1:7400 GITLAB_SANDBOX_URL=… SLACK_SANDBOX_URL=… node account_page.mjs
import assert from "node:assert/strict";
import { test, before, after } from "node:test";
import { openBrowser, type } from "./browser.mjs";
import { expectGoodLooks, expectKeyboardReachesAll, listen, serviceUrl } from "./checks.mjs";

let browser;
let page;
let complaints;

before(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  complaints = listen(page);
  await page.goto(`${serviceUrl}/projects`);
});

after(async () => {
  await browser?.close();
});

const button = (name) => page.getByRole("button", { name, exact: typeof name === "string" });
const signedIn = () => page.getByRole("link", { name: "Ben" });

test("whoever signs in with GitLab comes back to the page they were on", async () => {
  await page.getByRole("link", { name: "Sign in with GitLab" }).click();
  await button(/Ben/).click();
  await button(/^Authorize/).click();
  await signedIn().waitFor();
  assert.equal(page.url(), `${serviceUrl}/projects`);
  await expectGoodLooks(page, "a page of somebody who is signed in");
});

test("a token is made, shown once and revoked", async () => {
  await signedIn().click();
  await page.getByRole("heading", { level: 1, name: /Ben/ }).waitFor();
  await page.getByRole("textbox", { name: "Name" }).fill("deploys");
  await button("Make the token").click();
  await page.getByText("deploys is made.").waitFor();
  assert.match(await page.locator(".secret code").innerText(), /^sbx_/);
  await expectGoodLooks(page, "a token that was made");
  await page.goto(`${serviceUrl}/account`);
  assert.equal(await page.locator(".secret").count(), 0);
  await button("Revoke deploys").click();
  await button("Revoke deploys").waitFor({ state: "detached" });
});

test("a Slack account is linked by its own link", async () => {
  const { answer } = await type("ben", "#general", "/gitlab link");
  const link = new RegExp(`${serviceUrl}/link/[\\w-]+`).exec(JSON.stringify(answer))?.[0];
  assert.ok(link, JSON.stringify(answer));
  await page.goto(link);
  await page.getByRole("heading", { name: "Link these accounts?" }).waitFor();
  await expectGoodLooks(page, "the link's page");
  await expectKeyboardReachesAll(page);
  await button("Authorize").click();
  await button(/^Authorize/).click();
  await page.getByText(/is linked\. Commands in Slack act as you now/).waitFor();
  await expectGoodLooks(page, "a linked account");
  await button(/^Unlink/).click();
  await page.getByText("to link yours").waitFor();
});

test("the keyboard reaches everything of the account, and signing out ends it", async () => {
  await page.goto(`${serviceUrl}/account`);
  await expectKeyboardReachesAll(page);
  await button("Sign out").click();
  await page.getByRole("link", { name: "Sign in with GitLab" }).waitFor();
  await page.goto(`${serviceUrl}/audit`);
  await expectGoodLooks(page, "the changes that this has made");
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual(complaints, []);
});
