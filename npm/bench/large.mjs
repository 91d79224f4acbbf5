// What is larger than 4 GiB, up and down: what it costs a page in memory.
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { browse } from './browser.mjs';
import { promise } from './rounds.mjs';

const SIZE = 5 * (1 << 30) + 1;
const MIB = 1 << 20;

const WAYS = {
  upload: `new CloudConvert().upload(location.origin + '/upload/u1', document.querySelector('input').files[0], { onProgress() {} }).then(() => ${SIZE})`,
  download: `new CloudConvert().follow(location.origin + '/process/${SIZE}', { onProgress() {} }).then(({ files }) => files[0].size)`,
};

/** Keeps the memory of every WebAssembly that the page starts. */
const WATCH = `
  const memories = [];
  for (const way of ['instantiate', 'instantiateStreaming']) {
    const start = WebAssembly[way];
    WebAssembly[way] = async (...given) => {
      const started = await start(...given);
      memories.push((started.instance ?? started).exports.memory);
      return started;
    };
  }
  globalThis.modules = () => memories.map(({ buffer }) => buffer.byteLength);
`;

export async function large({ address }) {
  const folder = mkdtempSync(join(tmpdir(), 'cloudconvert-bench-'));
  const { browser, close } = await browse();
  try {
    const path = join(folder, 'input.bin');
    // Its blocks are never written, so it takes no place.
    const file = openSync(path, 'w');
    ftruncateSync(file, SIZE);
    closeSync(file);
    for (const [name, script] of Object.entries(WAYS)) {
      const page = await browser.newPage();
      await page.addInitScript(WATCH);
      await page.goto(address);
      await page.locator('input').setInputFiles(path);
      const { size, heap, modules } = await page.evaluate(`import('/kit/browser/index.js').then(async ({ CloudConvert }) => {
        await new CloudConvert().load();
        const heap = () => performance.memory.usedJSHeapSize;
        const least = heap();
        let most = least;
        const watch = setInterval(() => (most = Math.max(most, heap())), 20);
        const size = await ${script};
        clearInterval(watch);
        return { size, heap: most - least, modules: modules() };
      })`);
      await page.close();
      if (size !== SIZE || modules.length !== 1) throw new Error(`${size} bytes came, by ${modules.length} modules`);
      console.log(`${name} of 5 GiB and a byte`);
      promise('growth of the heap in MiB', heap / MIB, { atMost: 16 });
      promise('memory of the WebAssembly in MiB', modules[0] / MIB, { atMost: 4 });
    }
  } finally {
    await close();
    rmSync(folder, { recursive: true });
  }
}
