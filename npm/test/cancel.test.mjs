// An AbortSignal cancels at every stage, and leaves nothing behind on the service.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';

import { CloudConvert } from 'cloudconvert-kit';
import { all, folder } from './support/local.mjs';
import { FILE, bothServices } from './support/service.mjs';
import { assertNothingLeft, both, client, journal, misbehave, picturePath } from './support/sandbox.mjs';

afterEach(assertNothingLeft);

/** Aborts as soon as the stage is reached, and holds the service there. */
const HELD = {
  create: { kind: 'create', delay_ms: 60_000 },
  start: { kind: 'start', delay_ms: 60_000 },
  upload: { kind: 'upload', delay_ms: 60_000 },
  convert: { kind: 'run', delay_ms: 60_000 },
  download: { kind: 'download', delay_ms: 60_000 },
};

for (const [at, rule] of Object.entries(HELD)) {
  // A job starts when it is created.
  const versions = at === 'start' ? (name, run) => test(name, (t) => run(t, client)) : both;
  versions(`at ${at}`, async (t, client) => {
    await misbehave(t, rule);
    const stop = new AbortController();
    const reason = new Error('no longer wanted');
    const saveTo = folder(t);
    const onProgress = ({ stage, step }) => stage === at && (at !== 'convert' || step === 'wait') && stop.abort(reason);
    const running = client.convert(picturePath, { to: 'jpg', saveTo, signal: stop.signal, onProgress });
    await assert.rejects(running, (error) => error === reason);
    assert.deepEqual(readdirSync(saveTo), []);
  });
}

test('while a long poll waits', async (t) => {
  await misbehave(t, { kind: 'run', delay_ms: 60_000 });
  const stop = new AbortController();
  const running = client.convert(picturePath, { to: 'jpg', signal: stop.signal });
  while ((await all(client.processes()))[0]?.step !== 'wait');
  stop.abort();
  await assert.rejects(running, { name: 'AbortError' });
});

both('while it backs off', async (t, client) => {
  await misbehave(t, { kind: 'create', status: 429, headers: { 'Retry-After': '3600' } });
  const stop = new AbortController();
  const onProgress = ({ attempt }) => attempt === 1 && stop.abort();
  await assert.rejects(client.convert(picturePath, { to: 'jpg', signal: stop.signal, onProgress }), { name: 'AbortError' });
});

both('half-way through a download', async (t, client) => {
  await misbehave(t, { kind: 'download', cut_download_after: 1000, times: 2 }, { kind: 'download', delay_ms: 60_000 });
  const stop = new AbortController();
  const saveTo = join(folder(t), 'a.jpg');
  const onProgress = ({ received }) => received > 0 && stop.abort();
  await assert.rejects(client.convert(picturePath, { to: 'jpg', saveTo, signal: stop.signal, onProgress }), { name: 'AbortError' });
  assert.deepEqual(readdirSync(join(saveTo, '..')), []);
});

both('before it begins', async (_, client) => {
  await journal();
  await assert.rejects(client.convert(picturePath, { to: 'jpg', signal: AbortSignal.abort() }), { name: 'AbortError' });
  assert.deepEqual(await journal(), []);
});

/** Everything that a program may give as a reason. */
const REASONS = [null, 0, '', 'the user left', { code: 7 }, [], Symbol('left'), new DOMException('over', 'TimeoutError'), new Error('no longer wanted')];

bothServices('the reason is thrown as it is, whatever it is, before and while it runs', async (_, service) => {
  const { client } = await service({ status: () => undefined });
  const { ticket } = await service().then(({ client }) => client.prepare({ from: 'md', to: 'txt' }));
  const calls = {
    convert: (options) => client.convert(FILE, { to: 'txt', ...options }),
    'convert, with checkpoints': (options) => client.convert(FILE, { to: 'txt', checkpoint: () => undefined, ...options }),
    convertMany: (options) => all(client.convertMany([FILE], { to: 'txt', ...options })),
    upload: (options) => client.upload(ticket, FILE, options),
    formats: (options) => client.formats(options),
  };
  const thrown = (running) => running.then(() => assert.fail('it went on'), (error) => [error]);
  for (const reason of REASONS) {
    for (const [name, call] of Object.entries(calls)) {
      const signal = AbortSignal.abort(reason);
      assert.equal((await thrown(call({ signal })))[0], signal.reason, `${name} ${String(reason)}`);
    }
    for (const name of ['convert', 'convertMany']) {
      const stop = new AbortController();
      const onProgress = ({ stage }) => stage === 'convert' && stop.abort(reason);
      assert.equal((await thrown(calls[name]({ signal: stop.signal, onProgress })))[0], reason, `${name} ${String(reason)}`);
    }
  }
  const plain = AbortSignal.abort();
  assert.equal((await thrown(calls.convert({ signal: plain })))[0], plain.reason);
  // A source that the same signal ends.
  const stop = new AbortController();
  const broken = new Response(new ReadableStream({ pull: () => (stop.abort('enough'), Promise.reject(new Error('cut'))) }));
  assert.equal((await thrown(client.convert(broken, { from: 'md', to: 'txt', signal: stop.signal })))[0], 'enough');
});

both('by a timeout', async (t, client) => {
  await misbehave(t, { kind: 'run', delay_ms: 60_000 });
  await assert.rejects(client.convert(picturePath, { to: 'jpg', signal: AbortSignal.timeout(300) }), { name: 'TimeoutError' });
});

test('the other calls', async (t) => {
  for (const kind of ['types', 'list', 'delete', 'upload', 'status', 'wait']) {
    await misbehave(t, { kind, delay_ms: 60_000 });
  }
  const pages = new CloudConvert();
  const { processUrl, uploadUrl } = await client.prepare({ from: 'png', to: 'jpg' });
  const signal = () => AbortSignal.timeout(100);
  const stopped = { name: 'TimeoutError' };
  await assert.rejects(client.formats({ signal: signal() }), stopped);
  await assert.rejects(client.processes({ signal: signal() }).next(), stopped);
  await assert.rejects(pages.upload(uploadUrl, picturePath, { signal: signal() }), stopped);
  await assert.rejects(pages.delete(processUrl, { signal: signal() }), stopped);
  // Who follows a process has taken it over, so this deletes it.
  await assert.rejects(pages.follow(processUrl, { signal: signal() }), stopped);
});

both('a signal that lives on keeps no listeners', async (_, client) => {
  const { signal } = new AbortController();
  await client.convert(picturePath, { to: 'jpg', signal });
  await client.formats({ signal });
  await assert.rejects(client.convert(picturePath, { to: 'mp3', signal }), { code: 'bad_request' });
  assert.deepEqual(getEventListeners(signal, 'abort'), []);
});
