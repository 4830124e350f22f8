// What every page is asked: whether axe-core has something serious to say, whether it fits, and
// whether the keyboard reaches everything.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const serviceUrl = (process.env.SIGNALBOX_URL ?? "http://127.0.0.1:7400").replace(/\/$/, "");
export const gitlabUrl = (process.env.GITLAB_SANDBOX_URL ?? "http://127.0.0.1:7402").replace(/\/$/, "");

/** Collects what the browser complains about; what is expected is left out. */
export function listen(page, expected = []) {
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (line) => {
    const known = expected.some((words) => line.text().includes(words));
    if (line.type() === "error" && !known) complaints.push(line.text());
  });
  return complaints;
}

export async function expectAccessible(page, what) {
  // Not a tag in the page: its policy lets no foreign script in.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  const serious = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).slice(0, 3).join(" ")}`);
  assert.deepEqual(serious, [], what);
}

/** Light, dark and narrow: accessible, and never wider than the window. */
export async function expectGoodLooks(page, what) {
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme });
    await expectAccessible(page, `${what}, ${scheme}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
  const size = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  const wide = await page.evaluate(() =>
    document.documentElement.scrollWidth <= innerWidth ? [] :
      [...document.querySelectorAll("body *")]
        .filter((one) => innerWidth < one.getBoundingClientRect().right)
        .map((one) => one.outerHTML.slice(0, 120)).slice(0, 3));
  assert.deepEqual(wide, [], `${what}, narrow`);
  await expectAccessible(page, `${what}, narrow`);
  await page.setViewportSize(size);
}

/** Tabs through the whole page: everything is reached, and one sees where one is. */
export async function expectKeyboardReachesAll(page) {
  await page.evaluate(() => document.activeElement?.blur());
  for (let presses = 0; presses < 600; presses += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const here = document.activeElement;
      if (!here || here === document.body || here.dataset.reached) return null;
      here.dataset.reached = "yes";
      return { seen: getComputedStyle(here).outlineStyle !== "none", what: here.outerHTML.slice(0, 120) };
    });
    if (!stop) break;
    assert.ok(stop.seen, `focus is visible on ${stop.what}`);
  }
  const missed = await page.evaluate(() =>
    [...document.querySelectorAll("a[href], button, input, select, summary")]
      .filter((one) => one.tabIndex >= 0 && one.type !== "hidden" && one.type !== "radio"
        && one.checkVisibility() && !one.dataset.reached)
      .map((one) => one.outerHTML.slice(0, 120)));
  assert.deepEqual(missed, []);
}
