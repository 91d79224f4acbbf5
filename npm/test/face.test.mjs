// The face of the package: what it takes, what it refuses, and how it looks to a program and to its tools.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { inspect } from 'node:util';

import { CloudConvert, CloudConvertError } from 'cloudconvert-kit';
import { reactive, readonly, shallowReactive } from '@vue/reactivity';

import { FILE, KEY, service } from './support/service.mjs';

test('a client works in reactive state, and behind any other proxy', async (t) => {
  const { client } = await service(t);
  const states = { reactive: reactive({ client }), readonly: readonly({ client }), shallow: shallowReactive({ client }), proxy: { client: new Proxy(client, {}) } };
  for (const [how, state] of Object.entries(states)) {
    const { files } = await state.client.convert(FILE, reactive({ to: 'txt', options: { quality: 80 } }));
    assert.equal(await files[0].text(), 'the output', how);
  }
});

test('files in reactive state are files', async (t) => {
  const { client } = await service(t);
  const state = reactive({ file: FILE, stop: new AbortController() });
  const { files } = await client.convert(state.file, { to: 'txt', signal: state.stop.signal });
  assert.equal(await files[0].text(), 'the output');
});

test('an error prints its name, and one of a class that follows may have another', () => {
  const error = new CloudConvertError({ code: 'network', message: 'no connection' });
  assert.match(error.stack, /^CloudConvertError: no connection\n/);
  assert.match(inspect(error), /^CloudConvertError: no connection\n/);
  assert.equal(String(error), 'CloudConvertError: no connection');
  assert.equal(CloudConvertError.name, 'CloudConvertError');
  class Own extends CloudConvertError {
    constructor(facts) {
      super(facts);
      this.name = 'Own';
    }
  }
  assert.equal(String(new Own({ code: 'network', message: 'mine' })), 'Own: mine');
});

test('it is the same package for who requires it', () => {
  const required = createRequire(import.meta.url)('cloudconvert-kit');
  assert.equal(required.CloudConvert, CloudConvert);
  assert.equal(required.CloudConvertError, CloudConvertError);
});

test('a client does not show its key', () => {
  const client = new CloudConvert({ apiKey: KEY });
  assert.ok(!`${inspect(client, { showHidden: true, depth: 9 })}${JSON.stringify(client)}`.includes(KEY));
});

test('what is missing or wrong is told', async () => {
  assert.throws(() => new CloudConvert('KEY'), { name: 'CloudConvertError', code: 'bad_request', message: /new CloudConvert\(\{ apiKey \}\)/ });
  const client = new CloudConvert();
  const refused = (call, message) => assert.rejects(call, { name: 'CloudConvertError', code: 'bad_request', message });
  await refused(client.convert(FILE), /no options; call convert\(file, \{ to: 'jpg' \}\)/);
  await refused(client.convert(FILE, 'jpg'), /no options/);
  await refused(client.prepare(), /no options; call prepare/);
  for (const url of [undefined, null, '', {}, 42]) {
    await refused(client.upload(url, FILE), /no URL; call upload\(uploadUrl, file\)/);
    await refused(client.follow(url), /no URL; call follow\(processUrl\)/);
    await refused(client.delete(url), /no URL; call delete\(processUrl\)/);
  }
});

test('a URL may be a URL', async (t) => {
  const { host, calls } = await service(t);
  const page = new CloudConvert();
  await page.upload(new URL(`http://${host}/upload/u1`), FILE);
  await page.follow(new URL(`http://${host}/process/p1`));
  await page.delete(new URL(`http://${host}/process/p1`));
  assert.deepEqual(calls(), ['upload', 'status', 'download', 'delete', 'delete']);
});

test('uploads by PUT', async (t) => {
  const { client, host, requests } = await service(t, { put: (answer) => answer({ message: 'File saved.' }) });
  await client.upload(`http://${host}/upload/u1`, FILE, { upload: 'put' });
  assert.deepEqual(requests.map(({ method, url }) => `${method} ${url}`), ['PUT /upload/u1/input.md']);
});
