// The official Node client against a sandbox at SLACK_URL. WEB_API is the package's folder:
// the same script runs with version 8 (fetch) and version 7 (axios).

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = process.env.WEB_API;
const { WebClient, ErrorCode, LogLevel } = createRequire(join(folder, 'package.json'))(folder);
const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

const options = {
  slackApiUrl: `${process.env.SLACK_URL}/api/`,
  logLevel: LogLevel.ERROR,
  logger: { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {}, getLevel() {} },
  retryConfig: { retries: 0 },
};
const client = new WebClient('xoxb-demo', options);
let checks = 0;
const holds = (name, claim, seen) => {
  assert.ok(claim, `${name}: not so: ${JSON.stringify(seen)}`);
  checks += 1;
};
const refused = async (call) => {
  try {
    await call();
  } catch (error) {
    assert.equal(error.code, ErrorCode.PlatformError, String(error));
    return error.data;
  }
  throw new Error(`not refused: ${call}`);
};

const me = await client.auth.test();
holds('auth.test says who the bot is', me.bot_id === 'B0SIGNALBOX', me);
holds('scopes are in the headers', me.response_metadata.scopes.includes('chat:write'), me);

// Messages
const posted = await client.chat.postMessage({
  channel: '#general',
  text: 'hello',
  blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '*Body*' } }],
  metadata: { event_type: 'delivery', event_payload: { id: 'dlv_1' } },
  unfurl_links: false,
});
const { channel, ts } = posted;
holds('a name is answered with its id', channel === 'C0GENERAL', posted);
holds('blocks inside a form are read', posted.message.blocks[0].text.text === '*Body*', posted);
const updated = await client.chat.update({ channel, ts, text: 'changed', blocks: [] });
holds('a message is changed', updated.text === 'changed' && !updated.message.blocks, updated);
const link = await client.chat.getPermalink({ channel, message_ts: ts });
holds('a permalink names the message', link.permalink.endsWith(`/p${ts.replace('.', '')}`), link);
const reply = await client.chat.postMessage({ channel, text: 'reply', thread_ts: ts });
holds('a reply is in its thread', reply.message.thread_ts === ts, reply);
const whisper = await client.chat.postEphemeral({ channel: 'C0SECURITY', user: 'U0ANA', text: 'psst' });
holds('an ephemeral message has a ts', whisper.message_ts.includes('.'), whisper);
holds('a reaction is added', (await client.reactions.add({ channel, timestamp: ts, name: 'eyes' })).ok);
holds('a message is deleted', (await client.chat.delete({ channel, ts: reply.ts })).ok);

// Refusals
for (const [call, error] of [
  [() => client.chat.postMessage({ channel: 'C0LEADS', text: 'a' }), 'channel_not_found'],
  [() => client.chat.postMessage({ channel, thread_ts: '1503435956.000247', text: 'a' }), 'thread_not_found'],
  [() => client.chat.update({ channel, ts: '1503435956.000247', text: 'a' }), 'message_not_found'],
  [() => client.chat.update({ channel, ts, text: 'a'.repeat(4001) }), 'msg_too_long'],
  [() => client.chat.postEphemeral({ channel: 'C0SECURITY', user: 'U0BEN', text: 'a' }), 'user_not_in_channel'],
  [() => client.conversations.history({ channel }), 'not_in_channel'],
  [() => client.conversations.info({ channel: 'C9' }), 'channel_not_found'],
  [() => client.conversations.list({ cursor: 'x' }), 'invalid_cursor'],
  [() => client.users.lookupByEmail({ email: 'nobody@example.com' }), 'users_not_found'],
  [() => client.users.info({ user: 'U9' }), 'user_not_found'],
  [() => client.reactions.add({ channel, timestamp: ts, name: 'eyes' }), 'already_reacted'],
  [() => client.apiCall('chat.nothing'), 'unknown_method'],
  [() => new WebClient('xoxb-nobody', options).auth.test(), 'invalid_auth'],
]) {
  const data = await refused(call);
  holds(`refused with ${error}`, data.error === error, data);
}
const blocks = [{ type: 'header', text: { type: 'plain_text', text: 'a'.repeat(151) } }];
const bad = await refused(() => client.chat.postMessage({ channel, text: 'a', blocks }));
holds('invalid blocks are pointed at', bad.response_metadata.messages[0]
  === '[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]', bad);
const invalid = await refused(() => client.apiCall('blocks.validate', { blocks }));
holds('blocks.validate points too', invalid.errors[0].pointer === '/0/text/text', invalid);

// Reading and paging
await client.conversations.join({ channel });
const history = await client.conversations.history({ channel, include_all_metadata: true });
const first = history.messages.find((message) => message.ts === ts);
holds('history gives metadata', first.metadata.event_payload.id === 'dlv_1', first);
const thread = await client.conversations.replies({ channel, ts });
holds('a thread begins with its root', thread.messages[0].ts === ts, thread);
const direct = await client.conversations.open({ users: 'U0BEN', return_im: true });
holds('a direct message opens', direct.channel.user === 'U0BEN', direct);
const pages = async (method, args, field) => {
  const found = [];
  for await (const page of client.paginate(method, args)) found.push(page[field]);
  return found;
};
const channels = await pages('conversations.list', { limit: 2 }, 'channels');
holds('channels come in pages', channels.length === 3, channels);
const people = await pages('users.list', { limit: 2 }, 'members');
holds('people come in pages', people.flat().length === 5, people);
const messages = await pages('conversations.history', { channel, limit: 1 }, 'messages');
holds('history comes in pages', messages.length === 2, messages);

// Rate limits
const strict = new WebClient('xoxb-demo', { ...options, rejectRateLimitedCalls: true });
let limited;
for (let n = 0; n < 20 && !limited; n += 1) {
  try {
    await strict.chat.postMessage({ channel: 'C0STAGING', text: 'fast' });
  } catch (error) {
    limited = error;
  }
}
holds('a fast sender is limited', limited?.code === ErrorCode.RateLimitedError, limited);
holds('with whole seconds to wait', limited.retryAfter >= 1, limited);
const patient = new WebClient('xoxb-demo', { ...options, retryConfig: { retries: 3, minTimeout: 10 } });
holds('the client waits and gets through', (await patient.chat.postMessage({ channel: 'C0STAGING', text: 'slow' })).ok);

console.log(`@slack/web-api ${version}: ${checks} checks hold`);
