// The official Node client for webhooks against a sandbox at SLACK_URL: incoming webhooks, and the
// response_url of a command. WEBHOOK is the package's folder.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = process.env.WEBHOOK;
const { IncomingWebhook, ErrorCode } = createRequire(join(folder, 'package.json'))(folder);
const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const base = process.env.SLACK_URL;
let checks = 0;
const holds = (name, claim, seen) => {
  assert.ok(claim, `${name}: not so: ${JSON.stringify(seen)}`);
  checks += 1;
};
const sandbox = async (what, body) => {
  const said = await fetch(`${base}/sandbox/${what}`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  });
  return said.json();
};
const screen = async (user, channel) => {
  const said = await fetch(`${base}/sandbox/screen?user=${user}&channel=${channel}&format=json`);
  return (await said.json()).messages;
};
const refused = async (call) => {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error(`not refused: ${call}`);
};

// Incoming webhooks
const legacy = `${base}/services/T0DEMO/B0LEGACY/demo-webhook-secret`;
const webhook = new IncomingWebhook(legacy, { channel: '#production', username: 'GitLab', icon_emoji: ':fox_face:' });
const sent = await webhook.send({ text: 'hello', attachments: [{ color: 'good', text: 'beside' }] });
holds('a webhook posts', sent.text === 'ok', sent);
const [message] = await screen('ana', 'production');
holds('under its own name', message.username === 'GitLab' && message.via === 'webhook', message);
holds('a text alone goes in too', (await webhook.send('plain')).text === 'ok');
for (const [call, status, word] of [
  [() => webhook.send({ text: '' }), 400, 'no_text'],
  [() => new IncomingWebhook(legacy, { channel: '#nowhere' }).send('a'), 404, 'channel_not_found'],
  [() => new IncomingWebhook(`${base}/services/T0DEMO/B1/x`).send('a'), 404, 'no_service'],
]) {
  const error = await refused(call);
  holds(`refused with ${word}`, error.code === ErrorCode.HTTPError, error);
  const seen = `${error.statusCode} ${error.body}`;
  holds('with its status and word', seen === `${status} ${word}`, seen);
}

// The response_url of a command
let asked;
const app = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  asked = new URLSearchParams(body);
  response.end();
});
app.listen(0, '127.0.0.1');
await once(app, 'listening');
await sandbox('commands', { command: '/later', url: `http://127.0.0.1:${app.address().port}/` });
await sandbox('type', { user: 'ana', channel: 'leads', text: '/later now' });
holds('the command arrives', asked.get('command') === '/later' && asked.get('text') === 'now', asked);
const response = new IncomingWebhook(asked.get('response_url'));
for (let post = 1; post <= 5; post += 1) {
  const said = await response.send({ text: `post ${post}`, replace_original: true });
  holds('it is answered later', said.text === 'ok', said);
}
const shown = await screen('ana', 'leads');
holds('each in place of the last', shown.length === 1 && shown[0].text === 'post 5', shown);
const over = await refused(() => response.send('post 6'));
holds('but five times only', over.statusCode === 404 && over.body === 'used_url', over);
app.close();

console.log(`@slack/webhook ${version}: ${checks} checks hold`);
