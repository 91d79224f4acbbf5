// A page without a key asks a relay: what is allowed works, what is not is refused, and nobody sees another's.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';

import { CloudConvert } from 'cloudconvert-kit';
import { all } from './support/local.mjs';
import { as, ask, job, named, start } from './support/relay.mjs';
import { assertIs, baseUrl, bytesOf, client, journal, picture, picturePath } from './support/sandbox.mjs';

/** Uploads to a storage, as a page does. */
async function upload(created, bytes = picture) {
  const { url, parameters } = named(created, 'in').result.form;
  const form = new FormData();
  for (const [name, value] of Object.entries(parameters)) form.append(name, value);
  form.append('file', new Blob([bytes]), 'picture.png');
  assert.ok((await fetch(url, { method: 'POST', body: form })).ok);
}

/** Asks for a job until it has ended. */
async function ended(base, id) {
  for (;;) {
    const shown = await ask(base, `jobs/${id}`);
    if (shown.status !== 200 || ['finished', 'error'].includes(shown.data.status)) return shown;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a page converts by a relay, and its bytes go past it', async (t) => {
  const base = await start(t, { allow: { from: ['png'], to: ['jpg'], maxSize: 1_000_000 } });
  const created = await ask(base, 'jobs', { body: job() });
  assert.equal(created.status, 201);
  assert.equal(created.data.tag, 'order-7', 'the tag is the page’s');
  await upload(created);
  const shown = await ended(base, created.data.id);
  const [file] = named(shown, 'out').result.files;
  assertIs('jpg', new Uint8Array(await (await fetch(file.url)).arrayBuffer()));
  const listed = await ask(base, 'jobs?include=tasks&per_page=100');
  assert.deepEqual(listed.data.map(({ id, tag }) => [id, tag]), [[created.data.id, 'order-7']]);
  assert.equal((await ask(base, `jobs/${created.data.id}`, { method: 'DELETE' })).status, 204);
  assert.equal((await ask(base, `jobs/${created.data.id}`)).status, 404);
});

test('a person sees, cancels and deletes their own conversions only', async (t) => {
  const base = await start(t);
  const { data } = await ask(base, 'jobs', { body: job() });
  const other = { person: 'berta' };
  assert.equal((await ask(base, `jobs/${data.id}`, other)).status, 404);
  assert.equal((await ask(base, `jobs/${data.id}`, { ...other, method: 'DELETE' })).status, 404);
  assert.equal((await ask(base, `tasks/${data.tasks[0].id}/cancel`, { ...other, method: 'POST' })).status, 404);
  assert.deepEqual((await ask(base, 'jobs?include=tasks', other)).data, []);
  assert.equal((await ask(base, `tasks/${data.tasks[0].id}/cancel`, { method: 'POST' })).status, 200);
  assert.equal((await ask(base, `jobs/${data.id}`, { method: 'DELETE' })).status, 204);
});

const REFUSED = {
  'another output format': [job({ output_format: 'gif' }), /gif.*allowed: jpg/],
  'another input format': [job({ input_format: 'svg' }), /svg/],
  'an input format that is not told': [job({ input_format: undefined }), /input_format/],
  'another operation': [job({ operation: 'command' }), /command/],
  'a URL as the input': [job({}, { in: { operation: 'import/url', url: 'http://127.0.0.1/' } }), /url/],
  'a storage as the output': [job({}, { out: { operation: 'export/s3', input: 'work', bucket: 'b' } }), /export\/s3/],
  'a webhook': [{ ...job(), webhook_url: 'https://example.org/' }, /webhook_url/],
  'a page after the upload': [job({}, { in: { operation: 'import/upload', redirect: 'https://example.org/' } }), /redirect/],
};

for (const [what, [body, message]] of Object.entries(REFUSED)) {
  test(`${what} is refused before the service hears of it`, async (t) => {
    const base = await start(t, { allow: { from: ['png'], to: ['jpg'] } });
    await journal();
    const refused = await ask(base, 'jobs', { body });
    assert.equal(refused.status, 403);
    assert.match(refused.message, message);
    assert.deepEqual(await journal(), []);
  });
}

test('an input that is too large is deleted', async (t) => {
  const base = await start(t, { allow: { maxSize: 100 } });
  const created = await ask(base, 'jobs', { body: job() });
  await upload(created);
  const shown = await ended(base, created.data.id);
  assert.equal(shown.status, 413);
  assert.match(shown.message, /100 bytes/);
  assert.equal((await ask(base, `jobs/${created.data.id}`)).status, 404);
});

test('a person has so many conversions at once, and in a minute', async (t) => {
  const base = await start(t, { allow: { atOnce: 2, perMinute: 3 } });
  const begin = (person) => ask(base, 'jobs', { body: job(), person });
  const [first] = [await begin('anna'), await begin('anna')];
  const third = await begin('anna');
  assert.deepEqual([third.status, third.headers.get('retry-after')], [429, '2']);
  assert.equal((await begin('berta')).status, 201, 'others have limits of their own');
  await ask(base, `jobs/${first.data.id}`, { method: 'DELETE' });
  assert.equal((await begin('anna')).status, 201);
  await ask(base, `jobs/${(await ask(base, 'jobs')).data[0].id}`, { method: 'DELETE' });
  const fourth = await begin('anna');
  assert.equal(fourth.status, 429);
  assert.ok(Number(fourth.headers.get('retry-after')) > 50);
  for (const person of ['anna', 'berta']) {
    for (const { id } of (await ask(base, 'jobs', { person })).data) await ask(base, `jobs/${id}`, { person, method: 'DELETE' });
  }
});

test('a clock that is set back keeps nobody out', async (t) => {
  const base = await start(t, { allow: { perMinute: 2, atOnce: 2 } });
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const first = await ask(base, 'jobs', { body: job() });
  t.mock.timers.setTime(Date.now() - 86_400_000);
  assert.equal((await ask(base, `jobs/${first.data.id}`, { method: 'DELETE' })).status, 204);
  const second = await ask(base, 'jobs', { body: job() });
  assert.equal(second.status, 201);
  const third = await ask(base, 'jobs', { body: job() });
  assert.equal(third.status, 429);
  assert.ok(Number(third.headers.get('retry-after')) <= 60);
  await ask(base, `jobs/${second.data.id}`, { method: 'DELETE' });
});

test('a service that stays silent or never ends its answer is told as one that fails', async (t) => {
  const silent = (_url, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  const endless = async () => new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1 << 20)) }));
  for (const fetch of [silent, endless]) {
    const base = await start(t, { fetch, timeout: fetch === silent ? 50 : 60_000 });
    assert.equal((await ask(base, 'jobs')).status, 502);
  }
});

test('whoever runs a relay hears why it fails, and pages do not', async (t) => {
  const said = t.mock.method(console, 'error', () => undefined);
  const fails = () => Promise.reject(new Error('the sessions are gone'));
  for (const [options, why] of [[{ apiKey: undefined }, /no API key/], [{ who: fails }, /the sessions are gone/]]) {
    const { status, message } = await ask(await start(t, options), 'jobs');
    assert.equal(status, 502);
    assert.doesNotMatch(message, why);
    assert.match(String(said.mock.calls.at(-1).arguments[1]), why);
  }
  assert.equal(said.mock.callCount(), 2);
});

test('strangers, pages of other sites and forms are refused', async (t) => {
  const base = await start(t, { origins: ['https://www.example.org'] });
  assert.equal((await ask(base, 'jobs', { person: '' })).status, 401);
  assert.equal((await ask(base, 'jobs', { headers: { origin: 'https://evil.example' } })).status, 403);
  assert.equal((await ask(base, 'jobs', { body: job(), type: 'text/plain' })).status, 415);
  assert.equal((await ask(base, 'users/me')).status, 404);
  const origin = 'https://www.example.org';
  const friend = await ask(base, 'jobs', { headers: { origin } });
  assert.deepEqual([friend.status, friend.headers.get('access-control-allow-origin')], [200, origin]);
  // The second one lies behind a proxy that ends its TLS.
  for (const own of [new URL(base).origin, new URL(base).origin.replace('http', 'https')]) {
    assert.equal((await ask(base, 'jobs', { headers: { origin: own } })).status, 200, own);
  }
});

test('a service that refuses the key is not the page’s to know', async (t) => {
  const base = await start(t, { apiKey: 'another-key' });
  const refused = await ask(base, 'jobs', { body: job() });
  assert.equal(refused.status, 502);
  assert.doesNotMatch(refused.message, /another-key|Unauthenticated/);
});

for (const version of ['v1', 'v2']) {
  test(`the page’s client is used whole, with ${version}`, async (t) => {
    const base = await start(t, { version, allow: { to: ['jpg'] } });
    // Version 1 wants a key, which the relay does not pass on.
    const own = { baseUrl: base, trustedHosts: [new URL(baseUrl).host], ...(version === 'v1' && { apiKey: 'none' }) };
    const page = new CloudConvert({ ...own, fetch: as('anna') });
    const { files } = await page.convert(picturePath, { to: 'jpg' });
    assertIs('jpg', await bytesOf(files[0]));
    await assert.rejects(page.convert(picturePath, { to: 'gif' }), { code: 'unauthorized', message: /gif/ });
    const stranger = new CloudConvert({ ...own, fetch: as('') });
    await assert.rejects(stranger.convert(picturePath, { to: 'jpg' }), { code: 'unauthorized' });
  });
}

test('another’s process of version 1 is not there', async (t) => {
  const base = await start(t, { version: 'v1' });
  const { url } = await ask(base, 'process', { body: { inputformat: 'png', outputformat: 'jpg' } });
  const path = new URL(url, base).href.slice(base.length + 1);
  assert.equal((await ask(base, path)).status, 200);
  for (const change of [path, path.replace(/.$/, (c) => (c === '0' ? '1' : '0')), 'process/nonsense']) {
    assert.equal((await ask(base, change, { person: 'berta' })).status, 404);
  }
  assert.equal((await ask(base, path, { method: 'DELETE' })).status, 200);
});

test('with version 1 a page learns nothing by which the service would start a process past the rules', async (t) => {
  const base = await start(t, { version: 'v1' });
  const shown = [await ask(base, 'process', { body: { inputformat: 'png', outputformat: 'jpg' } })];
  const path = new URL(shown[0].url, base).href.slice(base.length + 1);
  shown.push(await ask(base, path), await ask(base, path, { body: { input: 'upload', outputformat: 'jpg' } }), await ask(base, path));
  assert.ok(shown[2].upload.url, 'the bytes go straight to the service');
  const ids = (await all(client.processes())).map(({ id }) => id);
  assert.ok(ids.length > 0);
  shown.push(await ask(base, path, { method: 'DELETE' }));
  const seen = [...shown.map((each) => JSON.stringify(each)), Buffer.from(path.split('/')[1], 'base64url').toString('latin1')];
  for (const id of ids) assert.deepEqual(seen.filter((text) => text.includes(id)), []);
});

test('nothing that a stranger sends ends the server', async (t) => {
  const base = new URL(await start(t));
  const path = `${base.pathname}/jobs`;
  for (const [sent, expected] of [
    [`HEAD ${path} HTTP/1.1\r\nHost: a\r\n\r\n`, 405],
    [`TRACE ${path} HTTP/1.1\r\nHost: a\r\n\r\n`, 405],
    [`PUT ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}`, 405],
    [`GET ${path} HTTP/1.1\r\nHost: [\r\n\r\n`, 400],
    ['GET //: HTTP/1.1\r\nHost: a\r\n\r\n', 404],
    ['GET * HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    [`GET http://elsewhere${path} HTTP/1.1\r\nHost: a\r\n\r\n`, 401],
    [`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{"a"`, undefined],
  ]) {
    const socket = net.connect(Number(base.port), base.hostname);
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write(sent.replace('Host: a\r\n', 'Host: a\r\nConnection: close\r\n'));
    if (expected === undefined) {
      socket.end();
    } else {
      const [answer] = await once(socket, 'data');
      assert.match(String(answer), new RegExp(`^HTTP/1.1 ${expected} `), sent);
    }
    socket.destroy();
    assert.equal((await ask(base.href, 'jobs', { person: '' })).status, 401, 'the next one is answered');
  }
});
