// An upload of a file by the kit, beside the barest that a page can do: the same form by XMLHttpRequest.
import { mkdtempSync, openSync, closeSync, rmSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { browse } from './browser.mjs';
import { inTurn, promise, ratio } from './rounds.mjs';

const SIZE = 1 << 30;

const PEERS = {
  kit: (file) => `import('/kit/browser/index.js').then(({ CloudConvert }) => new CloudConvert().upload(location.origin + '/upload/u1', ${file}, { onProgress() {} }))`,
  bare: (file) => `new Promise((resolve, reject) => {
    const form = new FormData();
    form.append('file', ${file}, 'input.bin');
    const request = new XMLHttpRequest();
    request.open('POST', '/upload/u1');
    request.upload.onprogress = () => {};
    request.onload = () => resolve(request.responseText);
    request.onerror = reject;
    request.send(form);
  })`,
};

/** Measures with all cores, and with the browser on one. */
export async function upload({ address, rounds }) {
  const folder = mkdtempSync(join(tmpdir(), 'cloudconvert-bench-'));
  try {
    const path = join(folder, 'input.bin');
    const file = openSync(path, 'w');
    const noise = randomBytes(1 << 20);
    for (let at = 0; at < SIZE; at += noise.length) writeSync(file, noise);
    closeSync(file);
    for (const core of [undefined, 0]) await compare(address, path, rounds, core);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function compare(address, path, rounds, core) {
  const { browser, cpu, close } = await browse({ core });
  const page = await browser.newPage();
  await page.goto(address);
  await page.locator('input').setInputFiles(path);
  const run = async (script) => {
    const before = cpu();
    const seconds = await page.evaluate(`(async () => {
      const begin = performance.now();
      await ${script("document.querySelector('input').files[0]")};
      return (performance.now() - begin) / 1000;
    })()`);
    return { seconds, cpu: cpu() - before };
  };
  // The first upload of each compiles what the others find.
  for (const script of Object.values(PEERS)) await run(script);
  const { kit, bare } = await inTurn(rounds, { kit: () => run(PEERS.kit), bare: () => run(PEERS.bare) });
  await close();
  console.log(`upload of 1 GiB, the browser on ${core === undefined ? 'all cores' : 'one core'}`);
  for (const [name, runs] of Object.entries({ kit, bare })) {
    console.log(`  ${name.padEnd(5)} ${runs.map(({ seconds, cpu }) => `${seconds.toFixed(2)} s (${cpu.toFixed(2)} s of a processor)`).join(', ')}`);
  }
  promise('throughput, of a bare XMLHttpRequest', 1 / ratio(kit, bare, 'seconds'), { atLeast: 0.98 });
  promise('processor time, of a bare XMLHttpRequest', ratio(kit, bare, 'cpu'), { atMost: 1.05 });
}
