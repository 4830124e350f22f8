// Looks at the pages of rollouts in a real browser.
//
//   SIGNALBOX_URL=http://127.0.0.1:7400 SLACK_SANDBOX_URL=… node rollouts_page.mjs
//
// Begins the demo's rollout from its plan, on trial first, holds it, ticks an item and rolls it
// back, and checks that the page keeps itself current without taking away what somebody types;
// all of it with axe in light, dark and on a narrow screen, and by keyboard.
import assert from "node:assert/strict";
import { test, before, after } from "node:test";
import { baseUrl as slackUrl, openBrowser } from "./browser.mjs";
import { expectGoodLooks, expectKeyboardReachesAll, listen, serviceUrl } from "./checks.mjs";

const flag = "integration_slack_app_notifications";
let browser;
let page;
let complaints;
let address;

before(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  complaints = listen(page, ["404 (Not Found)", "409 (Conflict)", "422 (Unprocessable Entity)"]);
});

after(async () => {
  await browser?.close();
});

const now = () => page.locator("#now");

/** Everybody's clock goes on. */
async function advance(seconds) {
  const answer = await fetch(`${slackUrl}/sandbox/clock`, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ advance: seconds }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** Until a monitor was asked for the first time: they are by an interval of the plan. */
async function waitForReading() {
  for (let asked = 0; asked < 100; asked += 1) {
    const found = await fetch(`${serviceUrl}/api/v1/rollouts/${flag}/readings`);
    if (found.ok && 0 < (await found.json()).items.length) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.fail("no monitor was asked");
}

/** Ends what another run has left behind. */
async function endRollout() {
  const found = await fetch(`${serviceUrl}/api/v1/rollouts/${flag}`);
  if (!found.ok || (await found.json()).ended_at) return;
  await fetch(`${serviceUrl}/api/v1/rollouts/${flag}/cancel`, {
    method: "POST",
    headers: { "content-type": "application/json", "private-token": "demo-admin-token" },
    body: JSON.stringify({ reason: "another run begins" }),
  });
}

test("the list of rollouts leads to the plans", async () => {
  await endRollout();
  await page.goto(`${serviceUrl}/rollouts?flag=${flag}`);
  await page.getByRole("heading", { level: 1, name: "Rollouts" }).waitFor();
  await expectGoodLooks(page, "the rollouts");
  await page.getByRole("link", { name: "Start one" }).first().click();
  await page.getByRole("heading", { name: flag }).waitFor();
  await page.locator(".planned-rollout summary").first().click();
  await expectGoodLooks(page, "the plans");
  await page.reload();
  await expectKeyboardReachesAll(page);
});

test("a rollout is tried first, and then begins", async () => {
  await page.getByLabel(`Reason for the rollout of ${flag}`).fill("looked at in a browser");
  await page.getByRole("button", { name: new RegExp(`^Show what it would do ?: the rollout of ${flag}`) }).click();
  await page.getByText("nothing was changed yet").waitFor();
  await expectGoodLooks(page, "a rollout on trial");
  await page.getByRole("button", { name: "Start it" }).click();
  await page.waitForURL(/\/rollouts\/rlt_/);
  address = page.url().split("#")[0];
  await page.getByRole("heading", { level: 1, name: `Rollout of ${flag}` }).waitFor();
  await page.getByText("looked at in a browser").first().waitFor();
  await advance(360);
  await waitForReading();
  await page.goto(address);
  await expectGoodLooks(page, "a rollout");
  await expectKeyboardReachesAll(page);
});

test("roll back is in view wherever one is on the page", async () => {
  for (const size of [{ width: 1360, height: 900 }, { width: 390, height: 844 }]) {
    await page.setViewportSize(size);
    for (const y of [0, 100_000]) {
      await page.evaluate((top) => scrollTo(0, top), y);
      const box = await page.locator("#rollbacks > summary").boundingBox();
      assert.ok(0 <= box.y && box.y + box.height <= size.height, `${size.width} at ${y}: ${box.y}`);
    }
  }
  await page.setViewportSize({ width: 1360, height: 900 });
});

test("a hold without a reason is refused at its field, and what was typed stays", async () => {
  await page.goto(address);
  await now().locator("#holds > summary").click();
  const field = now().locator("#holds-words");
  await field.fill(" ");
  await field.press("Enter");
  await page.getByText("the reason is empty").waitFor();
  assert.equal(await now().locator("#holds-words").getAttribute("aria-invalid"), "true");
  await expectGoodLooks(page, "a refused hold");
  await now().locator("#holds-words").fill("support asks for a day");
  await now().locator("#holds").getByRole("button").click();
  await now().getByText("Held: support asks for a day").waitFor();
  await expectGoodLooks(page, "a held rollout");
});

test("the page keeps itself current, and leaves alone what somebody types", async () => {
  await page.goto(address);
  await now().locator("#cancellations > summary").click();
  await now().locator("#cancellations-words").fill("not sure yet");
  const asked = await fetch(`${serviceUrl}/api/v1/rollouts/${flag}/acknowledge`, {
    method: "POST", headers: { "private-token": "demo-admin-token" },
  });
  assert.equal(asked.status, 200, await asked.text());
  await page.locator("#history").getByText("watches until").first().waitFor({ timeout: 25_000 });
  assert.equal(await now().locator("#cancellations-words").inputValue(), "not sure yet");
  assert.equal(await page.evaluate(() => document.activeElement.id), "cancellations-words");
});

test("a rollout is rolled back by keyboard, with a reason", async () => {
  await page.goto(address);
  await page.locator("#rollbacks > summary").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.type("enough was seen");
  await page.keyboard.press("Enter");
  await page.locator("#history").getByText("enough was seen").first().waitFor();
  await advance(60);
  await page.goto(address);
  await page.locator(".standing").getByText("rolled back").waitFor();
  assert.equal(await page.locator("#rollbacks").count(), 0);
  await expectGoodLooks(page, "a rollout that was rolled back");
  await page.goto(`${serviceUrl}/rollouts?flag=${flag}`);
  await page.getByRole("region", { name: "Over" }).first().waitFor();
  await expectGoodLooks(page, "the rollouts that are over");
});

test("pictures have their numbers in a table", async () => {
  await page.goto(`${address}?past=all`);
  const pictures = page.locator("#monitors figure.chart");
  assert.ok(0 < await pictures.count());
  for (const picture of await pictures.all()) {
    assert.match(await picture.locator("svg > desc").textContent(), /From .* to .* UTC/);
    await picture.locator("summary").click();
    assert.ok(0 < await picture.locator("tbody tr").count());
  }
  await expectGoodLooks(page, "pictures with their tables");
});

test("a flag's page leads to its rollout", async () => {
  await page.goto(`${serviceUrl}/flags/${flag}`);
  await page.getByRole("link", { name: "Rollout", exact: true }).click();
  await page.waitForURL(/\/rollouts\/rlt_/);
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual(complaints, []);
});
