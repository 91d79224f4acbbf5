// Pages of users in Chromium.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { extname, join } from 'node:path';

import { chromium } from 'playwright-core';

const dist = new URL('../../../dist/', import.meta.url);
const { CloudConvert } = await import(new URL('node/index.js', dist));
const { relay, toNode } = await import(new URL('relay.js', dist));
const { CLOUDCONVERT_SANDBOX: address, CLOUDCONVERT_SANDBOX_KEY: apiKey } = process.env;
const backend = new CloudConvert({ baseUrl: `${address}/v1`, apiKey });
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

/** The browsers of tests. One that outlived its test would keep the program from ending. */
const browsers = new WeakMap();

function browserOf(t) {
  if (!browsers.has(t)) {
    browsers.set(t, chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS }));
    t.after(async () => (await browsers.get(t)).close());
  }
  return browsers.get(t);
}

/** Opens a page of a project. */
export async function open(t, url, hear = () => {}) {
  const page = await (await browserOf(t)).newPage();
  page.on('console', (message) => hear(message.text()));
  page.on('pageerror', (error) => hear(String(error)));
  await page.goto(url);
  return page;
}

/** Starts a relay for the pages of an origin; gives its address. */
export async function relayFor(t, url) {
  const handler = relay({ apiKey, baseUrl: `${address}/v2`, allow: { to: ['html'] }, who: () => 'anna', origins: [new URL(url).origin] });
  return `${await serving(t, toNode(handler))}/convert/v2`;
}

/** Lets the page of a project convert by each version of the API; gives what came out, which its title says. */
export async function converts(t, url) {
  const { ticket } = await backend.prepare({ from: 'md', to: 'html' });
  const ways = [{ ticket }, { relay: await relayFor(t, url) }];
  const titles = await Promise.all(ways.map((way) => shown(t, `${url}?${new URLSearchParams(way)}`)));
  return [...new Set(titles)].join(', ');
}

/** The title that a page gives itself. */
export async function shown(t, url) {
  const said = [];
  const page = await open(t, url, (words) => said.push(words));
  await page.waitForFunction(() => document.title !== '', undefined, { timeout: 60_000 }).catch((error) => {
    throw new Error(`${error.message}\n${said.join('\n')}`);
  });
  return page.title();
}

/** Gives the element of a page a file; gives the title that the page has when it is converted. */
export async function takes(t, url) {
  const said = [];
  const page = await open(t, url, (words) => said.push(words));
  await page.getByRole('button', { name: 'Take one' }).waitFor({ timeout: 60_000 }).catch((error) => {
    throw new Error(`${error.message}\n${said.join('\n')}`);
  });
  await page.locator('cloudconvert-upload input[type=file]').setInputFiles({ name: 'a.md', mimeType: '', buffer: Buffer.from('# Hello') });
  await page.waitForFunction(() => document.title !== '').catch((error) => {
    throw new Error(`${error.message}\n${said.join('\n')}`);
  });
  return page.title();
}

/** Converts by a relay, as a page does; gives what came out. */
export async function converted(baseUrl) {
  const { files } = await new CloudConvert({ baseUrl }).convert(new File(['# Hello'], 'a.md'), { to: 'html' });
  return `${files[0].name} ${(await files[0].text()).includes('Hello</h1>')}`;
}

/** Serves what a bundler has made; gives its address. What is not there is the page, as many servers do it. */
export async function files(t, folder, headers = {}) {
  return `${await serving(t, async (request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    const name = path === '/' ? '/index.html' : path;
    const found = await readFile(join(folder, name)).catch(() => undefined);
    response.writeHead(200, { ...headers, 'Content-Type': found ? (TYPES[extname(name)] ?? 'text/plain') : 'text/html' });
    response.end(found ?? (await readFile(join(folder, 'index.html'))));
  })}/`;
}

/** Starts a server, which stops with the test; gives its origin. */
async function serving(t, listener) {
  const server = http.createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${server.address().port}`;
}
