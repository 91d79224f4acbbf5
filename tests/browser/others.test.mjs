// Firefox and WebKit: the element takes a file, converts it and shows it; a page goes on after a reload, and saves to its own file
// system; Uppy converts. Each page says what it saw to its own server.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';

import { SAMPLE } from './support/demo.mjs';
import { jobs, misbehave } from './support/sandbox.mjs';
import { bodyOf, site } from './support/site.mjs';
import { UPPY, UPPY_IMPORTS } from './support/uppy.mjs';

const PAGE = `<!doctype html><html lang="fr"><meta charset="utf-8"><title>A page</title>
<script type="module" src="/kit/browser/element.js"></script>
<form><cloudconvert-upload base-url="/convert/v2" name="photo" submit="files" auto></cloudconvert-upload></form>
<script type="module">
const upload = document.querySelector('cloudconvert-upload');
const part = (name) => upload.shadowRoot.querySelector('[part~=' + name + ']');
const stages = new Set();
upload.addEventListener('fileprogress', ({ detail }) => stages.add(detail.progress.stage));
upload.addEventListener('filefailed', ({ detail }) => tell({ failed: String(detail.error) }));
upload.addEventListener('change', async () => {
  // What is drawn, is drawn later.
  while (upload.shadowRoot.querySelectorAll('canvas').length < 2) await new Promise(requestAnimationFrame);
  const [file] = new FormData(document.querySelector('form')).getAll('photo');
  const start = [...new Uint8Array(await file.slice(0, 3).arrayBuffer())];
  tell({ words: part('choose').textContent, save: part('save').ariaLabel, name: file.name, start, stages: [...stages] });
});
const tell = (what) => fetch('/told', { method: 'POST', body: JSON.stringify(what) });
addEventListener('error', ({ message }) => tell({ failed: message }));
const picture = await (await fetch('/sample')).blob();
await upload.add([new File([picture], 'photo.png', { type: 'image/png' })]);
</script>`;

/** It is loaded anew in the middle of a conversion, whose input it takes from its own file system and whose output it saves there. */
const RESUMING = `<!doctype html><meta charset="utf-8"><title>A page</title>
<script type="importmap">{ "imports": { "cloudconvert-kit": "/kit/browser/index.js", "cloudconvert-kit/resume": "/kit/browser/resume.js" } }</script>
<script type="module">
import { CloudConvert } from 'cloudconvert-kit';
import { resumable } from 'cloudconvert-kit/resume';
const tell = (what) => fetch('/told', { method: 'POST', body: JSON.stringify(what) });
addEventListener('error', ({ message }) => tell({ failed: message }));
try {
  const client = resumable(new CloudConvert({ baseUrl: new URL('/convert/v2', location).href }));
  const [left] = await client.unfinished();
  // WebKit's simplest browser has none.
  const root = await navigator.storage?.getDirectory?.();
  if (left) {
    const { name } = left.files[0];
    const result = await left.resume();
    const text = result.files.length > 0 ? await result.files[0].text() : await (await (await root.getFileHandle('hello.html')).getFile()).text();
    tell({ needs: left.needs, name, isConverted: /<h1[^>]*>Hello<\\/h1>/.test(text) });
  } else {
    const file = new File(['# Hello'], 'hello.md');
    const saveTo = await root?.getFileHandle('hello.html', { create: true });
    client.convert(file, { to: 'html', ...(saveTo?.createWritable && { saveTo }), onProgress: ({ stage }) => stage === 'convert' && location.reload() });
  }
} catch (error) {
  tell({ failed: String(error) });
}
</script>`;

/** Its connections break, and it cancels what it began second. */
const BREAKING = `<!doctype html><meta charset="utf-8"><title>A page</title>
<script type="module">
import { CloudConvert } from '/kit/browser/index.js';
const tell = (what) => fetch('/told', { method: 'POST', body: JSON.stringify(what) });
addEventListener('error', ({ message }) => tell({ failed: message }));
try {
  const client = new CloudConvert({ baseUrl: new URL('/convert/v2', location).href });
  const file = new File(['# Hello\\n' + 'word '.repeat(200_000)], 'hello.md');
  const { files } = await client.convert(file, { to: 'html' });
  const stop = new AbortController();
  const ended = client.convert(file, { to: 'html', signal: stop.signal, onProgress: ({ stage }) => stage === 'convert' && stop.abort() });
  tell({ isConverted: /Hello<\\/h1>/.test(await files[0].text()), ended: await ended.catch(({ name }) => name) });
} catch (error) {
  tell({ failed: String(error) });
}
</script>`;

/** Uppy converts two files, of which one has to be tried again. */
const UPLOADING = `<!doctype html><meta charset="utf-8"><title>Uppy</title>${UPPY_IMPORTS}
<script type="module">
import Uppy from '@uppy/core';
import { CloudConvertUploader } from 'cloudconvert-kit/uppy';
const tell = (what) => fetch('/told', { method: 'POST', body: JSON.stringify(what) });
addEventListener('error', ({ message }) => tell({ failed: message }));
try {
  const uppy = new Uppy().use(CloudConvertUploader, { baseUrl: '/convert/v2', to: 'html' });
  const stages = new Set();
  uppy.on('cloudconvert-progress', (file, { stage }) => stages.add(stage));
  for (const name of ['one.md', 'two.md']) uppy.addFile({ name, type: 'text/markdown', data: new File(['# Hello'], name) });
  const { failed } = await uppy.upload();
  await uppy.retryAll();
  const converted = uppy.getFiles().map(({ response, progress }) => [response.body.files[0].name, progress.percentage]);
  tell({ failed: failed.length, converted, stages: ['upload', 'convert', 'download'].filter((stage) => stages.has(stage)) });
} catch (error) {
  tell({ failed: String(error) });
}
</script>`;

/** It comes with WebKit's driver, on no `PATH`. */
const MINI_BROWSER = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/webkit2gtk-4.1/MiniBrowser`;

/** What starts each of them, with nothing but a folder of its own and the address. */
const BROWSERS = {
  Firefox(home, url) {
    // It asks nobody on the internet for anything.
    const quiet = [
      'app.normandy.enabled', 'browser.safebrowsing.malware.enabled', 'browser.safebrowsing.phishing.enabled', 'browser.shell.checkDefaultBrowser',
      'datareporting.policy.dataSubmissionEnabled', 'network.captive-portal-service.enabled', 'network.connectivity-service.enabled',
    ];
    writeFileSync(join(home, 'user.js'), quiet.map((name) => `user_pref("${name}", false);`).join('\n'));
    return ['firefox-esr', '--headless', '--no-remote', '--profile', home, url];
  },
  WebKit: (home, url) => ['xvfb-run', '--auto-servernum', MINI_BROWSER, '--private', url],
};

/** Starts a browser with a folder of its own; gives what ends it. */
function start(command, url) {
  const home = mkdtempSync(join(tmpdir(), 'cloudconvert-'));
  const [program, ...rest] = command(home, url);
  // A group of its own, which ends with all that it started.
  const browser = spawn(program, rest, { stdio: 'ignore', detached: true, env: { ...process.env, HOME: home } });
  const ended = once(browser, 'exit');
  const kill = (signal) => browser.exitCode === null && browser.signalCode === null && process.kill(-browser.pid, signal);
  return async () => {
    kill('SIGTERM');
    // A browser that waits for its own parts may never end.
    const late = setTimeout(kill, 10_000, 'SIGKILL');
    await ended;
    clearTimeout(late);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
}

/** Opens a page in a browser; gives what it tells. */
async function opened(t, command, page, allow, files) {
  let tell, ask;
  const told = new Promise((resolve) => (tell = resolve));
  const asked = new Promise((resolve) => (ask = resolve));
  const answers = {
    'GET /': (request, response) => {
      ask(true);
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(page);
    },
    'GET /sample': (request, response) => response.end(readFileSync(SAMPLE)),
    'POST /told': async (request, response) => {
      tell(JSON.parse(String(await bodyOf(request))));
      response.end();
    },
  };
  const url = await site({ files, answers, allow });
  let end = start(command, url);
  after(() => end());
  // A browser that does not come up says nothing about the page, so another one is started, once.
  if (!(await Promise.race([asked, wait(40_000, false, { signal: t.signal, ref: false })]))) {
    await end();
    end = start(command, url);
  }
  return Promise.race([told, once(t.signal, 'abort')]);
}

for (const [name, command] of Object.entries(BROWSERS)) {
  test(`the element converts in ${name}`, { timeout: 120_000 }, async (t) => {
    const { stages, ...seen } = await opened(t, command, PAGE, { to: ['jpg'] });
    assert.deepEqual(seen, { words: 'Choisir un fichier', save: 'Enregistrer: photo.jpg', name: 'photo.jpg', start: [0xff, 0xd8, 0xff] });
    for (const stage of ['upload', 'convert', 'download']) assert.ok(stages.includes(stage), `${stage} in ${stages}`);
    assert.deepEqual(await jobs(), []);
  });

  test(`a conversion goes on after a reload in ${name}`, { timeout: 120_000 }, async (t) => {
    await misbehave(t, { kind: 'run', delay_ms: 1500 });
    assert.deepEqual(await opened(t, command, RESUMING, { to: ['html'] }), { needs: 'nothing', name: 'hello.md', isConverted: true });
    assert.deepEqual(await jobs(), []);
  });

  test(`connections that break and a cancel in ${name}`, { timeout: 120_000 }, async (t) => {
    const cut = [{ kind: 'upload', cut_upload_after: 100_000 }, { kind: 'status', cut: 'before' }, { kind: 'download', cut_download_after: 100_000 }];
    await misbehave(t, ...cut, { kind: 'run', skip: 1, delay_ms: 60_000 });
    assert.deepEqual(await opened(t, command, BREAKING, { to: ['html'] }), { isConverted: true, ended: 'AbortError' });
    while ((await jobs()).length > 0) t.signal.throwIfAborted();
  });
  test(`Uppy converts in ${name}, and tries again`, { timeout: 120_000 }, async (t) => {
    await misbehave(t, { kind: 'run', status: 422 });
    const seen = await opened(t, command, UPLOADING, { to: ['html'] }, UPPY);
    assert.deepEqual(seen, { failed: 1, converted: [['one.html', 100], ['two.html', 100]], stages: ['upload', 'convert', 'download'] });
    assert.deepEqual(await jobs(), []);
  });
}
