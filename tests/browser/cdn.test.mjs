// The package's files on another origin, such as a CDN's, by an import map.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { browse } from './support/demo.mjs';
import { blocks } from './support/readme.mjs';
import { address, jobs, key, processes } from './support/sandbox.mjs';
import { CloudConvert, site } from './support/site.mjs';

const [browser, cdn] = await Promise.all([browse(), site()]);
const [imports] = blocks('Without a bundler', 'html', 'docs/pages/41-setups.md');
const PAGE = `<!doctype html><html lang="de"><meta charset="utf-8"><title>A page</title>
${imports.replaceAll('https://cdn.example.org/cloudconvert-kit/dist', `${cdn}/kit`)}
<script type="module">
import { CloudConvert } from 'cloudconvert-kit';
globalThis.client = (options) => new CloudConvert(options);
globalThis.file = () => new File(['# Hello'], 'hello.md');
globalThis.textOf = ({ files: [file] }) => file.text();
</script>
<script type="module">import 'cloudconvert-kit/element';</script>
<cloudconvert-upload base-url="/convert/v2" to="html" auto></cloudconvert-upload>`;
const url = await site({ files: { '/': PAGE }, allow: { to: ['html'] } });
after(async () => assert.deepEqual([...(await jobs()), ...(await processes())], [], 'nothing is left on the service'));

async function open(t) {
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(url);
  await page.waitForFunction('globalThis.client');
  return page;
}

const CONVERTED = /<h1[^>]*>Hello<\/h1>/;

test('version 2, and what is loaded later', async (t) => {
  const page = await open(t);
  const convert = (options) => page.evaluate(`client({ baseUrl: new URL('/convert/v2', location).href }).convert(file(), { to: 'html', ${options} }).then(textOf)`);
  assert.match(await convert(''), CONVERTED);
  assert.match(await convert('checkpoint: () => undefined'), CONVERTED);
});

test('version 1', async (t) => {
  const { ticket } = await new CloudConvert({ apiKey: key, baseUrl: `${address}/v1` }).prepare({ from: 'md', to: 'html' });
  const page = await open(t);
  const text = await page.evaluate(async (ticket) => {
    await client().upload(ticket, file());
    return textOf(await client().follow(ticket));
  }, ticket);
  assert.match(text, CONVERTED);
});

test('the element, in another language', async (t) => {
  const page = await open(t);
  await page.getByRole('button', { name: 'Datei wählen' }).waitFor();
  await page.locator('cloudconvert-upload input').setInputFiles({ name: 'hello.md', mimeType: '', buffer: Buffer.from('# Hello') });
  await page.locator('cloudconvert-upload [part=file][data-state=done]').waitFor();
});
