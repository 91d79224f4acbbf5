// Every vector of the workspace, through the package: the same requests as from every other language.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';

import { CloudConvert } from 'cloudconvert-kit';
import { playCall } from './replay/call.mjs';
import { play } from './replay/vector.mjs';

const folder = new URL('../../tests/vectors/', import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const vectors = (sub) => readdirSync(new URL(sub, folder)).filter((name) => name.endsWith('.json')).map((name) => sub + name);

// The WebAssembly is loaded before the clock stands still.
before(() => new CloudConvert().calledBack('id=1'));

for (const name of [...vectors('./'), ...vectors('./v2/'), ...vectors('./callbacks/')]) {
  const vector = read(name);
  test(`${name}: ${vector.shows}`, { timeout: 30_000 }, () => play(vector));
}

for (const name of [...vectors('./calls/'), ...vectors('./v2/calls/')]) {
  const vector = read(name);
  test(`${name}: ${vector.shows}`, { timeout: 30_000 }, () => playCall(vector));
}

const WRONG = {
  'another URL': ({ script }) => (script[0].expect.call += 'es'),
  'a missing key': ({ script }) => (script[0].expect.key = false),
  'another parameter': ({ script }) => (script[1].expect.json.save = false),
  'another name': ({ script }) => (script[2].expect.file = 'other.png'),
  'a header': ({ script }) => (script[3].expect.headers = { 'x-missing': '1' }),
  'one request more': ({ script }) => script.push(script[0]),
  'one request less': ({ script }) => script.pop(),
  'another output': ({ outcome }) => (outcome.files = {}),
  'a failure': ({ outcome }) => (outcome.error = 'network'),
  'a state that is not kept': ({ script }) => (script[4].expect.saved = true),
  'an unknown member': ({ script }) => (script[0].expect.colour = 'red'),
};

for (const [what, change] of Object.entries(WRONG)) {
  test(`a replay fails for ${what}`, { timeout: 30_000 }, () => {
    const vector = read('upload.json');
    change(vector);
    return assert.rejects(play(vector));
  });
}

test('a replay fails for another pause', { timeout: 30_000 }, () => {
  const vector = read('create-answered-429.json');
  vector.script.find(({ wait }) => wait).wait = [0, 1];
  return assert.rejects(play(vector));
});
