// A Bolt app for Node against a sandbox at SLACK_URL, unchanged: events, a command, a modal with
// an external select, a button, shortcuts, the Home tab, a retry. BOLT is the package's folder,
// TRANSPORT is http or socket.

import { createRequire } from 'node:module';
import { join } from 'node:path';

import { Checks, URL_OF_SLACK, catchUp, promised, sandbox, screen, soon } from './sandbox.mjs';

const folder = process.env.BOLT;
const { App, LogLevel } = createRequire(join(folder, 'package.json'))(folder);
const bySocket = process.env.TRANSPORT === 'socket';
const checks = new Checks();
await catchUp();

const made = await sandbox('apps', {
  name: 'Bolt',
  bot_scopes: ['app_mentions:read', 'chat:write', 'commands', 'im:history', 'im:write'],
  bot_events: ['app_home_opened', 'app_mention', 'message.im'],
  commands: [{ name: '/bolt' }],
  shortcuts: [
    { name: 'Ask', type: 'global', callback_id: 'ask', description: 'Asks' },
    { name: 'Keep', type: 'message', callback_id: 'keep', description: 'Keeps' },
  ],
  has_home: true,
  is_interactive: true,
  socket_mode: bySocket,
  install: 'T0DEMO',
});
const app = new App({
  token: made.bot_token,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: `${URL_OF_SLACK}/api/` },
  ...(bySocket
    ? { socketMode: true, appToken: made.app_token }
    : { signingSecret: made.signing_secret }),
});

const text = (words) => ({ type: 'plain_text', text: words });
const modal = (callback_id) => ({
  type: 'modal',
  callback_id,
  title: text('A form'),
  submit: text('Save'),
  private_metadata: 'kept',
  blocks: [
    {
      type: 'input',
      block_id: 'title',
      label: text('Title'),
      element: { type: 'plain_text_input', action_id: 'title' },
    },
    {
      type: 'input',
      block_id: 'project',
      label: text('Project'),
      element: { type: 'external_select', action_id: 'project', min_query_length: 1 },
    },
  ],
});

const mentions = [];
const pressed = promised();
const saved = promised();
const kept = promised();
const written = promised();
app.event('app_mention', async ({ event, body, context, say }) => {
  mentions.push({ id: body.event_id, retry: context.retryNum, reason: context.retryReason });
  if (!context.retryNum) {
    await say({ text: `hello <@${event.user}>`, thread_ts: event.ts });
  }
});
app.event('app_home_opened', async ({ event, client }) => {
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: `Home of <@${event.user}>` } }];
  await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
});
app.message('ping', async ({ message, say }) => {
  await say(`pong ${message.channel_type}`);
  written.keep(message);
});
app.command('/bolt', async ({ ack, command, client }) => {
  if (command.text === 'form') {
    await ack();
    await client.views.open({ trigger_id: command.trigger_id, view: modal('form') });
    return;
  }
  await ack({
    response_type: 'in_channel',
    text: 'press it',
    blocks: [
      {
        type: 'actions',
        elements: [{ type: 'button', action_id: 'press', value: 'one', text: text('Press') }],
      },
    ],
  });
});
app.action('press', async ({ ack, action, body, respond }) => {
  await ack();
  await respond({ replace_original: true, text: `pressed ${action.value}` });
  pressed.keep(body);
});
app.options('project', async ({ ack, options }) => {
  await ack({ options: [{ text: text(`${options.value}/shop`), value: 'shop' }] });
});
app.view('form', async ({ ack, view }) => {
  const { title, project } = view.state.values;
  if (title.title.value === 'bad') {
    await ack({ response_action: 'errors', errors: { title: 'not that' } });
    return;
  }
  await ack({ response_action: 'clear' });
  saved.keep({
    title: title.title.value,
    project: project.project.selected_option.value,
    metadata: view.private_metadata,
  });
});
app.shortcut('ask', async ({ ack, shortcut, client }) => {
  await ack();
  await client.views.open({ trigger_id: shortcut.trigger_id, view: modal('asked') });
});
app.shortcut('keep', async ({ ack, shortcut }) => {
  await ack();
  kept.keep(shortcut);
});

const server = await app.start(0);
if (!bySocket) {
  const request_url = `http://127.0.0.1:${server.address().port}/slack/events`;
  await sandbox(`apps/${made.app_id}`, { request_url });
  checks.holds('the address answers the challenge', true);
}
const ana = { user: 'ana', channel: 'general' };
const modalCalled = (callback_id) =>
  soon(`the modal ${callback_id}`, async () => {
    const { modal: top } = await screen({ user: 'ana', modal: 1 });
    return top?.callback_id === callback_id ? top : undefined;
  });

// A command with a modal.
await sandbox('type', { ...ana, text: '/bolt form' });
const opened = await modalCalled('form');
checks.same('the command opens a modal', opened.private_metadata, 'kept');
const offered = await sandbox('suggest', {
  user: 'ana',
  view_id: opened.id,
  action_id: 'project',
  query: 'acme',
});
checks.holds('options are asked for', offered.options[0].text.text === 'acme/shop', offered);
const submit = (title) =>
  sandbox('submit', { user: 'ana', view_id: opened.id, values: { title, project: 'shop' } });
const refused = await submit('bad');
checks.same('errors come back', refused.errors, { title: 'not that' });
await submit('good');
checks.same('the form arrives', await saved.kept, {
  title: 'good',
  project: 'shop',
  metadata: 'kept',
});

// A button, and the response_url behind it.
const said = await sandbox('type', { ...ana, text: '/bolt' });
await sandbox('click', { ...ana, ts: said.ts, action_id: 'press', value: 'one' });
const { container } = await pressed.kept;
checks.holds('the click names its message', container.message_ts === said.ts, container);
const replaced = (await screen(ana)).messages.find((message) => message.ts === said.ts);
checks.holds('the message is replaced', replaced.text === 'pressed one', replaced);

// Shortcuts.
await sandbox('shortcut', { user: 'ana', callback_id: 'ask' });
const asked = await modalCalled('asked');
checks.same('a shortcut opens a modal', asked.title.text, 'A form');
await sandbox('close', { user: 'ana' });
const note = await sandbox('type', { ...ana, text: 'worth keeping' });
await sandbox('shortcut', { ...ana, callback_id: 'keep', ts: note.ts });
const shortcut = await kept.kept;
checks.holds('a message shortcut has it', shortcut.message.text === 'worth keeping', shortcut);

// Events: a direct message, the Home tab, a mention that Slack did not hear of the first time.
await sandbox('type', { user: 'ana', channel: 'bolt', text: 'ping' });
const { channel_type } = await written.kept;
checks.same('a direct message arrives', channel_type, 'im');
await sandbox('home', { user: 'ana', app: made.app_id });
const home = await soon('the Home tab', async () => {
  const shown = await screen({ user: 'ana', home: 1, app: made.app_id });
  return shown.home;
});
checks.same('the Home tab is published', home.blocks[0].text.text, 'Home of <@U0ANA>');
await sandbox('channels', { name: 'general', members: ['ana', 'ben', 'ops', 'bolt'] });
await sandbox('fault', { method: 'event', status: 503, after: true, times: 1 });
await sandbox('type', { ...ana, text: '@bolt are you there?' });
await soon('an event that was not acknowledged comes again', () => mentions.length === 2);
checks.same('it is the same', mentions[0].id, mentions[1].id);
const retries = mentions.map((mention) => mention.retry ?? 0);
checks.same('and says so', retries, [0, 1]);

await app.stop();
console.log(`@slack/bolt ${bySocket ? 'socket' : 'http'}: ${checks.count} checks hold`);
process.exit(0);
