// Webhooks and URLs that a secret signs: believed only with the right signature.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';

import { CloudConvertError, signUrl, verifyUrl, verifyWebhook } from 'cloudconvert-kit/signing';

const BODY = '{"event":"job.finished","job":{"id":"7","links":{"self":"https:\\/\\/api.example.com\\/v2\\/jobs\\/7"}}}';
const JOB = { tasks: { a: { operation: 'import/url', url: 'https://e.org/ü' }, b: { operation: 'export/url', input: 'a' } } };
const BASE = 'https://s.example.com/b3d85428';

const signed = (text, secret = 'secret') => createHmac('sha256', secret).update(text).digest('hex');
const code = (expected) => (error) => error instanceof CloudConvertError && error.code === expected;

test('a signed webhook is read, however its body comes', async () => {
  const raw = new TextEncoder().encode(BODY);
  for (const body of [BODY, raw, raw.buffer]) {
    const webhook = await verifyWebhook(body, signed(BODY), 'secret');
    assert.equal(webhook.event, 'job.finished');
    assert.equal(webhook.jobId, '7');
    assert.deepEqual(webhook.job, JSON.parse(BODY).job);
  }
});

test('nothing else is believed', async () => {
  for (const [body, signature, secret] of [
    [BODY, undefined, 'secret'],
    [BODY, null, 'secret'],
    [BODY, '', 'secret'],
    [BODY, 'ü', 'secret'],
    [BODY, [signed(BODY)], 'secret'],
    [BODY, signed(BODY), 'other'],
    [BODY, signed(BODY).slice(1), 'secret'],
    [JSON.stringify(JSON.parse(BODY)), signed(BODY), 'secret'],
  ]) {
    await assert.rejects(verifyWebhook(body, signature, secret), code('unauthorized'));
  }
});

test('what cannot be a webhook is told', async () => {
  await assert.rejects(verifyWebhook(JSON.parse(BODY), signed(BODY), 'secret'), code('bad_request'));
  for (const missing of ['', undefined, null]) {
    await assert.rejects(verifyWebhook(BODY, signed(BODY), missing), code('bad_request'));
    await assert.rejects(signUrl({ job: JOB }, BASE, missing), code('bad_request'));
  }
  await assert.rejects(verifyWebhook('[]', signed('[]'), 'secret'), code('invalid_response'));
});

test('a signed URL', async () => {
  const url = await signUrl({ job: JOB, cacheKey: 'key_1' }, BASE, 'secret');
  const [unsigned, signature] = url.split('&s=');
  assert.equal(signature, signed(unsigned));
  assert.deepEqual(await verifyUrl(url, 'secret'), { job: JOB, cacheKey: 'key_1' });
  assert.deepEqual(await verifyUrl(await signUrl({ job: JOB }, BASE, 'secret'), 'secret'), { job: JOB });
  await assert.rejects(verifyUrl(url.replace('key_1', 'key_2'), 'secret'), code('unauthorized'));
  await assert.rejects(signUrl({ job: { tasks: {} } }, BASE, 'secret'), code('bad_request'));
  await assert.rejects(signUrl({ job: JOB, cacheKey: 'a b' }, BASE, 'secret'), code('bad_request'));
});

test('a signed URL that lacks something is told what', async () => {
  const [base, job] = ['https://s.example.com/b', { tasks: { file: { operation: 'export/url' } } }];
  const cycle = {};
  cycle.cycle = cycle;
  for (const [given, message] of [
    [[], /base of a signed URL/],
    [[{ job }, undefined, 'secret'], /base of a signed URL/],
    [[{ job }, 7, 'secret'], /base of a signed URL/],
    [[{}, base, 'secret'], /needs a task with the operation export\/url/],
    [[undefined, base, 'secret'], /needs a task/],
    [[{ job: null }, base, 'secret'], /needs a task/],
    [[{ job: cycle }, base, 'secret'], /JSON cannot hold/],
    [[{ job: { tasks: 1n } }, base, 'secret'], /JSON cannot hold/],
    [[{ job }, base], /secret is empty/],
    [[{ job, cacheKey: 5 }, base, 'secret'], /cache key/],
  ]) {
    await assert.rejects(signUrl(...given), { name: 'CloudConvertError', code: 'bad_request', message }, String(message));
  }
  const url = await signUrl({ job }, new URL(base), 'secret');
  assert.deepEqual((await verifyUrl(new URL(url), 'secret')).job, job);
});
