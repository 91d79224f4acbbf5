// A page with a strict policy: whatever it loads of the package works under it, and nothing asks for more.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { browse } from './support/demo.mjs';
import { address, jobs, key, processes } from './support/sandbox.mjs';
import { CloudConvert, site } from './support/site.mjs';

const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  `connect-src 'self' ${address}`,
  "img-src 'self'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');
const PAGE = `<!doctype html><html lang="fr"><meta charset="utf-8"><title>A page</title>
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<script type="module" src="/page.js"></script>
<cloudconvert-upload base-url="/convert/v2" to="html" auto resume></cloudconvert-upload>`;
const SCRIPT = `
globalThis.refused = [];
addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => globalThis.refused.push(effectiveDirective + ' ' + blockedURI));
import { CloudConvert } from '/kit/browser/index.js';
import { resumable } from '/kit/browser/resume.js';
import { upload } from '/kit/browser/upload.js';
import '/kit/browser/element.js';
const client = new CloudConvert({ baseUrl: new URL('/convert/v2', location.href).href });
const file = () => new File(['# Hello'], 'hello.md');
const textOf = ({ files: [file] }) => file.text();
const ways = {
  client: () => client.convert(file(), { to: 'html' }).then(textOf),
  whole: () => client.convert(file(), { to: 'html', checkpoint: () => undefined }).then(textOf),
  kept: () => resumable(client).convert(file(), { to: 'html' }).then(textOf),
  alone: (ticket) => upload(ticket, file()),
  async disk() {
    const saveTo = await (await navigator.storage.getDirectory()).getFileHandle('hello.html', { create: true });
    await client.convert(file(), { to: 'html', saveTo });
    return (await saveTo.getFile()).text();
  },
};
globalThis.go = (way, what) => ways[way](what);
`;

const [browser, url] = await Promise.all([browse(), site({ files: { '/': PAGE, '/page.js': SCRIPT }, allow: { to: ['html'] } })]);
after(async () => assert.deepEqual([...(await jobs()), ...(await processes())], [], 'nothing is left on the service'));

const CONVERTED = /<h1[^>]*>Hello<\/h1>/;

async function open(t) {
  const context = await browser.newContext();
  const page = await context.newPage();
  t.after(async () => {
    const refused = await page.evaluate('globalThis.refused');
    await context.close();
    assert.deepEqual(refused, [], 'the policy refused nothing');
  });
  await page.goto(url);
  return page;
}

test('the policy holds', async (t) => {
  const page = await open(t);
  const refused = await page.evaluate(() => new Promise((resolve) => {
    addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
      globalThis.refused.length = 0;
      resolve(effectiveDirective);
    }, { once: true });
    try {
      document.createElement('script').textContent = 'globalThis.hasRun = true';
    } catch {
      // It is told above.
    }
  }));
  assert.equal(refused, 'require-trusted-types-for');
});

for (const way of ['client', 'whole', 'kept', 'disk']) {
  test(way, async (t) => {
    const page = await open(t);
    assert.match(await page.evaluate((way) => globalThis.go(way), way), CONVERTED);
  });
}

test('an upload alone', async (t) => {
  const backend = new CloudConvert({ baseUrl: `${address}/v2`, apiKey: key });
  const { ticket } = await backend.prepare({ from: 'md', to: 'html' });
  const page = await open(t);
  await page.evaluate((ticket) => globalThis.go('alone', ticket), ticket);
  const { files: [file] } = await backend.follow(ticket);
  assert.match(await file.text(), CONVERTED);
});

test('the element, in a language that is loaded later, with what goes on after a reload', async (t) => {
  const page = await open(t);
  await page.getByRole('button', { name: 'Choisir un fichier' }).waitFor();
  await page.locator('cloudconvert-upload input').setInputFiles({ name: 'hello.md', mimeType: 'text/markdown', buffer: Buffer.from('# Hello') });
  await page.locator('cloudconvert-upload [part=file][data-state=done]').waitFor();
});
