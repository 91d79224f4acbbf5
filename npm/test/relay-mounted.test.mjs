// Relays behind proxies and in other people's servers: what stands before their paths is not what the page wrote.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { test } from 'node:test';

import { CloudConvert } from 'cloudconvert-kit';
import { listen, serve } from './support/local.mjs';
import { as, ask, listener } from './support/relay.mjs';
import { address, assertIs, bytesOf, picturePath } from './support/sandbox.mjs';

const pem = readFileSync(new URL('support/self-signed.pem', import.meta.url));
// The certificates of these servers are not what is tested.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
process.removeAllListeners('warning');

/** Ends the TLS of what is asked of a server, and changes the path and the host. */
async function ends(t, server, { path = (asked) => asked, headers = {} } = {}) {
  const { hostname, port } = new URL(server);
  const proxy = https.createServer({ key: pem, cert: pem }, (incoming, outgoing) => {
    const sent = { hostname, port, method: incoming.method, path: path(incoming.url), headers: { ...incoming.headers, ...headers } };
    const asked = http.request(sent, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    asked.on('error', () => outgoing.destroy());
    incoming.pipe(asked);
  });
  return `https://${await listen(t, proxy)}`;
}

/** As a service that knows that its TLS is ended before it. */
async function secure(url, init) {
  const answer = await fetch(url, init);
  return answer.status === 204 ? answer : new Response((await answer.text()).replace(/http:(?=\/\/|\\\/)/g, 'https:'), { status: answer.status });
}

/** Express: mounts a listener at a path, which it cuts off; `read` is what has read the body before. */
const mounted = (at, answer, read) => async (request, response) => {
  Object.assign(request, { originalUrl: request.url, url: request.url.slice(at.length) || '/' });
  if (read) request.body = await read(request);
  return answer(request, response);
};

const bytes = async (request) => Buffer.concat(await request.toArray());
const text = async (request) => String(await bytes(request));
const json = async (request) => JSON.parse((await text(request)) || '{}');

/** Converts as a page does. */
async function converts(base) {
  const key = base.endsWith('/v1') ? { apiKey: 'none' } : {};
  const page = new CloudConvert({ baseUrl: base, fetch: as('anna'), trustedHosts: [new URL(address).host], ...key });
  const { files } = await page.convert(picturePath, { to: 'jpg' });
  assertIs('jpg', await bytesOf(files[0]));
}

for (const version of ['v1', 'v2']) {
  test(`behind a proxy that ends TLS, with ${version}`, async (t) => {
    const service = await ends(t, address);
    const server = await serve(t, listener({ version, baseUrl: `${service}/${version}`, fetch: secure }));
    await converts(`${await ends(t, server)}/convert/${version}`);
  });

  test(`behind a proxy that rewrites the host and the path, with ${version}`, async (t) => {
    const service = await ends(t, address);
    const server = await serve(t, listener({ version, baseUrl: `${service}/${version}`, fetch: secure }));
    const proxy = await ends(t, server, { path: (asked) => asked.replace('/api/convert/', '/'), headers: { host: 'internal:3000' } });
    await converts(`${proxy}/api/convert/${version}`);
  });

  test(`mounted in Express, with ${version}`, async (t) => {
    for (const at of ['/convert', `/convert/${version}`]) {
      for (const read of [undefined, json, text, bytes]) {
        await converts(`${await serve(t, mounted(at, listener({ version }), read))}/convert/${version}`);
      }
    }
  });
}

test('a list’s next page is relative to what was asked', async (t) => {
  const own = (id) => ({ id, status: 'finished', tag: `${mark}.` });
  let mark = '';
  const fetch = async (_url, { method, body }) => {
    if (method === 'POST') [mark] = JSON.parse(body).tag.split('.');
    return Response.json(method === 'POST' ? { data: own('job-1') } : { data: [own('job-1'), own('job-2')], links: { next: null } });
  };
  const base = `${await serve(t, mounted('/convert', listener({ fetch })))}/convert/v2`;
  await ask(base, 'jobs', { body: { tasks: { work: { operation: 'convert', output_format: 'jpg' } } } });
  const { data, links } = await ask(base, 'jobs?per_page=1');
  assert.deepEqual([data.map(({ id }) => id), new URL(links.next, `${base}/jobs`).href], [['job-1'], `${base}/jobs?per_page=1&page=2`]);
});
