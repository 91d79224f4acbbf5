// The demo's backend: it serves the page and holds the API key, which the page never sees.
//   CLOUDCONVERT_API_KEY=… node server.mjs
// CLOUDCONVERT_BASE_URL names another service than the public one, PORT a port other than a free one.
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { pipeline } from 'node:stream';
import { CloudConvert } from 'cloudconvert-kit';

const { CLOUDCONVERT_API_KEY: apiKey, CLOUDCONVERT_BASE_URL: baseUrl, PORT = '0' } = process.env;
const client = new CloudConvert({ apiKey, baseUrl });

/** Somebody looks at the page and waits. */
const PATIENCE = { retries: 3, throttles: 3, deadline: 20_000 };

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
};

/** A page of these rights can send the file to the service, show what comes back, and nothing else. */
const service = baseUrl ? new URL(baseUrl).origin : 'https://*.cloudconvert.com';
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  `connect-src 'self' ${service}`,
  "img-src 'self' blob: data:",
  'media-src blob:',
  "form-action 'none'",
  "base-uri 'none'",
].join('; ');

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  // Whoever leaves has no use for an answer.
  const gone = new AbortController();
  response.once('close', () => response.writableFinished || gone.abort());
  try {
    if (!isOurs(request)) return answer(response, 403, { code: 'forbidden', message: 'Only this page may ask.' });
    if (request.method === 'POST' && pathname === '/prepare') {
      const { from, to } = JSON.parse(await text(request));
      const { processUrl, uploadUrl } = await client.prepare({ ...PATIENCE, from, to, signal: gone.signal });
      if (gone.signal.aborted) return await client.delete(processUrl);
      return answer(response, 200, { processUrl, uploadUrl });
    }
    if (request.method !== 'GET') return answer(response, 405, { code: 'bad_request', message: 'There is nothing to do here.' });
    if (pathname === '/formats') {
      const pairs = await client.formats({ from: searchParams.get('from') ?? '', signal: gone.signal });
      // A star stands for other modes than converting.
      const formats = new Set(pairs.map(({ to }) => to).filter((to) => to !== '*'));
      return answer(response, 200, [...formats].sort());
    }
    return file(response, pathname);
  } catch (error) {
    // A connection that fails here is not the visitor's. The service's own words are safe to show.
    const code = error.code === 'network' ? 'unavailable' : (error.code ?? 'bad_request');
    return answer(response, 502, { code, message: error.message });
  }
});

/** Other sites, and names that merely point here, may not use the key. */
function isOurs({ headers }) {
  const us = ['127.0.0.1', 'localhost'].map((name) => `${name}:${server.address().port}`);
  return us.includes(headers.host) && (headers.origin === undefined || headers.origin === `http://${headers.host}`);
}

/** What the package is made of. A bundler would find by itself what a browser needs of it. */
const PACKAGE = new URL('../', import.meta.resolve('cloudconvert-kit'));

/** A file of the page, or of the package it imports. */
function file(response, pathname) {
  const path = pathname === '/' ? '/index.html' : pathname;
  const ours = /^\/[a-z-]+\.(html|js|css|png)$/.test(path) && new URL(`.${path}`, import.meta.url);
  const packaged = /^\/cloudconvert-kit\/((?:browser\/)?[\w-]+\.(?:js|wasm))$/.exec(path);
  const location = ours || (packaged && new URL(packaged[1], PACKAGE));
  if (!location) return answer(response, 404, { code: 'not_found', message: 'There is no such file.' });
  const stream = createReadStream(location);
  stream.once('error', () => answer(response, 404, { code: 'not_found', message: 'There is no such file.' }));
  stream.once('open', () => {
    response.writeHead(200, {
      'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-cache',
    });
    pipeline(stream, response, () => {});
  });
}

function answer(response, status, value) {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(value));
}

async function text(request) {
  let body = '';
  for await (const piece of request) {
    body += piece;
    if (body.length > 10_000) throw new Error('The request is too long.');
  }
  return body;
}

server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
