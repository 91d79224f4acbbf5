// The pages of the package's README, as they stand there, with the elements that they name.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { browse, SAMPLE } from './support/demo.mjs';
import { blocks } from './support/readme.mjs';
import { address, admin, jobs, key, misbehave, processes } from './support/sandbox.mjs';
import { bodyOf, CloudConvert, KIT, site } from './support/site.mjs';

const PAGE = (script) => `<!doctype html>
<meta charset="utf-8">
<script type="importmap">{ "imports": { "cloudconvert-kit": "${KIT}" } }</script>
<input type="file"> <progress id="bar" max="1"></progress> <a id="link">The result</a>
<script type="module">${script}\nglobalThis.convert = convert;</script>`;
const TICKET = PAGE(blocks('By a ticket', 'js')[1].replace('https://convert.example.org', address));
const RELAYED = PAGE(blocks('In a page, without a key', 'js')[0]);
const LOADED = `<!doctype html>
<meta charset="utf-8">
<script type="importmap">{ "imports": { "cloudconvert-kit": "${KIT}" } }</script>
<script type="module">${blocks('When it is loaded', 'js')[0]}\nglobalThis.isLoaded = true;</script>`;

const FORM = `<!doctype html>
<meta charset="utf-8">
<script type="importmap">{ "imports": { "cloudconvert-kit/element": "/kit/browser/element.js" } }</script>
${blocks('An element for pages', 'html')[0].replace('/node_modules/cloudconvert-kit/dist/', '/kit/')}
<script type="module">${blocks('An element for pages', 'js')[0]}</script>`;

const RESUMING = `<!doctype html>
<meta charset="utf-8">
<script type="importmap">{ "imports": { "cloudconvert-kit": "${KIT}", "cloudconvert-kit/resume": "/kit/browser/resume.js" } }</script>
<input type="file" id="again"> <button id="go" hidden></button> <p id="shown"></p>
<script>
const show = ({ files }) => (shown.textContent = files[0].name);
const ask = (words, then) => Object.assign(go, { textContent: words, hidden: false, onclick: () => then(again.files) });
</script>
<script type="module">${blocks('In a page that is loaded anew', 'js')[0]}\nglobalThis.convert = convert;</script>`;

const SENDING = `<!doctype html>
<meta charset="utf-8">
<script type="importmap">{ "imports": { "cloudconvert-kit/upload": "/kit/browser/upload.js" } }</script>
<progress id="bar" max="1"></progress>
<script type="module">${blocks('An upload alone', 'js')[0]}\nglobalThis.send = send;</script>`;

const SAVING = `<!doctype html>
<meta charset="utf-8">
<script type="importmap">{ "imports": { "cloudconvert-kit": "${KIT}" } }</script>
<input type="file" id="input"> <button id="button">Save</button>
<script type="module">
// A person has chosen.
globalThis.showSaveFilePicker = async ({ suggestedName }) => (await navigator.storage.getDirectory()).getFileHandle('chosen-' + suggestedName, { create: true });
${blocks('To the disk of a visitor', 'js')[0]}\nglobalThis.keep = keep;</script>`;

const posted = [];
const photos = async (request, response) => {
  posted.push(new URLSearchParams(String(await bodyOf(request))).get('photo'));
  response.end('Thank you.');
};

const backend = new CloudConvert({ baseUrl: `${address}/v1`, apiKey: key });
const [browser, url] = await Promise.all([browse(), site({ files: { '/': TICKET, '/relayed': RELAYED, '/loaded': LOADED, '/form': FORM, '/resuming': RESUMING, '/saving': SAVING, '/sending': SENDING }, answers: { 'POST /photos': photos }, allow: { to: ['jpg'] } })]);
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

test('a page without a key converts by the relay of its site', async (t) => {
  const page = await browser.newPage();
  t.after(() => page.close());
  const mistakes = [];
  page.on('pageerror', (error) => mistakes.push(String(error)));
  await page.goto(`${url}/relayed`);
  await page.locator('input').setInputFiles(SAMPLE);
  await page.waitForFunction('globalThis.convert');
  const values = await page.evaluate(async () => {
    const bar = document.getElementById('bar');
    const values = [];
    new MutationObserver(() => values.push(bar.value)).observe(bar, { attributes: true });
    await globalThis.convert(document.querySelector('input').files[0]);
    await Promise.resolve();
    return values;
  });
  assert.deepEqual(values, [...values].sort((a, b) => a - b), 'the bar never goes back');
  assert.equal(values.at(-1), 1);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'The result' }).click()]);
  assert.equal(download.suggestedFilename(), 'sample.jpg');
  assert.deepEqual([mistakes, await jobs()], [[], []]);
});

test('what the first call would load is loaded before', async (t) => {
  const page = await browser.newPage();
  t.after(() => page.close());
  const loaded = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await page.goto(`${url}/loaded`);
  await page.waitForFunction('globalThis.isLoaded');
  assert.deepEqual(loaded.slice(1).sort(), ['/kit/browser/client.js', '/kit/browser/index.js', '/kit/cloudconvert_wasm_v1_bg.wasm']);
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

for (const version of ['v1', 'v2']) {
  test(`an upload alone, by version ${version}`, async (t) => {
    const page = await browser.newPage();
    t.after(() => page.close());
    const loaded = [];
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    const server = new CloudConvert({ baseUrl: `${address}/${version}`, apiKey: key });
    const { ticket } = await server.prepare({ from: 'md', to: 'html' });
    await misbehave(t, { kind: 'upload', status: 503, headers: { 'Retry-After': '1' } });
    await page.goto(`${url}/sending`);
    await page.waitForFunction('globalThis.send');
    const values = await page.evaluate(async (ticket) => {
      const bar = document.getElementById('bar');
      const values = [];
      new MutationObserver(() => values.push(bar.value)).observe(bar, { attributes: true });
      await globalThis.send(new File(['# Hello '.repeat(50_000)], 'a.md'), ticket);
      await Promise.resolve();
      return values;
    }, ticket);
    assert.deepEqual(values, [...values].sort((a, b) => a - b), 'the bar never goes back');
    assert.equal(values.at(-1), 1);
    assert.deepEqual(loaded.filter((path) => path.startsWith('/kit/')).sort(), ['/kit/browser/upload.js', '/kit/cloudconvert_wasm_upload_bg.wasm']);
    const { files: [file] } = await server.follow(ticket);
    assert.equal(file.name, 'a.html');
    const again = page.evaluate((ticket) => globalThis.send(new File(['x'], 'a.md'), ticket).catch(({ code }) => code), ticket);
    assert.equal(await again, 'not_found');
  });
}

test('a page that is loaded anew', async (t) => {
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(`${url}/resuming`);
  await misbehave(t, { kind: 'status', delay_ms: 600_000 });
  await page.locator('#again').setInputFiles(SAMPLE);
  await page.waitForFunction('globalThis.convert');
  await page.evaluate(() => void globalThis.convert(document.getElementById('again').files[0]));
  while ((await admin('faults')).some(({ times }) => times > 0)) t.signal.throwIfAborted();
  await page.reload();
  await page.getByText('sample.jpg').waitFor();
  assert.deepEqual(await jobs(), []);
});

test('to the disk of a visitor', async (t) => {
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(`${url}/saving`);
  await page.locator('#input').setInputFiles(SAMPLE);
  await page.waitForFunction('globalThis.keep');
  const start = (file) => file.slice(0, 3).arrayBuffer().then((bytes) => [...new Uint8Array(bytes)]);
  const kept = await page.evaluate(`globalThis.keep(document.getElementById('input').files[0]).then(${start})`);
  assert.deepEqual(kept, [0xff, 0xd8, 0xff]);
  await page.getByRole('button', { name: 'Save' }).click();
  const chosen = () => page.evaluate(`navigator.storage.getDirectory().then((root) => root.getFileHandle('chosen-photo.jpg')).then((file) => file.getFile()).then(${start}, () => [])`);
  while ((await chosen()).length === 0) t.signal.throwIfAborted();
  assert.deepEqual(await chosen(), kept);
  assert.deepEqual(await jobs(), []);
});
