// Looks at the page of the GitLab sandbox in a real browser.
//
//   GITLAB_SANDBOX_URL=http://127.0.0.1:7402 SIGNALBOX_URL=… node gitlab_page.mjs
//
// Presses buttons by mouse and by keyboard, and checks that the page's list of webhooks shows what
// the service answered and leads to the event.
import assert from "node:assert/strict";
import { test, before, after } from "node:test";
import { closePage, openBrowser } from "./browser.mjs";
import { expectGoodLooks, expectKeyboardReachesAll, gitlabUrl, listen, serviceUrl } from "./checks.mjs";

let browser;
let page;
let complaints;

before(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  complaints = listen(page);
  await page.goto(`${gitlabUrl}/`);
});

after(async () => {
  await browser?.close();
});

const button = (name) => page.getByRole("button", { name, exact: typeof name === "string" });
const sent = (words) => page.locator("li.sent", { hasText: words });

test("Push is pressed by keyboard, and its webhook is answered", async () => {
  const earlier = await sent(/push:/i).count();
  await button("Push").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction((count) =>
    [...document.querySelectorAll("li.sent")].filter((one) => /push:/i.test(one.innerText)).length > count, earlier);
  assert.equal(await sent(/push:/i).first().locator(".status").innerText(), "200");
});

test("Open MR is pressed by mouse, and the log leads to its event", async () => {
  const earlier = await sent(/merge request .*open/i).count();
  await button("Open MR").click();
  await page.waitForFunction((count) =>
    [...document.querySelectorAll("li.sent")].filter((one) => /merge request .*open/i.test(one.innerText)).length > count, earlier);
  const newest = sent(/merge request .*open/i).first();
  assert.equal(await newest.locator(".status").innerText(), "200");
  const href = await newest.getByRole("link").getAttribute("href");
  assert.ok(href.startsWith(`${serviceUrl}/events/evt_`), href);
  const event = await page.context().newPage();
  await event.goto(href);
  await event.getByRole("list", { name: "Its way" }).waitFor();
  await event.locator(".card.sent, .card.updated").first().waitFor();
  await closePage(event);
});

test("the page holds in light, dark and on a narrow screen", async () => {
  await expectGoodLooks(page, "the GitLab sandbox");
});

test("the keyboard reaches everything, and one sees where it is", async () => {
  await page.goto(`${gitlabUrl}/`);
  await expectKeyboardReachesAll(page);
});

test("whoever signs in sees what they may, and every page holds", async () => {
  const secret = `${gitlabUrl}/acquisitions/harbor/-/issues/1`;
  await page.goto(secret);
  await expectGoodLooks(page, "choosing who one is");
  await button(/Ana Almeida/).click();
  await page.getByRole("heading", { name: "Plan the move of the harbor data" }).waitFor();
  await expectGoodLooks(page, "an issue");
  const project = `${gitlabUrl}/gitlab-org/gitlab`;
  const site = `${gitlabUrl}/gitlab-com/www-gitlab-com`;
  for (const [path, heading] of [
    [`${project}/-/merge_requests/98663`, /!98663/],
    [`${project}/-/issues/381012`, /#381012/],
    [`${project}/-/project_members`, /Members of/],
    [`${site}/-/pipelines/70000010`, /Pipeline/],
    [`${site}/-/jobs/70000012`, /deploy-staging/],
  ]) {
    await page.goto(path);
    await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
    await expectGoodLooks(page, path);
  }
});

test("an application is authorized by the person who is signed in", async () => {
  const asked = new URLSearchParams({
    client_id: "demo-signalbox", redirect_uri: `${serviceUrl}/auth/gitlab/callback`, response_type: "code",
    state: "s", scope: "api", code_challenge: "x".repeat(43), code_challenge_method: "S256",
  });
  // A page of its own: what the service says to an answer that it did not ask for is not asked here.
  const asking = await page.context().newPage();
  await asking.goto(`${gitlabUrl}/oauth/authorize?${asked}`);
  await asking.getByText("wants to use the GitLab sandbox as Ana Almeida").waitFor();
  await expectGoodLooks(asking, "authorizing");
  const left = asking.waitForRequest((request) => request.url().startsWith(`${serviceUrl}/auth/gitlab/callback`));
  await asking.getByRole("button", { name: "Cancel" }).click();
  const url = new URL((await left).url());
  assert.equal(url.searchParams.get("error"), "access_denied");
  assert.equal(url.searchParams.get("state"), "s");
  await asking.waitForURL(url.href);
  await closePage(asking);
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual(complaints, []);
});
