// Takes pictures into the directory that the first argument names.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { shrink } from "./png.mjs";

const directory = process.argv[2];

/** Sends JSON to one of the demo's addresses. */
export async function post(url, body) {
  const answer = await fetch(url, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url}: ${await answer.text()}`);
  return answer.json();
}

export async function take(page, name, size = { width: 1360, height: 900 }) {
  await page.setViewportSize(size);
  await page.evaluate(() => document.fonts.ready);
  writeFileSync(join(directory, `${name}.png`), shrink(await page.screenshot({ animations: "disabled" })));
}

/** The same picture in light and in dark. */
export async function takeBoth(page, name, size, prepare = async () => {}) {
  for (const [scheme, suffix] of [["light", ""], ["dark", "-dark"]]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize(size);
    await prepare();
    await take(page, `${name}${suffix}`, size);
  }
  await page.emulateMedia({ colorScheme: "light" });
}
