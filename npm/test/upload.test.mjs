// The upload alone: every vector of an upload to what was prepared, through `cloudconvert-kit/upload`.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';

import { CloudConvertError, upload } from 'cloudconvert-kit/upload';
import { play } from './replay/vector.mjs';

const folder = new URL('../../tests/vectors/', import.meta.url);
const names = ['./', './v2/'].flatMap((sub) => readdirSync(new URL(sub, folder)).filter((name) => name.endsWith('.json')).map((name) => sub + name));
const all = names.map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8'))]).filter(([, { run }]) => run === 'upload');
// It has nobody to ask whether an upload arrived: reading a process is what a whole client has more.
const asks = ([, { script }]) => script.some(({ expect }) => expect?.call?.startsWith('GET '));
const vectors = all.filter((vector) => !asks(vector));

/** A client that does nothing else. */
const alone = ({ base }) => ({ upload: (ticket, file, options) => upload(ticket, file, { ...(base && { baseUrl: base }), ...options }) });

// The WebAssembly is loaded before the clock stands still.
before(() => assert.rejects(upload('no URL', new Blob()), CloudConvertError));

test('there are vectors', () => assert.ok(vectors.length > 1));

for (const [name, vector] of vectors) {
  test(`${name}: ${vector.shows}`, { timeout: 30_000 }, () => play(vector, alone));
}

test('what is no URL, no ticket or no option is refused', async () => {
  const file = new File(['x'], 'x.txt');
  for (const ticket of ['', undefined, 'process/1', 'javascript:alert(1)', 'https://api.example.com/v2/jobs/1#ticket=x', 'https://api.example.com/v2/jobs/1']) {
    await assert.rejects(upload(ticket, file), { code: 'bad_request' }, ticket);
  }
  await assert.rejects(upload('https://api.example.com/upload/1', file, { retries: 'many' }), { code: 'bad_request', message: /retries/ });
  await assert.rejects(upload('https://api.example.com/upload/1', file, { download: 'each' }), { code: 'bad_request', message: /download/ });
  await assert.rejects(upload('https://api.example.com/upload/1', file, { signal: AbortSignal.abort() }), { name: 'AbortError' });
});
