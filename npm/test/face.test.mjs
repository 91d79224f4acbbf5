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
    await refused(client.upload(url, FILE), /no URL; call upload\(ticket, file\)/);
    await refused(client.follow(url), /no URL; call follow\(ticket\)/);
    await refused(client.delete(url), /no URL; call delete\(ticket\)/);
  }
  for (const baseUrl of ['', 'localhost', 'ftp://example.org', 'http://', 'http://localhost:99999/v1', 'https://[::1/v2']) {
    await refused(new CloudConvert({ baseUrl }).convert(FILE, { to: 'txt' }), /the base URL is not a valid URL with https:\/\/ or http:/);
  }
  await refused(client.convert({ storage: { s3: null }, file: 'a.md' }, { to: 'txt' }), /s3/);
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

test('a service that never answers is waited for as long as wanted', { timeout: 60_000 }, async (t) => {
  const silent = () => new Promise(() => {});
  const { client, requests } = await service(t, { create: silent, status: silent });
  const options = { requestTimeout: 1000, retries: 1 };
  await assert.rejects(client.convert(FILE, { to: 'txt', ...options }), { code: 'network', isRetryable: true });
  assert.equal(requests.length, 2);
  await assert.rejects(client.status(`//${requests.at(-1).headers.host}/process/p1`, options), { code: 'network' });
  assert.equal(requests.length, 4);
  await assert.rejects(client.convert(FILE, { to: 'txt', requestTimeout: 'long' }), { code: 'bad_request', message: /request_timeout/ });
});

test('what is to be kept on the service is kept', async (t) => {
  const { client, calls } = await service(t);
  await client.convert(FILE, { to: 'txt', delete: false });
  assert.ok(!calls().includes('delete'));
});

test('an error tells what failed', async (t) => {
  const { client, host } = await service(t, { create: (answer) => answer({ error: 'no such format' }, 400) });
  const error = await client.convert(FILE, { to: 'txt' }).catch((error) => error);
  const { code, status, method, url, serviceMessage, isRetryable } = error;
  assert.deepEqual({ code, status, method, url, serviceMessage, isRetryable }, {
    code: 'bad_request', status: 400, method: 'POST', url: `http://${host}/v1/process`, serviceMessage: 'no such format', isRetryable: false,
  });
  assert.equal(new CloudConvertError({ code: 'input', message: 'gone' }).isRetryable, false);
});

test('storages have names of this language', async (t) => {
  let sent;
  const { client } = await service(t, {
    start: async (answer, { request, host }) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      sent = JSON.parse(Buffer.concat(chunks));
      answer({ id: 'p1', url: `//${host}/process/p1`, step: 'convert' });
    },
  });
  const s3 = { accessKeyId: 'ID', secretAccessKey: 'SECRET', bucket: 'films', acl: 'public-read' };
  await client.convert({ storage: { s3 }, file: 'in/film.flv' }, { to: 'mp4', output: { s3: { ...s3, path: 'out/' } } });
  const told = { accesskeyid: 'ID', secretaccesskey: 'SECRET', bucket: 'films', acl: 'public-read' };
  assert.deepEqual([sent.input, sent.output], [{ s3: told }, { s3: { ...told, path: 'out/' } }]);
  await assert.rejects(client.convert({ storage: { s3: { bucket: 'films' } }, file: 'a.flv' }, { to: 'mp4' }), { code: 'bad_request' });
});
