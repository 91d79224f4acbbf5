// Every vector of the workspace, through the package: the same requests as from every other language.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';

import { CloudConvert } from 'cloudconvert-kit';
import { play } from './replay/vector.mjs';

const read = (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const folder = new URL('../../tests/vectors/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

// The WebAssembly is loaded before the clock stands still.
before(() => new CloudConvert().callback('id=1'));

test('there are vectors', () => assert.notEqual(names.length, 0));

for (const name of names) {
  const vector = read(name);
  test(`${name.slice(0, -'.json'.length)}: ${vector.shows}`, { timeout: 30_000 }, () => play(vector));
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
