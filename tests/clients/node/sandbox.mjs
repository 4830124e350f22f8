// What the Node scripts share: the sandbox's own endpoints, and checks that are counted.

import assert from 'node:assert/strict';

export const URL_OF_SLACK = process.env.SLACK_URL;

/** A scripting endpoint; what is refused is an error. */
export async function sandbox(what, body) {
  const said = await fetch(`${URL_OF_SLACK}/sandbox/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await said.text();
  assert.ok(said.ok, `${what}: ${said.status} ${text}`);
  return JSON.parse(text);
}

/** What a person sees. */
export async function screen(query) {
  const asked = new URLSearchParams({ ...query, format: 'json' });
  const said = await fetch(`${URL_OF_SLACK}/sandbox/screen?${asked}`);
  assert.ok(said.ok, `screen: ${said.status} ${await said.clone().text()}`);
  return said.json();
}

/** Moves the sandbox to this machine's time: Bolt takes no request that is five minutes old. */
export async function catchUp() {
  const { now } = await (await fetch(`${URL_OF_SLACK}/sandbox/clock`)).json();
  await sandbox('clock', { advance: (Date.now() - Date.parse(now)) / 1000 });
}

/** Counts what held; the first thing that did not stops the script. */
export class Checks {
  count = 0;

  holds(name, claim, seen) {
    assert.ok(claim, `${name}: not so: ${JSON.stringify(seen)}`);
    this.count += 1;
  }

  same(name, seen, expected) {
    assert.deepEqual(seen, expected, name);
    this.count += 1;
  }
}

/** What `look` finds, once it finds something: apps go on working after they acknowledged. */
export async function soon(name, look) {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = await look();
    if (found) {
      return found;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  throw new Error(`${name}: not in ten seconds`);
}

/** A promise that a handler keeps. */
export function promised() {
  let keep;
  const kept = new Promise((resolve) => {
    keep = resolve;
  });
  return { keep, kept };
}
