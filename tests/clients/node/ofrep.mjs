// OpenFeature's providers for servers and for browsers against the evaluation of a service at
// SERVICE_URL. NODE is where the packages are; EXPECTED has what the engine decides, as rows of
// flag, actor, enabled.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.env.NODE, 'package.json'));
const { OFREPProvider } = require('@openfeature/ofrep-provider');
const { OFREPWebProvider } = require('@openfeature/ofrep-web-provider');
const { OpenFeature } = require('@openfeature/server-sdk');
const web = require('@openfeature/web-sdk').OpenFeature;
const baseUrl = process.env.SERVICE_URL;
let checks = 0;
const holds = (name, claim, seen) => {
  assert.ok(claim, `${name}: not so: ${JSON.stringify(seen)}`);
  checks += 1;
};
const headers = (token) => ({ Authorization: `Bearer ${token}` });
const client = async (domain, token, url = baseUrl) => {
  await OpenFeature.setProviderAndWait(domain, new OFREPProvider({ baseUrl: url, headers: headers(token) }));
  return OpenFeature.getClient(domain);
};

const shop = await client('shop', 'shop-secret');
const project = { targetingKey: 'Project:12' };
for (const [flag, context, value, reason] of [
  ['on', project, true, 'STATIC'],
  ['off', project, false, 'DISABLED'],
  ['named', project, true, 'TARGETING_MATCH'],
  ['named', { targetingKey: 'Project:3', 'signalbox.ancestors': ['Group:9'] }, true, 'TARGETING_MATCH'],
  ['named', { targetingKey: 'Project:3', plan: { name: 'gold' } }, false, 'DEFAULT'],
  ['nearly_all', project, true, 'SPLIT'],
  ['keep_cache', project, true, 'DEFAULT'],
  ['stored_only', {}, true, 'STATIC'],
]) {
  const found = await shop.getBooleanDetails(flag, !value, context);
  holds(`${flag} is answered`, found.value === value && found.reason === reason && !found.errorCode, found);
  holds('with a variant', found.variant === (value ? 'on' : 'off'), found);
  holds('and metadata', found.flagMetadata.environment === 'production', found);
}
for (const [flag, context, code] of [
  ['nothing', project, 'FLAG_NOT_FOUND'],
  ['no/flag', project, 'FLAG_NOT_FOUND'],
  ['named', {}, 'TARGETING_KEY_MISSING'],
  ['named', { targetingKey: '12' }, 'INVALID_CONTEXT'],
]) {
  const found = await shop.getBooleanDetails(flag, true, context);
  holds(`${flag}: ${code}`, found.value === true && found.errorCode === code, found);
}
const text = await shop.getStringDetails('on', 'default', project);
holds('a boolean is no text', text.value === 'default' && text.errorCode === 'TYPE_MISMATCH', text);
const stranger = await (await client('stranger', 'wrong')).getBooleanDetails('on', false, project);
holds('a wrong token gets the default', stranger.value === false && stranger.errorCode, stranger);
const staging = await client('staging', 'shop-secret', `${baseUrl}/environments/staging`);
const there = await staging.getBooleanDetails('on', false, project);
holds('staging has flags of its own', there.errorCode === 'FLAG_NOT_FOUND', there);
for (const [flag, actor, enabled] of JSON.parse(process.env.EXPECTED)) {
  const found = await shop.getBooleanDetails(flag, !enabled, { targetingKey: actor });
  holds(`${flag} for ${actor} is the engine's`, found.value === enabled, found);
}

// What a browser has and Node 20 lacks: enough of it for this stream.
const streams = [];
globalThis.EventSource = class extends EventTarget {
  readyState = 0;
  constructor(url) {
    super();
    this.url = url;
    this.stopped = new AbortController();
    streams.push(url);
    this.listen().catch((error) => this.dispatchEvent(Object.assign(new Event('error'), { error })));
  }
  async listen() {
    const response = await fetch(this.url, { signal: this.stopped.signal });
    assert.equal(response.status, 200);
    this.readyState = 1;
    this.say(new Event('open'));
    let rest = '';
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      const events = (rest + piece).split('\n\n');
      rest = events.pop();
      for (const event of events) {
        const field = (name) => event.split('\n').find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        const data = field('data');
        if (data) this.say(new MessageEvent(field('event') ?? 'message', { data, lastEventId: field('id') }));
      }
    }
  }
  say(event) {
    this.dispatchEvent(event);
    this[`on${event.type}`]?.(event);
  }
  close() {
    this.readyState = 2;
    this.stopped.abort();
  }
};

const asked = [];
const fetchImplementation = async (...request) => {
  const response = await fetch(...request);
  asked.push(response.status);
  return response;
};
const provider = new OFREPWebProvider({
  baseUrl, headers: Object.entries(headers('shop-secret')), fetchImplementation, cacheMode: 'disabled',
});
await web.setContext(project);
await web.setProviderAndWait(provider);
const page = web.getClient();
holds('a page has every flag', page.getBooleanValue('named', false) && page.getBooleanValue('keep_cache', false));
holds('with reasons', page.getBooleanDetails('named', false).reason === 'TARGETING_MATCH');
holds('and errors', page.getBooleanDetails('nothing', true).errorCode === 'FLAG_NOT_FOUND');
await web.setContext({ targetingKey: 'Project:3' });
holds('another context has other answers', page.getBooleanValue('named', true) === false);
await web.setContext(project);
holds('and the first one its own', page.getBooleanValue('named', false) === true);
holds('a stream is open', streams.length > 0 && streams[0].includes('/ofrep/v1/events?secret='), streams);
const changed = new Promise((resolve) => { page.addHandler('PROVIDER_CONFIGURATION_CHANGED', resolve); });
const told = await fetch(`${baseUrl}/api/v4/features/named`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'PRIVATE-TOKEN': 'admin-secret' },
  body: JSON.stringify({ value: false, force: true }),
});
holds('the flag was changed', told.status === 201, told.status);
await changed;
holds('a change arrives without asking', page.getBooleanValue('named', true) === false);
holds('nothing went wrong meanwhile', asked.every((status) => status === 200 || status === 304), asked);
await web.close();
await OpenFeature.close();

console.log(`OpenFeature Node providers: ${checks} checks hold`);
