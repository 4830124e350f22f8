// Looks at the page of the Slack sandbox in a real browser.
//
//   SLACK_SANDBOX_URL=http://127.0.0.1:7401 node slack_page.mjs
//
// Posts through the Web API as the app and types as people, and checks what the page makes of it:
// messages appear without a reload, threads open, the composer sends, both themes hold, the
// keyboard reaches everything, and axe-core has nothing serious to say.
import assert from "node:assert/strict";
import { test, before, after } from "node:test";
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { api, baseUrl, openBrowser, register, type } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const channelName = "general";
const stamp = `check-${process.pid}`;
let browser;
let page;
let channel;
const complaints = [];

before(async () => {
  const list = await api("conversations.list", { limit: 200 });
  channel = list.channels.find(({ name }) => name === channelName).id;
  await api("conversations.join", { channel });
  await api("chat.postMessage", { channel, text: `first ${stamp}` });
  browser = await openBrowser();
  page = await browser.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (line) => {
    // A refused message is tried below, and the browser notes every answer of 400.
    const expected = line.text().includes("400 (Bad Request)");
    if (line.type() === "error" && !expected) complaints.push(line.text());
  });
  await page.goto(`${baseUrl}/?user=ana&channel=${channelName}`);
  await page.waitForFunction(() => document.documentElement.dataset.live === "yes");
});

after(async () => {
  await browser?.close();
});

const messageWith = (text, pane = "#timeline") => page.locator(`${pane} .message`, { hasText: text });

test("a message appears without a reload, and only it is new", async () => {
  await page.evaluate(() => { document.querySelector("#timeline .message").dataset.kept = "yes"; });
  const text = `fresh ${stamp}`;
  await api("chat.postMessage", { channel, text });
  await messageWith(text).waitFor();
  assert.equal(await page.locator("[data-kept]").count(), 1, "earlier messages stay as they are");
  await page.waitForFunction((words) => document.getElementById("announcer").textContent.includes(words), text);
});

test("an edited message changes in its place", async () => {
  const { ts } = await api("chat.postMessage", { channel, text: `before ${stamp}` });
  await messageWith(`before ${stamp}`).waitFor();
  await api("chat.update", { channel, ts, text: `after ${stamp}` });
  await messageWith(`after ${stamp}`).waitFor();
  assert.match(await messageWith(`after ${stamp}`).innerText(), /\(edited\)/);
  assert.equal(await messageWith(`before ${stamp}`).count(), 0);
});

test("text from outside stays text", async () => {
  const text = `&lt;img src=x onerror=alert(1)&gt; &lt;!channel&gt; ${stamp}`;
  await api("chat.postMessage", { channel, text });
  const message = messageWith(`<!channel> ${stamp}`);
  await message.waitFor();
  assert.equal(await message.locator("img, .mention").count(), 0);
});

test("a thread opens beside the channel and takes replies", async () => {
  const root = await api("chat.postMessage", { channel, text: `root ${stamp}` });
  await api("chat.postMessage", { channel, text: `reply ${stamp}`, thread_ts: root.ts });
  const link = messageWith(`root ${stamp}`).getByRole("link", { name: /1 reply/ });
  await link.click();
  await messageWith(`reply ${stamp}`, "#thread-timeline").waitFor();
  assert.match(page.url(), new RegExp(`thread=${root.ts}`));
  await page.locator("#thread-composer-field:focus").waitFor();
  await page.keyboard.type(`typed reply ${stamp}`);
  await page.keyboard.press("Enter");
  await messageWith(`typed reply ${stamp}`, "#thread-timeline").waitFor();
  await messageWith(`root ${stamp}`).getByRole("link", { name: /2 replies/ }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#thread").waitFor({ state: "hidden" });
});

test("the composer types as the person who looks", async () => {
  const field = page.getByRole("textbox", { name: /Message #general as Ana/ });
  await field.fill(`hello *from* ana ${stamp}`);
  await field.press("Enter");
  const message = messageWith(`hello from ana ${stamp}`);
  await message.waitFor();
  assert.equal(await message.locator("b").innerText(), "from");
  assert.equal(await field.inputValue(), "");
});

test("an ephemeral message is for one person alone", async () => {
  const text = `whisper ${stamp}`;
  await api("chat.postEphemeral", { channel, user: "U0ANA", text });
  await messageWith(text).getByText("Only visible to you").waitFor();
  await page.getByRole("link", { name: /Ben Berger/ }).click();
  await page.getByRole("textbox", { name: /as Ben/ }).waitFor();
  await messageWith(`hello from ana ${stamp}`).waitFor();
  assert.equal(await messageWith(text).count(), 0);
  await page.goBack();
  await messageWith(text).waitFor();
});

test("commands are suggested, and the answer is for whoever typed", async () => {
  const field = page.getByRole("textbox", { name: /Message #general as Ana/ });
  const options = page.getByRole("option");
  const app = createServer((request, response) => {
    request.resume().on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ text: `*answered* ${stamp}` }));
    });
  });
  app.listen(0, "127.0.0.1");
  await once(app, "listening");
  const url = `http://127.0.0.1:${app.address().port}/`;
  for (const command of ["/ask-first", "/ask-second"]) {
    await register({ command, url, description: "Asks", usage_hint: "<what>" });
  }
  await field.focus();
  await page.keyboard.type("/ask");
  await options.first().waitFor();
  assert.equal(await options.count(), 2);
  await expectAccessible("with commands suggested");
  await page.keyboard.press("ArrowDown");
  const chosen = await field.getAttribute("aria-activedescendant");
  assert.match(await page.locator(`#${chosen}`).innerText(), /^\/ask-second <what>/);
  await page.keyboard.press("Escape");
  assert.equal(await options.count(), 0);
  await page.keyboard.type("-s");
  await options.first().waitFor();
  await page.keyboard.press("Enter");
  assert.equal(await field.inputValue(), "/ask-second ");
  await page.keyboard.type("it");
  await page.keyboard.press("Enter");
  const answer = messageWith(`answered ${stamp}`);
  await answer.getByText("Only visible to you").waitFor();
  await field.fill("/ask-f");
  await options.first().click();
  assert.equal(await field.inputValue(), "/ask-first ");
  await field.fill("");
  app.close();
});

test("another channel with news is marked, until it is read", async () => {
  const other = (await api("conversations.list", { limit: 200 })).channels
    .find(({ name }) => name === "staging");
  await api("conversations.join", { channel: other.id });
  await api("chat.postMessage", { channel: other.id, text: `<!here> news ${stamp}` });
  const entry = page.locator(`.entry[data-channel="${other.id}"]`);
  await page.waitForFunction((id) => document.querySelector(`.entry[data-channel="${id}"].unread .ping-count`), other.id);
  await entry.click();
  await messageWith(`news ${stamp}`).waitFor();
  await page.waitForFunction((id) => !document.querySelector(`.entry[data-channel="${id}"].unread`), other.id);
  await page.goBack();
  await messageWith(`hello from ana ${stamp}`).waitFor();
});

test("a reader who looks at older messages is not moved", async () => {
  for (let at = 0; at < 40; at += 1) await type("ben", channelName, `line ${at} ${stamp}`);
  await messageWith(`line 39 ${stamp}`).waitFor();
  const place = await page.evaluate(() => {
    const list = document.getElementById("timeline");
    list.scrollTop = 0;
    return list.scrollTop;
  });
  await type("ben", channelName, `below ${stamp}`);
  await messageWith(`below ${stamp}`).waitFor({ state: "attached" });
  assert.equal(await page.evaluate(() => document.getElementById("timeline").scrollTop), place);
  await page.getByRole("button", { name: /New messages/ }).click();
  await page.waitForFunction(() => {
    const list = document.getElementById("timeline");
    return list.scrollHeight - list.scrollTop - list.clientHeight < 48;
  });
});

test("long text is folded and opens", async () => {
  const text = `${"All work and no play. ".repeat(50)}${stamp}`;
  await api("chat.postMessage", {
    channel, text: "long", blocks: [{ type: "section", text: { type: "mrkdwn", text } }],
  });
  const message = messageWith("All work").last();
  const more = message.getByRole("button", { name: "Show more" });
  await more.waitFor();
  const height = () => message.evaluate((element) => element.getBoundingClientRect().height);
  const folded = await height();
  await more.click();
  assert.ok(folded < await height(), "the message grows");
  await message.getByRole("button", { name: "Show less" }).waitFor();
});

test("the keyboard reaches everything, and one sees where it is", async () => {
  await page.goto(`${baseUrl}/?user=ana&channel=${channelName}`);
  const reached = new Set();
  for (let presses = 0; presses < 600; presses += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const here = document.activeElement;
      if (here === document.body) return null;
      const style = getComputedStyle(here);
      const box = here.closest(".composer-box");
      const seen = style.outlineStyle !== "none" || (box && getComputedStyle(box).boxShadow !== "none");
      here.dataset.reached = "yes";
      return { seen, what: here.outerHTML.slice(0, 120) };
    });
    if (!stop) break;
    assert.ok(stop.seen, `focus is visible on ${stop.what}`);
    reached.add(stop.what);
  }
  const missed = await page.evaluate(() =>
    [...document.querySelectorAll("a[href], button, textarea, summary")]
      .filter((control) => control.tabIndex >= 0 && control.checkVisibility() && !control.dataset.reached)
      .map((control) => control.outerHTML.slice(0, 120)));
  assert.deepEqual(missed, []);
  assert.ok(10 < reached.size);
});

async function expectAccessible(what) {
  // Not a tag in the page: its policy lets no foreign script in.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  const serious = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).slice(0, 3).join(" ")}`);
  assert.deepEqual(serious, [], what);
}

const ground = () => page.evaluate(() => getComputedStyle(document.getElementById("pane")).backgroundColor);

test("light and dark both hold, and the choice is remembered", async () => {
  const root = await api("chat.postMessage", {
    channel,
    text: `colours ${stamp} <@U0ANA> <!here> <#${channel}> \`code\``,
    attachments: [{ color: "danger", blocks: [
      { type: "context", elements: [{ type: "mrkdwn", text: "small print" }] },
      { type: "actions", elements: [
        { type: "button", action_id: "a", text: { type: "plain_text", text: "Go" }, style: "primary" },
        { type: "button", action_id: "b", text: { type: "plain_text", text: "Stop" }, style: "danger" },
      ] },
    ] }],
  });
  await api("chat.postMessage", { channel, text: `under colours ${stamp}`, thread_ts: root.ts });
  await messageWith(`colours ${stamp}`).getByRole("link", { name: /1 reply/ }).click();
  await messageWith(`under colours ${stamp}`, "#thread-timeline").waitFor();
  const light = await ground();
  await expectAccessible("light");
  await page.getByRole("button", { name: "Dark theme" }).click();
  assert.notEqual(await ground(), light);
  await expectAccessible("dark");
  const dark = await ground();
  await page.reload();
  assert.equal(await ground(), dark);
  await page.getByRole("button", { name: "Light theme" }).click();
  await page.getByRole("link", { name: "Close thread" }).click();
  await page.locator("#thread").waitFor({ state: "hidden" });
});

test("the system's choice of theme is followed", async () => {
  await page.evaluate(() => localStorage.removeItem("theme"));
  await page.reload();
  const light = await ground();
  await page.emulateMedia({ colorScheme: "dark" });
  assert.notEqual(await ground(), light);
  await page.emulateMedia({ colorScheme: "light" });
});

test("a narrow screen shows one thing at a time", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  const overflows = () => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(await overflows(), false);
  const entry = page.locator(".entry[aria-current='page']");
  assert.equal(await entry.isVisible(), false);
  await page.getByRole("button", { name: "Channels and people" }).click();
  await entry.waitFor();
  await expectAccessible("narrow, with the menu open");
  await page.keyboard.press("Escape");
  await entry.waitFor({ state: "hidden" });
  await page.setViewportSize({ width: 1360, height: 900 });
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual(complaints, []);
});

test("the page brings everything with it", async () => {
  const answer = await page.request.get(`${baseUrl}/`);
  const policy = answer.headers()["content-security-policy"];
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self'/);
  assert.doesNotMatch(policy, /unsafe/);
  await page.setContent(await answer.text());
  const inline = await page.evaluate(() =>
    [...document.querySelectorAll("*")].flatMap((element) => [
      ...[...element.attributes].map(({ name }) => name).filter((name) => name === "style" || name.startsWith("on")),
      ...(element.matches("script:not([src]), style") ? [element.tagName] : []),
    ]));
  assert.deepEqual(inline, []);
});
