// A page without a key converts by version 2 of the API: through a relay, and with the WebAssembly of that version alone.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, test } from 'node:test';

import { browse, files } from './support/demo.mjs';
import { address, jobs, key } from './support/sandbox.mjs';
import { KIT, relay, site, toNode } from './support/site.mjs';

const PAGE = `<!doctype html><meta charset="utf-8"><script type="importmap">{ "imports": { "cloudconvert-kit": "${KIT}" } }</script>`;
/** Who has signed in, by the session that a cookie names. */
const SESSIONS = { 's-17': 'anna' };
const who = (request) => SESSIONS[/(?:^|; )session=([\w-]+)/.exec(request.headers.get('cookie') ?? '')?.[1]];
const ELEMENT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title><script type="module" src="/kit/browser/element.js"></script>
<cloudconvert-upload base-url="/convert/v2" to="html" auto></cloudconvert-upload>`;
const answers = {
  'POST /sign-in': (_, response) => response.writeHead(204, { 'Set-Cookie': 'session=s-17; Path=/; HttpOnly; SameSite=Strict' }).end(),
};
const [browser, url] = await Promise.all([browse(), site({ files: { '/': PAGE, '/element': ELEMENT }, answers, allow: { to: ['html'] }, who })]);
const other = await site({ allow: { to: ['html'] }, who, origins: [new URL(url).origin] });
after(async () => assert.deepEqual(await jobs(), [], 'nothing is left on the service'));

/** A page of somebody; `cookies` are those that went with its requests, by the methods and paths. */
async function opened(t, path = '/') {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  const cookies = new Map();
  const told = [];
  page.on('request', (request) => {
    const { origin, pathname } = new URL(request.url());
    told.push(request.allHeaders().then(({ cookie }) => cookies.set(`${request.method()} ${origin === url ? '' : origin}${pathname}`, cookie)));
  });
  await page.goto(url + path);
  return { page, context, cookies: async () => (await Promise.all(told), cookies) };
}
const signIn = (page) => page.evaluate(() => fetch('/sign-in', { method: 'POST' }).then(({ status }) => status));
/** Converts with a client of these options; gives the text, or the code of an error. */
const convert = (page, options) => page.evaluate(async (options) => {
  const { CloudConvert } = await import('cloudconvert-kit');
  return new CloudConvert(options).convert(new File(['# A note'], 'note.md'), { to: 'html' }).then(({ files }) => files[0].text(), ({ code }) => code);
}, options);
const CONVERTED = /A note<\/h1>/;

/** Files go past the relay, and cookies go nowhere else. */
async function assertKnownToTheRelayAlone(seen) {
  const asked = [...(await seen.cookies())].filter(([request]) => !request.startsWith('GET /kit/'));
  const ofRelay = asked.filter(([request]) => /^\w+ \/convert\/v2\//.test(request));
  const ofService = asked.filter(([request]) => request.includes(address));
  assert.ok(ofRelay.length > 2 && ofRelay.every(([, cookie]) => cookie === 'session=s-17'), JSON.stringify(ofRelay));
  assert.deepEqual([...new Set(ofService.map(([request]) => request.split(' ')[0]))].sort(), ['GET', 'POST'], 'a file went up, and one came');
  assert.deepEqual(ofService.filter(([, cookie]) => cookie !== undefined), []);
}

test('a relay knows a visitor by the session of its own site', async (t) => {
  const seen = await opened(t);
  const baseUrl = `${url}/convert/v2`;
  assert.equal(await convert(seen.page, { baseUrl }), 'unauthorized');
  assert.equal(await signIn(seen.page), 204);
  assert.match(await convert(seen.page, { baseUrl }), CONVERTED);
  assert.equal(await convert(seen.page, { baseUrl, credentials: 'omit' }), 'unauthorized');
  const fresh = await opened(t);
  await signIn(fresh.page);
  assert.match(await convert(fresh.page, { baseUrl }), CONVERTED);
  await assertKnownToTheRelayAlone(fresh);
});

test('the element asks in the name of who has signed in', async (t) => {
  const seen = await opened(t, '/element');
  await signIn(seen.page);
  await seen.page.locator('cloudconvert-upload input').setInputFiles({ name: 'note.md', mimeType: 'text/markdown', buffer: Buffer.from('# A note') });
  await files(seen.page).and(seen.page.locator('[data-state=done]')).waitFor();
  await assertKnownToTheRelayAlone(seen);
});

test('a relay on another origin knows a visitor where the page wants it, and storages never do', async (t) => {
  const seen = await opened(t);
  await signIn(seen.page);
  const baseUrl = `${other}/convert/v2`;
  assert.equal(await convert(seen.page, { baseUrl }), 'unauthorized');
  assert.match(await convert(seen.page, { baseUrl, credentials: 'include' }), CONVERTED);
  const ofService = [...(await seen.cookies())].filter(([request]) => request.includes(address));
  assert.ok(ofService.length > 1);
  assert.deepEqual(ofService.filter(([, cookie]) => cookie !== undefined), []);
});

test('a page converts by version 2 through a relay', async (t) => {
  const handler = relay({ apiKey: key, baseUrl: `${address}/v2`, allow: { to: ['html'] }, who: () => 'anna', origins: [new URL(url).origin] });
  const server = http.createServer(toNode(handler)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const page = await browser.newPage();
  t.after(() => page.close());
  const loaded = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname.split('/').at(-1)));
  await page.goto(url);
  const convert = async ([baseUrl, to]) => {
    const { CloudConvert } = await import('cloudconvert-kit');
    const file = new File(['# A note'], 'note.md');
    const client = new CloudConvert({ baseUrl });
    return client.convert(file, { to }).then(({ files }) => files[0].text(), ({ code, message }) => ({ code, message }));
  };
  const baseUrl = `http://127.0.0.1:${server.address().port}/convert/v2`;
  assert.match(await page.evaluate(convert, [baseUrl, 'html']), /A note<\/h1>/);
  assert.deepEqual(loaded.filter((name) => /\.wasm$|unpacked/.test(name)), ['cloudconvert_wasm_v2_bg.wasm']);
  const { code, message } = await page.evaluate(convert, [baseUrl, 'pdf']);
  assert.equal(code, 'unauthorized');
  assert.match(message, /pdf is not allowed/);
});
