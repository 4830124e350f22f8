// gitbeaker against the Features and integrations APIs of a service at SERVICE_URL. It has no
// resource for the Features API, so its requester asks. NODE is where the packages are.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.env.NODE, 'package.json'));
const { Gitlab } = require('@gitbeaker/rest');
const host = process.env.SERVICE_URL;
let checks = 0;
const holds = (name, claim, seen) => {
  assert.ok(claim, `${name}: not so: ${JSON.stringify(seen)}`);
  checks += 1;
};
const refused = async (call) => {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error(`not refused: ${call}`);
};
const of = (token) => new Gitlab({ host, token });
const api = of('admin-secret');
const set = async (name, body, api_ = api) => (await api_.requester.post(`features/${name}`, { body })).body;
const gates = ({ gates }) => Object.fromEntries(gates.map(({ key, value }) => [key, value]));
const form = (fields) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
};

holds('a flag is enabled', (await set('tidy_sidebar', { value: true })).state === 'on');
holds('a form is read', (await set('tidy_sidebar', form({ value: 'false' }))).state === 'off');
let feature = await set('tidy_sidebar', { value: 40, key: 'percentage_of_actors' });
holds('a percentage', gates(feature).percentage_of_actors === 40, feature);
feature = await set('tidy_sidebar', form({ value: 'true', project: '12,13' }));
holds('several targets', gates(feature).actors.join() === 'Project:12,Project:13', feature);
const { body: list } = await api.requester.get('features');
holds('one flag is stored', list.length === 1 && list[0].name === 'tidy_sidebar', list);
const { body: definitions } = await api.requester.get('features/definitions');
holds('two are defined', definitions.length === 2, definitions);
for (const [body, word] of [
  [{ value: 'maybe' }, 'is not a percentage'],
  [{ value: 5, user: '7' }, 'cannot set the flag'],
  [{}, 'value is missing'],
]) {
  const error = await refused(() => set('tidy_sidebar', body));
  holds(`${word} is told`, error.cause.response.status === 400 && error.cause.description.includes(word), error.cause);
}
for (const [token, status] of [['wrong', 401], ['shop-secret', 403]]) {
  const error = await refused(() => set('tidy_sidebar', { value: true }, of(token)));
  holds(`${token} is refused`, error.cause.response.status === status, error.cause);
}
await api.requester.delete('features/tidy_sidebar');
holds('a flag is forgotten', (await api.requester.get('features')).body.length === 0);

const webhook = 'https://hooks.slack.com/services/T1/B1/secret';
await api.Integrations.edit('acme/shop', 'slack', { webhook, push_channel: '#old', pushEvents: true });
await api.Integrations.edit('acme/shop', 'gitlab-slack-application', { pushChannel: '#new' });
const old = await api.Integrations.show('acme/shop', 'slack');
holds('the old integration is shown', old.active && old.properties.push_channel === '#old', old);
holds('without its secret', !JSON.stringify(old).includes('secret'));
const app = await api.Integrations.show('acme/shop', 'gitlab-slack-application');
holds("and the app's", app.properties.push_channel === '#new', app);
holds('the list has what is on', (await api.Integrations.all('acme/shop')).some(({ slug }) => slug === 'slack'));
await api.Integrations.disable('acme/shop', 'slack');
holds('a reset one is off', !(await api.Integrations.show('acme/shop', 'slack')).active);
const error = await refused(() => api.Integrations.show('acme/shop', 'discord'));
holds('others are not there', error.cause.response.status === 404, error.cause);

console.log(`gitbeaker: ${checks} checks hold`);
