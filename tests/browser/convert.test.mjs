// From a file on the page to its conversion.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';

import { browse, convertTo, files, input, offered, open, pick, result, SAMPLE, save, serve, show, state } from './support/demo.mjs';
import { forget, jobs, misbehave, requests } from './support/sandbox.mjs';

const [browser, url] = await Promise.all([browse(), serve()]);
afterEach(async () => assert.deepEqual(await jobs(), [], 'nothing is left on the service'));

function assertPicture({ name, bytes }, expected) {
  assert.equal(name, expected);
  assert.deepEqual([...bytes.subarray(0, 3)], [0xff, 0xd8, 0xff]);
  assert.deepEqual([...bytes.subarray(-2)], [0xff, 0xd9]);
}

test('a picked picture', async (t) => {
  const page = await open(t, browser, url);
  assert.ok((await pick(page, SAMPLE)).includes('JPG'));
  assert.equal(await files(page).locator('[part=name]').innerText(), 'sample.png');
  await files(page).locator('[part=preview] canvas').waitFor();
  await convertTo(page, 'jpg');
  const [item, ...more] = await (await result(page)).all();
  assert.deepEqual(more, []);
  await item.locator('canvas').waitFor();
  assertPicture(await save(page, item), 'sample.jpg');
  const tab = await show(page, item);
  assert.equal(await tab.locator('img').evaluate((picture) => picture.naturalWidth), 480);
});

test('each format is offered once, and not the one that the file has', async (t) => {
  const page = await open(t, browser, url);
  const bytes = { mimeType: '', buffer: Buffer.from('x') };
  for (const [name, own] of [['a.png', 'PNG'], ['a.jpeg', 'JPG'], ['a.JPG', 'JPG'], ['a.tif', 'TIF'], ['a.md', 'MD']]) {
    const formats = await pick(page, { name, ...bytes });
    assert.deepEqual(formats.filter((format) => ['JPEG', 'TIFF', 'HTM', own].includes(format)), [], `${name}: ${formats}`);
    assert.equal(new Set(formats).size, formats.length);
    assert.ok(formats.length > 1);
    await files(page).getByRole('button', { name: /^Remove/ }).click();
  }
});

test('a picture that is dropped anywhere on the page', async (t) => {
  const page = await open(t, browser, url);
  const transfer = await page.evaluateHandle((bytes) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(bytes)], 'Größe #1 (50%).png', { type: 'image/png' }));
    return transfer;
  }, [...readFileSync(SAMPLE)]);
  const over = page.locator('cloudconvert-upload .over');
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  assert.ok(await over.count(), 'the page shows that it takes the file');
  await page.dispatchEvent('body', 'dragleave', { dataTransfer: transfer });
  assert.equal(await over.count(), 0, 'and that it does not, where the file is taken away');
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  assert.equal(await over.count(), 0);
  await offered(page);
  await convertTo(page, 'jpg');
  assertPicture(await save(page, await result(page)), 'Größe #1 (50%).jpg');
});

test('a picture that is pasted', async (t) => {
  const page = await open(t, browser, url);
  await page.evaluate((bytes) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([new Uint8Array(bytes)], 'image.png', { type: 'image/png' }));
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, [...readFileSync(SAMPLE)]);
  assert.ok((await offered(page)).includes('JPG'));
  assert.equal(await files(page).count(), 1);
});

test('the sample picture, by the keyboard alone', async (t) => {
  const page = await open(t, browser, url);
  const focused = () => page.evaluate(() => {
    const element = document.activeElement;
    const inner = element.shadowRoot?.activeElement ?? element;
    return inner.ariaLabel ?? inner.textContent.trim();
  });
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await press('Tab');
  assert.equal(await focused(), 'Choose files');
  await press('Tab', 'Enter');
  await offered(page);
  assert.match(await focused(), /Try the sample picture/);
  await press('Shift+Tab');
  assert.equal(await focused(), 'Convert');
  await press('Shift+Tab', 'Shift+Tab');
  assert.equal(await focused(), 'Convert to: sample.png');
  assert.equal(await files(page).getByRole('combobox').inputValue(), 'jpg');
  await press('Tab', 'Tab', 'Enter');
  await result(page);
  await files(page).getByRole('link', { name: /^Open/ }).waitFor();
  assert.match(await focused(), /: sample\.(png|jpg)$/, 'the focus is on the file');
  await files(page).getByRole('link', { name: /^Save/ }).focus();
  const [download] = await Promise.all([page.waitForEvent('download'), press('Enter')]);
  assert.equal(download.suggestedFilename(), 'sample.jpg');
  await files(page).getByRole('button', { name: /^Remove/ }).focus();
  await press('Enter');
  assert.equal(await files(page).count(), 0);
  assert.equal(await focused(), 'Choose files', 'it begins anew');
});

test('text is shown as text', async (t) => {
  const page = await open(t, browser, url);
  await pick(page, { name: 'note.md', mimeType: 'text/markdown', buffer: Buffer.from('# Title\n\n<b>bold</b> words\n') });
  await convertTo(page, 'txt');
  const tab = await show(page, await result(page));
  assert.match(await tab.locator('pre').innerText(), /Title/);
});

test('HTML is shown, and can do nothing', async (t) => {
  const page = await open(t, browser, url);
  const hostile = '# Title\n\n<script>opener.document.title = "taken"; alert(1)</script><img src=x onerror="parent.document.title = \'taken\'">\n';
  await pick(page, { name: 'hostile.md', mimeType: 'text/markdown', buffer: Buffer.from(hostile) });
  await convertTo(page, 'html');
  const item = await result(page);
  const tab = await show(page, item);
  assert.equal(await tab.locator('iframe').getAttribute('sandbox'), '');
  assert.equal(await tab.frameLocator('iframe').locator('h1').innerText(), 'Title');
  assert.equal(await page.title(), 'Convert files');
  assert.notEqual(await tab.title(), 'taken');
  assert.match(String((await save(page, item)).bytes), />Title<\/h1>/);
});

test('the pages of a document, each on its own', async (t) => {
  const page = await open(t, browser, url);
  await pick(page, input('input.pdf'));
  await convertTo(page, 'jpg');
  const items = await (await result(page)).all();
  assert.equal(items.length, 12);
  for (const item of items) await item.locator('canvas').waitFor();
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
  const item = await result(page);
  const tab = await show(page, item);
  await tab.waitForFunction(() => document.querySelector('video')?.videoWidth > 0);
  assert.equal((await save(page, item)).name, 'input.webm');
});

test('several files at once, each into its own format', async (t) => {
  const page = await open(t, browser, url);
  const picture = (name) => ({ name, mimeType: 'image/png', buffer: readFileSync(SAMPLE) });
  await pick(page, ...['one.png', 'two.png', 'three.png', 'four.png'].map(picture));
  await convertTo(page, 'gif');
  await files(page).and(page.locator('[data-state=done]')).nth(3).waitFor();
  const names = await files(page).locator('[part=result] [part=name]').allInnerTexts();
  assert.deepEqual(names, ['one.jpg', 'two.jpg', 'three.jpg', 'four.gif']);
});

test('one file after the other', async (t) => {
  const page = await open(t, browser, url);
  for (const name of ['one.png', 'two.png']) {
    await pick(page, { name, mimeType: 'image/png', buffer: readFileSync(SAMPLE) });
    await convertTo(page, 'jpg');
    assertPicture(await save(page, await result(page)), name.replace('png', 'jpg'));
  }
  assert.equal(await files(page).count(), 2);
});

/** Notes what an element says, and its progress where it has one, from now on. */
async function watched(page, locator) {
  await locator.evaluate((element) => {
    globalThis.seen = [];
    const note = () => {
      const text = (element.querySelector('[part=state]') ?? element).textContent;
      globalThis.seen.push({ text, value: element.querySelector('progress')?.value });
    };
    new MutationObserver(note).observe(element, { attributes: true, childList: true, characterData: true, subtree: true });
  });
  return () => page.evaluate(() => globalThis.seen);
}

test('the upload is shown as it goes, by XMLHttpRequest', async (t) => {
  const page = await open(t, browser, url);
  const uploads = [];
  page.on('request', (request) => request.url().includes('/upload/') && uploads.push([request.method(), request.resourceType()]));
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 2 << 20 });
  const large = Buffer.concat([readFileSync(SAMPLE), Buffer.alloc(3 << 20)]);
  await pick(page, { name: 'large.png', mimeType: 'image/png', buffer: large });
  const seen = await watched(page, files(page));
  await convertTo(page, 'jpg');
  await result(page);
  const uploading = (await seen()).filter(({ text }) => text.startsWith('Uploading'));
  const values = [...new Set(uploading.map(({ value }) => value))];
  assert.ok(values.length > 5, `the bar moves: ${values}`);
  assert.deepEqual(values, [...values].sort((a, b) => a - b));
  assert.ok(uploading.some(({ text }) => /^Uploading [\d.]+ MB of 3\.2 MB · [\d.]+ [kM]B\/s · \d+ sec left$/.test(text)), uploading.at(-1).text);
  assert.deepEqual(uploads, [['POST', 'xhr']]);
});

test('the steps are shown and said as they change', async (t) => {
  await misbehave(t, { kind: 'run', delay_ms: 700 });
  const page = await open(t, browser, url);
  await pick(page, SAMPLE);
  const said = await watched(page, page.locator('cloudconvert-upload').getByRole('status'));
  await convertTo(page, 'jpg');
  await result(page);
  const steps = ['Preparing', 'Uploading', 'Converting', 'Downloading', 'Converted'];
  assert.deepEqual([...new Set((await said()).map(({ text }) => text))], steps.map((step) => `sample.png: ${step}`));
});

test('the percent of a long conversion moves', async (t) => {
  const page = await open(t, browser, url);
  await pick(page, SAMPLE);
  // What the service would say about a long conversion, because no sample here takes long.
  const percents = [7, 25.5, 80];
  await page.route('**/convert/v2/jobs/*', async (route) => {
    if (percents.length === 0 || route.request().method() !== 'GET') return route.continue();
    const { data } = await (await route.fetch()).json();
    const percent = percents.shift();
    const tasks = data.tasks.map(({ result: _, ...task }) => ({ ...task, status: task.operation === 'convert' ? 'processing' : 'finished', percent }));
    return route.fulfill({ json: { data: { ...data, status: 'processing', tasks } } });
  });
  const seen = await watched(page, state(page));
  await convertTo(page, 'jpg');
  await result(page);
  const [first, ...more] = [...new Set((await seen()).map(({ text }) => text.split(' · ')[0]))].filter((text) => text.includes('%'));
  const values = [first, ...more].map((text) => Number(/^Converting (\d+) %$/.exec(text)[1]));
  assert.equal(values.length, 3);
  assert.deepEqual(values, [...values].sort((a, b) => a - b));
});

test('the service sees one conversation, and the key only from the relay', async (t) => {
  const page = await open(t, browser, url);
  await pick(page, SAMPLE);
  await forget();
  await convertTo(page, 'jpg');
  await result(page);
  const made = await requests();
  const kinds = (wanted) => [...new Set(made.filter(({ key }) => key === wanted).map(({ kind }) => kind))];
  assert.deepEqual(kinds(false), ['upload', 'download']);
  assert.deepEqual(kinds(true), ['create', 'status', 'delete']);
});
