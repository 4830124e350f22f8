// Takes the pictures of the README from a demo that is running: screenshots.mjs DIRECTORY
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { baseUrl as slackUrl, openBrowser } from "./browser.mjs";
import { gitlabUrl, serviceUrl } from "./checks.mjs";
import { shrink } from "./png.mjs";

const directory = process.argv[2];
const channel = process.env.SCREENSHOT_CHANNEL ?? "p-gitlab-org-gitlab";

async function take(page, name, size = { width: 1360, height: 900 }) {
  await page.setViewportSize(size);
  await page.evaluate(() => document.fonts.ready);
  writeFileSync(join(directory, `${name}.png`), shrink(await page.screenshot({ animations: "disabled" })));
}

for (const [scheme, suffix] of [["light", ""], ["dark", "-dark"]]) {
  const browser = await openBrowser({ colorScheme: scheme });
  const page = await browser.newPage();

  await page.setViewportSize({ width: 1600, height: 1000 });
  await page.goto(`${slackUrl}/?user=ana&channel=${channel}`);
  await page.locator("#timeline .message").last().waitFor();
  await take(page, `demo${suffix}`, { width: 1600, height: 1000 });

  if (!suffix) {
    await page.goto(`${serviceUrl}/`);
    await page.locator("#live-status[data-state=live]").waitFor();
    await take(page, "service");

    const told = page.locator(".entry.delivered", { hasText: "merge request" }).first();
    await told.getByRole("link").first().click();
    await page.getByRole("list", { name: "Its way" }).waitFor();
    await page.locator("#live-status[data-state=live]").waitFor();
    await take(page, "event", { width: 1360, height: 620 });

    await page.goto(`${gitlabUrl}/`);
    await take(page, "gitlab");
  }
  await browser.close();
}
