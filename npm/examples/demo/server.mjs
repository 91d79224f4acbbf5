// The demo's backend: it serves the page, and holds the API key, which the page never sees.
//   CLOUDCONVERT_API_KEY=… node server.mjs
// CLOUDCONVERT_BASE_URL names another service than the public one, PORT a port other than a free one.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { relay, toNode } from 'cloudconvert-kit/relay';

const { CLOUDCONVERT_API_KEY: apiKey, CLOUDCONVERT_BASE_URL: baseUrl, PORT = '0' } = process.env;

/** Whoever reaches this machine from itself is one person; a site would ask its session. */
const ask = toNode(relay({ apiKey, baseUrl, allow: { maxSize: 2_000_000_000 }, who: () => 'visitor' }));

/** A page of these rights can send files to the service, show what comes back, and nothing else. */
const service = baseUrl ? new URL(baseUrl).origin : 'https://*.cloudconvert.com';
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  `connect-src 'self' ${service}`,
  "img-src 'self' data:",
  'media-src blob:',
  "form-action 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.png': 'image/png', '.wasm': 'application/wasm' };
/** What the package is made of. A bundler would find by itself what a page needs of it. */
const PACKAGE = new URL('../', import.meta.resolve('cloudconvert-kit'));

/** A file of the page, or of the package it imports. */
function fileOf(path) {
  const [, packaged] = /^\/cloudconvert-kit\/((?:browser\/(?:words\/)?)?[\w-]+\.(?:js|wasm))$/.exec(path) ?? [];
  if (packaged) return new URL(packaged, PACKAGE);
  return /^\/(index\.html|page\.js|style\.css|sample\.png)$/.test(path) ? new URL(`.${path}`, import.meta.url) : undefined;
}

const server = createServer(async (request, response) => {
  // A name that merely points here is another site's.
  const us = ['127.0.0.1', 'localhost'].map((name) => `${name}:${server.address().port}`);
  if (!us.includes(request.headers.host)) return response.writeHead(403).end('Only this page may ask.');
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname.startsWith('/convert/')) return ask(request, response);
  const path = pathname === '/' ? '/index.html' : pathname;
  const file = fileOf(path);
  const bytes = file && (await readFile(file).catch(() => undefined));
  if (!bytes) return response.writeHead(404).end('There is no such file.');
  const headers = { 'Content-Type': TYPES[extname(path)], 'Content-Security-Policy': POLICY, 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-cache' };
  return response.writeHead(200, headers).end(bytes);
});
server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
