// The examples in the documentation of the package's calls, run as they stand against the sandbox.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';

import { CloudConvert } from 'cloudconvert-kit';
import * as signing from 'cloudconvert-kit/signing';
import { address, apiKey, client as first, picture } from './support/sandbox.mjs';

const second = new CloudConvert({ baseUrl: `${address}/v2`, apiKey });
const source = new URL('../src/', import.meta.url);
const files = ['index.ts', 'signing.ts', ...readdirSync(new URL('face/', source)).map((name) => `face/${name}`)];
const AsyncFunction = (async () => {}).constructor;

after(async () => {
  for await (const { url } of second.processes()) await second.delete(url);
});

/** A job that has ended, and one of its tasks. */
async function ended() {
  const { id } = await second.launch({ content: '# Hello', name: 'hello.md' }, { to: 'html' });
  let task;
  do for await (const each of second.tasks({ job: id })) if (each.operation === 'convert') task = each;
  while (task?.status !== 'finished');
  return { jobId: id, taskId: task.id };
}

/** What the examples of signatures have. */
function signed() {
  const [secret, body] = ['SECRET', JSON.stringify({ event: 'job.finished', job: { id: 'j1', status: 'finished', tasks: [] } })];
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const request = new Request('https://example.org/called', { method: 'POST', body, headers: { 'CloudConvert-Signature': signature } });
  const compiled = new WebAssembly.Module(readFileSync(new URL('../dist/cloudconvert_wasm_signing_bg.wasm', import.meta.url)));
  return { secret, request, compiled };
}

/** Every documented call of a file: its name, its documentation and its example. */
function* documented(name) {
  const text = readFileSync(new URL(name, source), 'utf8');
  for (const [, documentation, call] of text.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s+(?:export )?(?:async )?(?:function )?(\w+)(?:<[^(]*>)?\(/g)) {
    if (['loaded', 'loader', 'bytes'].includes(call)) continue;
    const [, example] = /```js\n([^]*?)```/.exec(documentation) ?? [];
    yield { call, documentation, example: example?.replaceAll(/^ *\* ?/gm, '') };
  }
}

const found = [];
for (const name of files) {
  for (const { call, documentation, example } of documented(name)) {
    if (call === 'constructor') continue;
    if (name !== 'signing.ts') found.push(call);
    test(`${name}: ${call}`, async () => {
      assert.ok(example, 'it has an example');
      const client = documentation.includes('(version 1 of the API)') ? first : second;
      const file = new File([picture], 'photo.png');
      const other = new File([picture], 'other.png');
      const ids = /jobId|taskId/.test(example) ? await ended() : {};
      const names = { client, file, other, ...ids, ...signing, ...signed(), console: { log() {} } };
      await new AsyncFunction(...Object.keys(names), `{${example}}`)(...Object.values(names));
    });
  }
}

test('every call is documented', () => {
  const calls = Object.getOwnPropertyNames(CloudConvert.prototype).filter((name) => name !== 'constructor');
  assert.deepEqual(found.sort(), calls.sort());
});
