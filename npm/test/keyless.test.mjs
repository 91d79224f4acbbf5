// Pages hold no key: a backend prepares, the page uploads and follows.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { CloudConvert } from 'cloudconvert-kit';
import { assertIs, assertNothingLeft, baseUrl, bytesOf, client, journal, picturePath } from './support/sandbox.mjs';

afterEach(assertNothingLeft);

const page = new CloudConvert();

test('prepare, upload and follow', async () => {
  await journal();
  const { id, processUrl, uploadUrl } = await client.prepare({ from: 'png', to: 'jpg' });
  assert.match(processUrl, new RegExp(`/process/${id}$`));
  await page.upload(uploadUrl, picturePath);
  const { files, processId } = await page.follow(processUrl);
  assert.equal(processId, id);
  assertIs('jpg', await bytesOf(files[0]));
  const calls = (await journal()).map(({ kind, key }) => `${kind}${key ? ' with the key' : ''}`);
  assert.deepEqual(calls, ['create with the key', 'start', 'upload', 'wait', 'download', 'delete']);
});

test('an empty key is none', async () => {
  const { processUrl, uploadUrl } = await client.prepare({ from: 'png', to: 'jpg' });
  const unset = new CloudConvert({ apiKey: '' });
  await unset.upload(uploadUrl, picturePath);
  const { files } = await unset.follow(processUrl);
  assertIs('jpg', await bytesOf(files[0]));
});

test('follow before the upload', async () => {
  const { processUrl, uploadUrl } = await client.prepare({ from: 'png', to: 'jpg' });
  const [{ files }] = await Promise.all([page.follow(processUrl), page.upload(uploadUrl, picturePath)]);
  assertIs('jpg', await bytesOf(files[0]));
});

test('delete', async () => {
  const { processUrl, uploadUrl } = await client.prepare({ from: 'png', to: 'jpg' });
  await page.delete(processUrl);
  await page.delete(processUrl);
  await assert.rejects(page.follow(processUrl), { code: 'not_found', status: 404 });
  await assert.rejects(page.upload(uploadUrl, picturePath), { code: 'not_found', status: 404 });
});

test('formats need no key', async () => {
  const open = new CloudConvert({ baseUrl });
  const pairs = await open.formats({ from: 'png', to: 'jpg' });
  assert.equal(pairs.length, 1);
  assert.equal(pairs[0].from, 'png');
  assert.equal(pairs[0].to, 'jpg');
  assert.equal(pairs[0].entry.converter, 'image');
  assert.ok((await open.formats()).length > 20);
  assert.deepEqual(await open.formats({ from: 'nothing' }), []);
});

test('what needs the key says so', async () => {
  const open = new CloudConvert({ baseUrl });
  await assert.rejects(open.convert(picturePath, { to: 'jpg' }), { code: 'unauthorized', message: /API key/ });
  await assert.rejects(open.processes().next(), { code: 'unauthorized' });
  const wrong = new CloudConvert({ baseUrl, apiKey: 'wrong' });
  await assert.rejects(wrong.convert(picturePath, { to: 'jpg' }), { code: 'unauthorized', status: 401 });
});

test('what is no URL of a service is refused', async () => {
  for (const url of ['', 'process/1', '/process/1', 'javascript:alert(1)', 'ftp://127.0.0.1/x']) {
    await assert.rejects(page.follow(url), { code: 'bad_request' }, url);
    await assert.rejects(page.upload(url, picturePath), { code: 'bad_request' }, url);
    await assert.rejects(page.delete(url), { code: 'bad_request' }, url);
  }
});

test('a callback is read and checked', async () => {
  const host = new URL(baseUrl).host;
  const query = `id=v4cw72hf3&url=${encodeURIComponent(`//${host}/process/v4cw72hf3`)}&step=finished`;
  const expected = { id: 'v4cw72hf3', url: `http://${host}/process/v4cw72hf3`, step: 'finished' };
  assert.deepEqual(await client.calledBack(`/done?${query}`), expected);
  assert.deepEqual(await client.calledBack(new URL(`https://example.com/done?${query}`)), expected);
  await assert.rejects(client.calledBack('id=1&url=%2F%2Fevil.example%2Fprocess%2F1'), { code: 'untrusted_url' });
  await assert.rejects(client.calledBack('nothing=1'), { code: 'bad_request' });
});
