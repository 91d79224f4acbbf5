// A site of a test's own: a page on it can import the package.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { extname } from 'node:path';
import { after } from 'node:test';

import { address, key } from './sandbox.mjs';

const DIST = new URL('../../../npm/dist/', import.meta.url);
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

const EMPTY = '<!doctype html><meta charset="utf-8"><title>A page</title><input type="file" multiple>';

/** Where pages find the package. */
export const KIT = '/kit/browser/index.js';
/** The package, as Node has it. */
export const { CloudConvert } = await import(new URL('node/index.js', DIST));
export const { relay, toNode } = await import(new URL('relay.js', DIST));

/**
 * Starts one; gives its address. `files` are texts by their paths, `answers` functions of `(request, response)` by what
 * the request line says, such as `POST /upload`. Where it is said what to `allow`, there is a relay at `/convert/v2`, which asks
 * by `send` and knows by `who` its visitors, of pages of the `origins` too. It stops with the tests of the file.
 */
export async function site({ files = {}, answers = {}, allow, send, who = () => 'anna', origins } = {}) {
  const ask = allow && toNode(relay({ apiKey: key, baseUrl: `${address}/v2`, allow, who, origins, fetch: send }));
  const server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const own = answers[`${request.method} ${pathname}`];
    if (own) return own(request, response);
    if (ask && pathname.startsWith('/convert/')) return ask(request, response);
    const packaged = pathname.startsWith('/kit/') ? await readFile(new URL(pathname.slice('/kit/'.length), DIST)).catch(() => undefined) : undefined;
    const text = files[pathname] ?? packaged ?? (pathname === '/' ? EMPTY : undefined);
    // As of a CDN, any page may have it.
    const shared = packaged ? { 'Access-Control-Allow-Origin': '*' } : {};
    response.writeHead(text === undefined ? 404 : 200, { ...shared, 'Content-Type': TYPES[extname(pathname)] ?? 'text/html' });
    response.end(text ?? '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** The whole body of a request. */
export async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
