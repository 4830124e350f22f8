// Bolt's own installer against a sandbox at SLACK_URL, unchanged: an app is installed in another
// workspace, with tokens that rotate, answers there, and is taken out again. BOLT is the package's
// folder.

import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { Checks, URL_OF_SLACK, catchUp, promised, sandbox } from './sandbox.mjs';

const folder = process.env.BOLT;
const { App, LogLevel } = createRequire(join(folder, 'package.json'))(folder);
const checks = new Checks();
await catchUp();

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
const port = await freePort();
const base = `http://127.0.0.1:${port}`;
const redirectUri = `${base}/slack/oauth_redirect`;
const made = await sandbox('apps', {
  name: 'Bolt',
  bot_scopes: ['commands', 'chat:write'],
  bot_events: ['app_uninstalled', 'tokens_revoked'],
  commands: [{ name: '/bolt' }],
  redirect_urls: [redirectUri],
  rotates_tokens: true,
});

const installations = new Map();
const gone = promised();
const revoked = promised();
const app = new App({
  signingSecret: made.signing_secret,
  clientId: made.client_id,
  clientSecret: made.client_secret,
  stateSecret: 'a state secret of this test',
  scopes: ['commands', 'chat:write'],
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: `${URL_OF_SLACK}/api/` },
  redirectUri,
  installerOptions: {
    authorizationUrl: `${URL_OF_SLACK}/oauth/v2/authorize`,
    redirectUriPath: '/slack/oauth_redirect',
    directInstall: true,
  },
  installationStore: {
    storeInstallation: async (installation) => {
      installations.set(installation.team.id, installation);
    },
    fetchInstallation: async ({ teamId }) => installations.get(teamId),
    deleteInstallation: async ({ teamId }) => {
      installations.delete(teamId);
    },
  },
});
app.command('/bolt', async ({ ack, client }) => {
  const me = await client.auth.test();
  await ack(`here as ${me.user_id} in ${me.team_id}`);
});
app.event('app_uninstalled', async ({ body }) => gone.keep(body));
app.event('tokens_revoked', async ({ body }) => revoked.keep(body));
await app.start(port);
await sandbox(`apps/${made.app_id}`, { request_url: `${base}/slack/events` });

const started = await fetch(`${base}/slack/install`, { redirect: 'manual' });
const url = started.headers.get('location');
checks.holds('the installer leads to Slack', url?.startsWith(URL_OF_SLACK), url);
const page = await (await fetch(url)).text();
checks.holds('the page says who asks', page.includes('Bolt is requesting permission'), page);
const cookie = started.headers.get('set-cookie').split(';')[0];
const { location } = await sandbox('install', { workspace: 'T0ACME', user: 'dana', url });
const finished = await fetch(location, { headers: { cookie }, redirect: 'manual' });
checks.holds('the installer takes the code', finished.status < 400, await finished.text());
const { bot, team, user } = installations.get('T0ACME');
checks.same('it knows the workspace', [team.name, user.id], ['Acme', 'U0DANA']);
checks.holds('and got a token that rotates', bot.token.startsWith('xoxe.xoxb-'), bot.token);

const typed = { workspace: 'T0ACME', user: 'dana', channel: 'general', text: '/bolt' };
const said = await sandbox('type', typed);
checks.same('the app answers there', said.answer, `here as ${bot.userId} in T0ACME`);

await sandbox('clock', { advance: 12 * 3600 - 60 });
checks.same('nothing is due yet', installations.get('T0ACME').bot.token, bot.token);

await sandbox('uninstall', { workspace: 'T0ACME', app: made.app_id, order: 'revoked_first' });
const events = await Promise.race([
  Promise.all([gone.kept, revoked.kept]),
  new Promise((resolve) => {
    setTimeout(resolve, 5000);
  }),
]);
checks.same('both events of an uninstallation arrive', events?.[1].event.tokens, { bot: [bot.userId] });

await app.stop();
console.log(`@slack/bolt installer: ${checks.count} checks hold`);
process.exit(0);
