// Firefox and WebKit: the element takes a file, converts it and shows it, and says what it saw to its own server.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { SAMPLE } from './support/demo.mjs';
import { jobs } from './support/sandbox.mjs';
import { bodyOf, site } from './support/site.mjs';

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

for (const [name, command] of Object.entries(BROWSERS)) {
  test(`the element converts in ${name}`, { timeout: 120_000 }, async (t) => {
    let tell;
    const told = new Promise((resolve) => (tell = resolve));
    const answers = {
      'GET /sample': (request, response) => response.end(readFileSync(SAMPLE)),
      'POST /told': async (request, response) => {
        tell(JSON.parse(String(await bodyOf(request))));
        response.end();
      },
    };
    const url = await site({ files: { '/': PAGE }, answers, allow: { to: ['jpg'] } });
    const home = mkdtempSync(join(tmpdir(), 'cloudconvert-'));
    const [program, ...rest] = command(home, url);
    // A group of its own, which ends with all that it started.
    const browser = spawn(program, rest, { stdio: 'ignore', detached: true, env: { ...process.env, HOME: home } });
    const ended = once(browser, 'exit');
    after(async () => {
      if (browser.exitCode === null) process.kill(-browser.pid);
      await ended;
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    });
    const { stages, ...seen } = await Promise.race([told, once(t.signal, 'abort')]);
    assert.deepEqual(seen, { words: 'Choisir un fichier', save: 'Enregistrer: photo.jpg', name: 'photo.jpg', start: [0xff, 0xd8, 0xff] });
    for (const stage of ['upload', 'convert', 'download']) assert.ok(stages.includes(stage), `${stage} in ${stages}`);
    assert.deepEqual(await jobs(), []);
  });
}
