// Golden files: every state that a release ever wrote goes on, for ever.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';

import { CloudConvert } from 'cloudconvert-kit';
import { play } from './replay/vector.mjs';
import { folder } from './support/local.mjs';
import { FILE, service } from './support/service.mjs';

const place = new URL('../../core/tests/saved/npm/', import.meta.url);
const states = readdirSync(place).map((name) => JSON.parse(readFileSync(new URL(name, place), 'utf8')));

// The WebAssembly is loaded before the clock stands still.
before(() => new CloudConvert().calledBack('id=1'));

for (const { saved, ...state } of states) {
  const resume = { ...state, run: 'resume' };
  test(state.shows, { timeout: 30_000 }, () => play({ ...resume, saved }));
  test(`${state.shows} A later release has added something.`, { timeout: 30_000 }, () => play({ ...resume, saved: { ...saved, later: { than: 'this' } } }));
}

test('what is written today is in the golden files', async (t) => {
  const known = new Set(states.flatMap(({ saved }) => Object.keys(saved)));
  const { client } = await service(t, {}, 2);
  const written = new Set();
  const checkpoint = (saved) => Object.keys(JSON.parse(saved)).forEach((name) => written.add(name));
  await client.convert(FILE, { to: 'txt', saveTo: `${folder(t)}/`, overwrite: true, checkpoint });
  assert.deepEqual([...written].filter((name) => !known.has(name)), []);
  assert.ok(written.size > 5, `${[...written]}`);
});

test('what is damaged is told, with what to do', async () => {
  const client = new CloudConvert({ apiKey: 'KEY-s3cret' });
  const [{ saved }] = states;
  const wrong = { conversion: {}, saveTo: {}, overwrite: 'yes', each: 1, tasks: 'plan', url: 5, needs: 7, hasFailed: 'no', paths: [1] };
  const texts = Object.entries(wrong).map(([name, value]) => JSON.stringify({ ...saved, [name]: value }));
  for (const text of [...texts, JSON.stringify(saved).slice(0, -3)]) {
    await assert.rejects(client.resume(text), { code: 'bad_request', message: /not a saved conversion.*`checkpoint`.*convert anew/ }, text);
  }
});
