// `<cloudconvert-upload>` on pages of its users: in forms, with limits, in other words, by a relay and by tickets.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';

import { browse, files, SAMPLE, state } from './support/demo.mjs';
import { address, jobs, key, misbehave, processes } from './support/sandbox.mjs';
import { bodyOf, CloudConvert, site } from './support/site.mjs';

/** The pages of the tests, by their paths. */
const pages = {};
/** What forms have sent. */
const posted = [];
const sent = async (request, response) => {
  posted.push(await new Response(await bodyOf(request), { headers: { 'Content-Type': request.headers['content-type'] } }).formData());
  response.end('Thank you.');
};
const [browser, url] = await Promise.all([browse(), site({ files: pages, answers: { 'POST /sent': sent }, allow: {} })]);
const backend = new CloudConvert({ baseUrl: `${address}/v2`, apiKey: key });
afterEach(async () => assert.deepEqual(await jobs(), [], 'nothing is left on the service'));

/** A page with one `<script>` and what else it has; everything that the element tells is in `told`. */
async function open(t, body, options = {}) {
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  const mistakes = [];
  page.on('pageerror', (error) => mistakes.push(String(error)));
  t.after(() => assert.deepEqual(mistakes, []));
  const path = `/page/${Object.keys(pages).length}`;
  const script = '<script type="module" src="/kit/browser/element.js"></script>';
  pages[path] = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>${script}${body}`;
  await page.goto(url + path);
  await page.evaluate(() => {
    globalThis.told = [];
    for (const type of ['fileadded', 'filerefused', 'fileconverted', 'filefailed', 'fileremoved', 'change']) {
      document.addEventListener(type, ({ detail }) => globalThis.told.push(detail?.reason ?? type));
    }
  });
  await page.locator('cloudconvert-upload').getByRole('button').first().waitFor();
  return page;
}

const RELAY = 'base-url="/convert/v2"';
const note = (name = 'note.md', content = '# A note') => ({ name, mimeType: 'text/markdown', buffer: Buffer.from(content) });
const choose = (page, ...picked) => page.locator('cloudconvert-upload input').setInputFiles(picked);
const done = async (page, nth = 0) => {
  await files(page).and(page.locator('[data-state=done], [data-state=failed]')).nth(nth).waitFor();
  assert.deepEqual(await files(page).and(page.locator('[data-state=failed]')).allInnerTexts(), []);
};
const told = (page) => page.evaluate(() => globalThis.told);

test('a plain form gets the reference, by which its server fetches the result', async (t) => {
  const page = await open(t, `<form method="post" action="/sent" enctype="multipart/form-data"><cloudconvert-upload ${RELAY} name="photo" to="html" auto required></cloudconvert-upload><button>Send</button></form>`);
  const send = page.getByRole('button', { name: 'Send' });
  await send.click();
  assert.equal(await page.evaluate(() => document.querySelector('cloudconvert-upload').matches(':invalid')), true, 'it is required');
  await choose(page, note());
  await done(page);
  assert.deepEqual(await told(page), ['fileadded', 'fileconverted', 'change']);
  await send.click();
  await page.getByText('Thank you.').waitFor();
  const [id] = posted.splice(0).map((data) => data.get('photo'));
  const { files: [file] } = await backend.follow(`${address}/v2/jobs/${id}`);
  assert.match(await file.text(), /A note<\/h1>/);
});

test('a form gets the files themselves, if it wants them', async (t) => {
  const page = await open(t, `<form method="post" action="/sent" enctype="multipart/form-data"><cloudconvert-upload ${RELAY} name="notes" submit="files" to="html" auto multiple></cloudconvert-upload><button>Send</button></form>`);
  await choose(page, note('one.md'), note('two.md'));
  await done(page, 1);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Thank you.').waitFor();
  const [sent] = posted.splice(0).map((data) => data.getAll('notes'));
  assert.deepEqual(sent.map(({ name }) => name), ['one.html', 'two.html']);
  assert.match(await sent[0].text(), /A note<\/h1>/);
});

test('a form waits for what is going on, and a reset ends it', async (t) => {
  await misbehave(t, { kind: 'run', delay_ms: 60_000 });
  const page = await open(t, `<form><cloudconvert-upload ${RELAY} name="note" to="html" auto></cloudconvert-upload><button type="reset">Begin anew</button></form><fieldset><form><cloudconvert-upload id="other"></cloudconvert-upload></form></fieldset>`);
  await page.locator('cloudconvert-upload input').first().setInputFiles(note());
  await state(page).getByText('Converting').waitFor();
  const message = await page.evaluate(() => {
    const form = document.querySelector('form');
    return [form.checkValidity(), new FormData(form).has('note')];
  });
  assert.deepEqual(message, [false, false]);
  await page.getByRole('button', { name: 'Begin anew' }).click();
  assert.equal(await files(page).count(), 0);
  while ((await jobs()).length > 0) t.signal.throwIfAborted();
  await page.evaluate(() => (document.querySelector('fieldset').disabled = true));
  assert.ok(await page.locator('#other').getByRole('button').first().isDisabled(), 'a fieldset disables it');
});

test('what is too large, of another type or too much is not taken, and said so', async (t) => {
  const page = await open(t, `<cloudconvert-upload ${RELAY} to="html" accept=".md, image/*" max-size="2000" max-files="2" multiple></cloudconvert-upload>`);
  await choose(page, note('large.md', 'x'.repeat(2001)), { name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.from('x') }, note('a.md'), { name: 'b', mimeType: 'image/png', buffer: Buffer.from('x') }, note('c.md'));
  assert.equal(await page.getByRole('alert').innerText(), 'large.md is larger than 2 kB. a.pdf has a type that is not accepted. Choose 2 at most.');
  assert.deepEqual((await told(page)).sort(), ['fileadded', 'fileadded', 'tooLarge', 'tooMany', 'wrongType']);
  assert.equal(await page.locator('[part=limits]').innerText(), 'Up to 2 kB each');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Choose files' }).click()]);
  assert.equal(await chooser.element().getAttribute('accept'), '.md, image/*');
});

test('a type that no system tells is known by the name', async (t) => {
  const page = await open(t, `<cloudconvert-upload ${RELAY} to="html" accept="image/*, .flac" multiple></cloudconvert-upload>`);
  await page.evaluate(() => {
    const given = ['IMG_1.HEIC', 'b.flac', 'c.mkv', 'd.exe', 'e'].map((name) => new File(['x'], name));
    return document.querySelector('cloudconvert-upload').add([...given, new File(['x'], 'no-picture.heic', { type: 'text/plain' })]);
  });
  assert.deepEqual(await files(page).locator('[part=name]').allInnerTexts(), ['IMG_1.HEIC', 'b.flac']);
  assert.deepEqual((await told(page)).filter((name) => name !== 'fileadded'), Array(4).fill('wrongType'));
});

test('a phone takes a picture, or picks a file as ever', async (t) => {
  const page = await open(t, `<cloudconvert-upload ${RELAY} to="html" accept=".md" camera></cloudconvert-upload>`, { hasTouch: true, isMobile: true });
  const asked = async (name) => {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name }).click()]);
    return chooser.element().evaluate((input) => [input.accept, input.hasAttribute('capture')]);
  };
  assert.deepEqual(await asked('Take a picture'), ['image/*', true]);
  assert.deepEqual(await asked('Choose a file'), ['.md', false]);
});

test('where it is disabled, nothing can be done with its files either', async (t) => {
  const page = await open(t, `<fieldset><cloudconvert-upload ${RELAY} to="html txt"></cloudconvert-upload></fieldset>`);
  await choose(page, note());
  const controls = () => page.locator('cloudconvert-upload').evaluate(({ shadowRoot }) => [...shadowRoot.querySelectorAll('[part=file] :is(button, select)')].map(({ disabled }) => disabled));
  assert.deepEqual([...new Set(await controls())], [false]);
  const disable = (disabled) => page.evaluate((disabled) => {
    document.querySelector('fieldset').disabled = disabled;
    document.querySelector('cloudconvert-upload').convert();
    return document.querySelector('cloudconvert-upload').items[0].state;
  }, disabled);
  assert.equal(await disable(true), 'ready');
  assert.deepEqual([...new Set(await controls())], [true]);
  assert.equal(await disable(false), 'working');
  await done(page);
});

test('motion is reduced for those who want that', async (t) => {
  await misbehave(t, { kind: 'run', delay_ms: 60_000, times: 2 });
  for (const reducedMotion of ['reduce', 'no-preference']) {
    const page = await open(t, `<cloudconvert-upload ${RELAY} to="html" at-once="1" multiple auto></cloudconvert-upload>`, { reducedMotion });
    await choose(page, note('one.md'), note('two.md'));
    // Of what waits nobody knows how far it is.
    const bar = files(page).and(page.locator('[data-state=waiting]')).locator('progress');
    await bar.waitFor();
    assert.equal(await bar.evaluate((element) => element.matches(':indeterminate')), true);
    assert.equal(await bar.evaluate((element) => getComputedStyle(element).appearance), reducedMotion === 'reduce' ? 'none' : 'auto');
    await page.evaluate(() => document.querySelector('cloudconvert-upload').clear());
    while ((await jobs()).length > 0) t.signal.throwIfAborted();
  }
});

test('the service is said to say only what it said', async (t) => {
  const page = await open(t, `<cloudconvert-upload ${RELAY} to="html"></cloudconvert-upload>`);
  const failed = async (options) => {
    await page.evaluate((options) => (document.querySelector('cloudconvert-upload').options = options), options);
    await choose(page, note());
    await page.getByRole('button', { name: 'Convert', exact: true }).click();
    await files(page).and(page.locator('[data-state=failed]')).waitFor();
    return state(page).innerText();
  };
  assert.equal(await failed({ retries: -1 }), 'Something went wrong. Try again.', 'the page has made a mistake');
  await misbehave(t, { kind: 'create', status: 422, body: '{"message": "The tag is too long."}' });
  assert.equal(await failed({}), 'Something went wrong. Try again. The service says: “The tag is too long.”');
  await misbehave(t, { kind: 'run', delay_ms: 60_000 });
  assert.equal(await failed({ deadline: 1000 }), 'It took too long. Try again.');
  while ((await jobs()).length > 0) t.signal.throwIfAborted();
  await page.evaluate(() => (document.querySelector('cloudconvert-upload').ticket = async () => Promise.reject(new Error('a secret of the page'))));
  assert.equal(await failed({}), 'Something went wrong. Try again.');
});

test('without `multiple` another file takes the place of the last', async (t) => {
  const page = await open(t, `<cloudconvert-upload ${RELAY} to="html txt"></cloudconvert-upload>`);
  await choose(page, note('one.md'));
  await choose(page, note('two.md'));
  assert.deepEqual(await files(page).locator('[part=name]').allInnerTexts(), ['two.md']);
  assert.deepEqual(await files(page).locator('option').allTextContents(), ['HTML', 'TXT'], 'in the order of the page');
});

test('of several files that come together, an element without `multiple` takes one, and says how many', async (t) => {
  const page = await open(t, `<cloudconvert-upload ${RELAY} to="html"></cloudconvert-upload>`);
  await page.evaluate(() => document.querySelector('cloudconvert-upload').add(['one.md', 'two.md'].map((name) => new File(['x'], name))));
  assert.deepEqual(await files(page).locator('[part=name]').allInnerTexts(), ['one.md']);
  assert.equal(await page.getByRole('alert').innerText(), 'Choose 1 at most.');
  assert.deepEqual(await told(page), ['fileadded', 'tooMany']);
});

test('what is pasted into a field of the page stays its own, although it has a picture beside its text', async (t) => {
  const page = await open(t, `<input id="field"><p id="editable" contenteditable>Text</p><p id="text">Text</p><cloudconvert-upload ${RELAY} to="html" whole-page multiple></cloudconvert-upload>`);
  const isTaken = (id) => page.evaluate((id) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'A cell');
    clipboardData.items.add(new File(['x'], 'image.png', { type: 'image/png' }));
    return !document.getElementById(id).dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, id);
  assert.deepEqual([await isTaken('field'), await isTaken('editable')], [false, false]);
  assert.equal(await files(page).count(), 0);
  assert.equal(await isTaken('text'), true);
  await files(page).first().waitFor();
});

test('its lists say that they are lists, which Safari does not see where they have no marks', async (t) => {
  const page = await open(t, `<cloudconvert-upload ${RELAY} to="html"></cloudconvert-upload>`);
  await choose(page, note());
  await files(page).first().waitFor();
  const roles = await page.locator('cloudconvert-upload').evaluate(({ shadowRoot }) => [...shadowRoot.querySelectorAll('ul')].map((list) => list.getAttribute('role')));
  assert.deepEqual(roles, ['list', 'list'], 'of the files, and of what comes out of one');
});

/** How a person gives the element a folder. */
const GIVEN = {
  async picked(page, folder) {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Choose a folder' }).click()]);
    await chooser.setFiles(folder);
  },
  async dropped(page, folder) {
    const session = await page.context().newCDPSession(page);
    const { x, y } = await page.locator('cloudconvert-upload [part=drop]').boundingBox();
    const data = { items: [], files: [folder], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop']) await session.send('Input.dispatchDragEvent', { type, x: x + 5, y: y + 5, data });
  },
};

for (const [how, give] of Object.entries(GIVEN)) {
  test(`a folder that is ${how} is taken with what is in it`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'cloudconvert-'));
    t.after(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, 'notes/old'), { recursive: true });
    mkdirSync(join(folder, 'notes/.git'));
    for (const name of ['notes/one.md', 'notes/old/two.md', 'notes/.hidden.md', 'notes/.git/three.md']) writeFileSync(join(folder, name), '# A note');
    const page = await open(t, `<cloudconvert-upload ${RELAY} to="html" multiple directory></cloudconvert-upload>`);
    await give(page, join(folder, 'notes'));
    await files(page).nth(1).waitFor();
    assert.deepEqual((await files(page).locator('[part=name]').allInnerTexts()).sort(), ['one.md', 'two.md']);
  });
}

for (const [language, words] of Object.entries({
  de: ['Dateien wählen', '8,5 kB'], 'fr-CA': ['Choisir des fichiers', '8,5 ko'], es: ['Elegir archivos', '8,5 kB'], ja: ['Choose files', '8.5 KB'],
  // As some systems write it, and as some templates leave it: it speaks as the browser does then.
  de_AT: ['Dateien wählen', '8,5 kB'], '{{ language }}': ['Choose files', '8.5 kB'],
})) {
  test(`it speaks ${language}`, async (t) => {
    const page = await open(t, `<div lang="${language}"><cloudconvert-upload ${RELAY} to="jpg" multiple></cloudconvert-upload></div>`);
    await page.getByRole('button', { name: words[0] }).waitFor();
    await choose(page, SAMPLE);
    assert.equal((await files(page).locator('[part=size]').innerText()).replaceAll(/\s/g, ' '), words[1]);
  });
}

test('its words can be others, and its looks', async (t) => {
  const page = await open(t, `<style>cloudconvert-upload { --cloudconvert-accent: rgb(0, 100, 0); } cloudconvert-upload::part(choose) { border-radius: 0; }</style><cloudconvert-upload ${RELAY}></cloudconvert-upload>`);
  await page.evaluate(() => (document.querySelector('cloudconvert-upload').words = { chooseOne: 'Pick it' }));
  const button = page.getByRole('button', { name: 'Pick it' });
  const { backgroundColor, borderRadius } = await button.evaluate((element) => ({ ...getComputedStyle(element) }));
  assert.deepEqual([backgroundColor, borderRadius], ['rgb(0, 100, 0)', '0px']);
});

test('what is set before the element is defined counts', async (t) => {
  const page = await open(t, `<main><script>const early = document.createElement('cloudconvert-upload'); early.baseUrl = '/convert/v2'; early.multiple = true; early.to = 'html'; early.words = { choose: 'Early' }; document.currentScript.after(early);</script></main>`);
  await page.getByRole('button', { name: 'Early' }).waitFor();
  assert.equal(await page.evaluate(() => document.querySelector('cloudconvert-upload').outerHTML), '<cloudconvert-upload base-url="/convert/v2" to="html" multiple=""></cloudconvert-upload>');
});

test('tickets of a backend take the place of a relay', async (t) => {
  const first = new CloudConvert({ baseUrl: `${address}/v1`, apiKey: key });
  const page = await open(t, '<cloudconvert-upload to="html"></cloudconvert-upload>');
  await page.exposeFunction('prepare', async (wish) => (await first.prepare(wish)).ticket);
  await page.evaluate(() => {
    const upload = document.querySelector('cloudconvert-upload');
    upload.ticket = ({ from, to }) => globalThis.prepare({ from, to });
    globalThis.fractions = [];
    upload.addEventListener('fileprogress', ({ detail }) => globalThis.fractions.push(detail.progress.fraction));
  });
  await choose(page, note());
  await page.getByRole('button', { name: 'Convert', exact: true }).click();
  await done(page);
  const text = await page.evaluate(() => document.querySelector('cloudconvert-upload').items[0].result.files[0].text());
  assert.match(text, /A note<\/h1>/);
  const fractions = await page.evaluate(() => globalThis.fractions);
  assert.deepEqual(fractions, [...fractions].sort((a, b) => a - b));
  assert.deepEqual(await processes(), []);
});

test('a server that imports it, draws nothing and fails at nothing', async () => {
  const { CloudConvertUpload } = await import('../../npm/dist/browser/element.js');
  assert.equal(typeof CloudConvertUpload, 'function');
});
