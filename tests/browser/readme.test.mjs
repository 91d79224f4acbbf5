// The pages of the package's README, as they stand there, with the elements that they name.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';

import { browse, SAMPLE } from './support/demo.mjs';
import { address, jobs, key, misbehave, processes } from './support/sandbox.mjs';
import { bodyOf, CloudConvert, KIT, site } from './support/site.mjs';

const readme = readFileSync(new URL('../../npm/README.md', import.meta.url), 'utf8');
/** The blocks of a section, in a language. */
const blocks = (name, language) => {
  const section = readme.split(/^## /m).find((section) => section.startsWith(`${name}\n`));
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, block]) => block);
};
const [, script] = blocks('In a page, without a key', 'js');

const PAGE = `<!doctype html>
<meta charset="utf-8">
<script type="importmap">{ "imports": { "cloudconvert-kit": "${KIT}" } }</script>
<progress id="bar" max="1"></progress> <a id="link">The result</a>
<script type="module">${script}\nglobalThis.convert = convert;</script>`;

const FORM = `<!doctype html>
<meta charset="utf-8">
<script type="importmap">{ "imports": { "cloudconvert-kit/element": "/kit/browser/element.js" } }</script>
${blocks('An element for pages', 'html')[0].replace('/node_modules/cloudconvert-kit/dist/', '/kit/')}
<script type="module">${blocks('An element for pages', 'js')[0]}</script>`;

const posted = [];
const photos = async (request, response) => {
  posted.push(new URLSearchParams(String(await bodyOf(request))).get('photo'));
  response.end('Thank you.');
};

const backend = new CloudConvert({ baseUrl: `${address}/v1`, apiKey: key });
const [browser, url] = await Promise.all([browse(), site({ files: { '/': PAGE, '/form': FORM }, answers: { 'POST /photos': photos }, allow: { to: ['jpg'] } })]);
after(async () => assert.deepEqual(await processes(), [], 'nothing is left on the service'));

/** Converts text on the page; gives what came out and what the bar showed. */
async function convert(t, bytes) {
  const page = await browser.newPage();
  t.after(() => page.close());
  const mistakes = [];
  page.on('pageerror', (error) => mistakes.push(String(error)));
  await page.goto(url);
  const { ticket } = await backend.prepare({ from: 'md', to: 'html' });
  const result = await page.evaluate(async ([bytes, ticket]) => {
    const bar = document.getElementById('bar');
    const values = [];
    new MutationObserver(() => values.push(bar.value)).observe(bar, { attributes: true });
    const file = new File(['a'.repeat(bytes)], 'a.md');
    const error = await globalThis.convert(file, ticket).then(() => undefined, ({ code, message }) => ({ code, message }));
    await Promise.resolve();
    const link = document.getElementById('link');
    return { error, values, name: link.download, href: link.href };
  }, [bytes, ticket]);
  assert.deepEqual(mistakes, []);
  return result;
}

for (const bytes of [4, 500_000]) {
  test(`${bytes} bytes`, async (t) => {
    const { error, values, name, href } = await convert(t, bytes);
    assert.equal(error, undefined);
    assert.equal(name, 'a.html');
    assert.match(href, /^blob:/);
    assert.deepEqual(values, [...values].sort((a, b) => a - b), 'the bar never goes back');
    assert.equal(values.at(-1), 1);
  });
}

test('slow steps, and failures on the way', async (t) => {
  await misbehave(t, { kind: 'upload', status: 503, headers: { 'Retry-After': '1' } }, { kind: 'run', delay_ms: 1500 }, { kind: 'download', cut_download_after: 10 });
  const { error, values } = await convert(t, 5000);
  assert.equal(error, undefined);
  assert.ok(values.length > 3, String(values));
  assert.equal(values.at(-1), 1);
});

test('an empty file', async (t) => {
  const { error } = await convert(t, 0);
  assert.equal(error.code, 'conversion_failed');
  assert.match(error.message, /empty/);
});

test('the element in a form', async (t) => {
  const page = await browser.newPage();
  t.after(() => page.close());
  const said = [];
  page.on('console', (message) => said.push(message.text()));
  await page.goto(`${url}/form`);
  await page.locator('cloudconvert-upload input').setInputFiles(SAMPLE);
  await page.getByRole('button', { name: 'Go', exact: true }).click();
  await page.locator('[data-state=done]').waitFor();
  assert.deepEqual(said, ['sample.png sample.jpg']);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Thank you.').waitFor();
  const server = new CloudConvert({ baseUrl: `${address}/v2`, apiKey: key });
  const { files: [file] } = await server.follow(`${address}/v2/jobs/${posted[0]}`);
  assert.equal(file.name, 'sample.jpg');
  assert.deepEqual(await jobs(), []);
});
