// From a file on the page to its conversion.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';

import { browse, convertTo, input, offered, open, pick, result, SAMPLE, save, serve } from './support/demo.mjs';
import { forget, misbehave, processes, requests } from './support/sandbox.mjs';

const [browser, url] = await Promise.all([browse(), serve()]);
afterEach(async () => assert.deepEqual(await processes(), [], 'nothing is left on the service'));

const JPEG = [0xff, 0xd8, 0xff];

function assertPicture({ name, bytes }, expected) {
  assert.equal(name, expected);
  assert.deepEqual([...bytes.subarray(0, 3)], JPEG);
  assert.deepEqual([...bytes.subarray(-2)], [0xff, 0xd9]);
}

/** Whether a picture or a film is really shown. */
const shown = (locator) => locator.evaluate((element) => (element.decode?.() ?? Promise.resolve()).then(() => (element.naturalWidth ?? element.videoWidth) > 0));

test('a picked picture', async (t) => {
  const page = await open(t, browser, url);
  assert.ok((await pick(page, SAMPLE)).includes('JPG'));
  assert.equal(await page.locator('#name').innerText(), 'sample.png');
  await convertTo(page, 'jpg');
  const [item, ...more] = await (await result(page)).all();
  assert.deepEqual(more, []);
  assert.ok(await shown(item.locator('img')));
  assertPicture(await save(page, item), 'sample.jpg');
});

test('each format is offered once, and not the one that the file has', async (t) => {
  const page = await open(t, browser, url);
  const bytes = { mimeType: '', buffer: Buffer.from('x') };
  for (const [name, own] of [['a.png', 'PNG'], ['a.jpeg', 'JPG'], ['a.JPG', 'JPG'], ['a.tif', 'TIF'], ['a.md', 'MD']]) {
    const formats = await pick(page, { name, ...bytes });
    assert.deepEqual(formats.filter((format) => ['JPEG', 'TIFF', 'HTM', own].includes(format)), [], `${name}: ${formats}`);
    assert.equal(new Set(formats).size, formats.length);
    assert.ok(formats.length > 1);
  }
});

test('a dropped picture', async (t) => {
  const page = await open(t, browser, url);
  const transfer = await page.evaluateHandle((bytes) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(bytes)], 'Größe #1 (50%).png', { type: 'image/png' }));
    return transfer;
  }, [...readFileSync(SAMPLE)]);
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  assert.ok(await page.locator('body.dragging').count(), 'the page shows that it takes the file');
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  assert.equal(await page.locator('body.dragging').count(), 0);
  await offered(page);
  await convertTo(page, 'jpg');
  assertPicture(await save(page, (await result(page)).first()), 'Größe #1 (50%).jpg');
});

test('the sample picture, by the keyboard alone', async (t) => {
  const page = await open(t, browser, url);
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await press('Tab');
  assert.equal(await focused(), 'file');
  await press('Tab');
  assert.equal(await focused(), 'sample');
  await press('Enter');
  await offered(page);
  const chosen = () => page.locator('#formats :checked').inputValue();
  assert.equal(await chosen(), 'jpg');
  await press('ArrowRight', 'ArrowLeft');
  assert.equal(await chosen(), 'jpg');
  await press('Enter');
  const item = (await result(page)).first();
  assert.equal(await focused(), 'result-title');
  await press('Tab');
  const [download] = await Promise.all([page.waitForEvent('download'), press('Enter')]);
  assert.equal(download.suggestedFilename(), 'sample.jpg');
  assert.ok(await shown(item.locator('img')));
  await press('Tab', 'Enter');
  assert.equal(await focused(), 'file', 'it begins anew');
});

test('text is shown as text', async (t) => {
  const page = await open(t, browser, url);
  await pick(page, { name: 'note.md', mimeType: 'text/markdown', buffer: Buffer.from('# Title\n\n<b>bold</b> words\n') });
  await convertTo(page, 'txt');
  const text = await (await result(page)).first().locator('pre').innerText();
  assert.match(text, /Title/);
});

test('HTML is shown, and can do nothing', async (t) => {
  const page = await open(t, browser, url);
  const hostile = '# Title\n\n<script>parent.document.title = "taken"; alert(1)</script><img src=x onerror="parent.document.title = \'taken\'">\n';
  await pick(page, { name: 'hostile.md', mimeType: 'text/markdown', buffer: Buffer.from(hostile) });
  await convertTo(page, 'html');
  const item = (await result(page)).first();
  const frame = item.locator('iframe');
  assert.equal(await frame.getAttribute('sandbox'), '');
  assert.equal(await item.frameLocator('iframe').locator('h1').innerText(), 'Title');
  assert.equal(await page.title(), 'Convert a file');
  assert.match(String((await save(page, item)).bytes), />Title<\/h1>/);
});

test('the pages of a document, each on its own', async (t) => {
  const page = await open(t, browser, url);
  await pick(page, input('input.pdf'));
  await convertTo(page, 'jpg');
  const items = await (await result(page)).all();
  assert.equal(items.length, 12);
  assert.match(await page.locator('#result-title').innerText(), /12 files/);
  for (const item of items) assert.ok(await shown(item.locator('img')));
  const downloads = [];
  const all = new Promise((resolve) => {
    page.on('download', (download) => downloads.push(download.suggestedFilename()) === 12 && resolve());
  });
  await page.getByRole('button', { name: 'Save all' }).click();
  await all;
  assert.deepEqual(downloads.sort(), items.map((_, at) => `input-${at + 1}.jpg`).sort());
});

test('a film', async (t) => {
  const page = await open(t, browser, url);
  assert.ok((await pick(page, input('input.flv'))).includes('WEBM'));
  await convertTo(page, 'webm');
  const item = (await result(page)).first();
  await item.locator('video').evaluate((video) => new Promise((resolve, reject) => {
    if (video.readyState > 0) return resolve();
    video.onloadedmetadata = resolve;
    video.onerror = reject;
  }));
  assert.ok(await shown(item.locator('video')));
  assert.equal((await save(page, item)).name, 'input.webm');
});

test('one file after the other', async (t) => {
  const page = await open(t, browser, url);
  for (const name of ['one.png', 'two.png']) {
    await pick(page, { name, mimeType: 'image/png', buffer: readFileSync(SAMPLE) });
    await convertTo(page, 'jpg');
    assertPicture(await save(page, (await result(page)).first()), name.replace('png', 'jpg'));
    await page.getByRole('button', { name: 'Convert another file' }).click();
    assert.ok(await page.locator('#choose').isVisible());
  }
});

test('the upload is shown as it goes, by XMLHttpRequest', async (t) => {
  const page = await open(t, browser, url);
  const uploads = [];
  page.on('request', (request) => request.url().includes('/upload/') && uploads.push([request.method(), request.resourceType()]));
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 2 << 20 });
  const large = Buffer.concat([readFileSync(SAMPLE), Buffer.alloc(3 << 20)]);
  await pick(page, { name: 'large.png', mimeType: 'image/png', buffer: large });
  await page.evaluate(() => {
    globalThis.seen = [];
    const bar = document.getElementById('bar');
    const note = () => document.querySelector('[data-step=upload][aria-current]') && globalThis.seen.push([bar.value, document.getElementById('message').textContent]);
    new MutationObserver(note).observe(bar, { attributes: true });
  });
  await convertTo(page, 'jpg');
  await result(page);
  const seen = await page.evaluate(() => globalThis.seen);
  const values = [...new Set(seen.map(([value]) => value))];
  assert.ok(values.length > 5, `the bar moves: ${values}`);
  assert.deepEqual(values, [...values].sort((a, b) => a - b));
  assert.ok(values.some((value) => value > 20 && value < 80));
  assert.match(seen.at(-1)[1], /^Uploading [\d.]+ MB of 3\.2 MB$/);
  assert.deepEqual(uploads, [['POST', 'xhr']]);
});

test('the steps and the percent are shown as they change', async (t) => {
  await misbehave(t, { kind: 'run', delay_ms: 700 });
  const page = await open(t, browser, url);
  await pick(page, SAMPLE);
  await page.evaluate(() => {
    globalThis.steps = [];
    globalThis.said = [];
    new MutationObserver(() => {
      const step = document.querySelector('#steps [aria-current]')?.textContent;
      if (step && globalThis.steps.at(-1) !== step) globalThis.steps.push(step);
    }).observe(document.getElementById('steps'), { attributes: true, subtree: true });
    new MutationObserver(() => globalThis.said.push(document.getElementById('status').textContent))
      .observe(document.getElementById('status'), { childList: true });
  });
  await convertTo(page, 'jpg');
  await result(page);
  const { steps, said } = await page.evaluate(() => ({ steps: globalThis.steps, said: globalThis.said }));
  const order = ['Prepare', 'Upload', 'Read', 'Wait', 'Convert', 'Store', 'Finish', 'Download'];
  for (const step of ['Prepare', 'Upload', 'Wait', 'Download']) assert.ok(steps.includes(step), `${step} in ${steps}`);
  assert.deepEqual(steps, [...steps].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
  assert.ok(said.includes('Wait…'), 'who listens hears it');
  assert.equal(said.at(-1), 'Your file is ready.');
});

test('the percent of a long conversion moves', async (t) => {
  const page = await open(t, browser, url);
  const { processUrl } = await (await fetch(`${url}/prepare`, { method: 'POST', body: '{"from": "png", "to": "jpg"}' })).json();
  // The service's own words about a long conversion, because no sample here takes long.
  const answers = [7, 25.5, 80].map((percent) => ({ step: 'convert', percent, message: 'Converting to jpg...' }));
  await page.route(processUrl, async (route) => {
    const body = answers.shift();
    if (!body || route.request().method() !== 'GET') return route.continue();
    await route.fulfill({ json: body, headers: { 'Access-Control-Allow-Origin': '*' } });
  });
  await page.route(`${url}/prepare`, async (route) => {
    const answer = await (await route.fetch()).json();
    await fetch(answer.processUrl, { method: 'DELETE' });
    const { uploadUrl } = await prepared(processUrl);
    await route.fulfill({ json: { processUrl, uploadUrl } });
  });
  await pick(page, SAMPLE);
  await page.evaluate(() => {
    globalThis.seen = [];
    new MutationObserver(() => globalThis.seen.push(document.getElementById('percent').textContent))
      .observe(document.getElementById('percent'), { childList: true });
  });
  await convertTo(page, 'jpg');
  await result(page);
  const seen = await page.evaluate(() => globalThis.seen);
  assert.deepEqual(seen.filter((text) => ['7 %', '25 %', '80 %'].includes(text)), ['7 %', '25 %', '80 %']);
});

/** The status of a process that waits for its upload. */
async function prepared(processUrl) {
  const status = await (await fetch(processUrl)).json();
  return { uploadUrl: `http:${status.upload.url}` };
}

test('the service sees one conversation, and the key only where the backend creates', async (t) => {
  const page = await open(t, browser, url);
  await pick(page, SAMPLE);
  await forget();
  await convertTo(page, 'jpg');
  await result(page);
  const made = await requests();
  assert.deepEqual(made.filter(({ key }) => key).map(({ kind }) => kind), ['create']);
  assert.deepEqual([...new Set(made.map(({ kind }) => kind))], ['create', 'start', 'upload', 'status', 'download', 'delete']);
});
