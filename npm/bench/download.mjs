// A download by the kit, beside `fetch().blob()`.
import { browse } from './browser.mjs';
import { inTurn, promise, ratio } from './rounds.mjs';

const SIZE = 2 * (1 << 30);
/** The most that the heap may grow, in bytes. */
const FLAT = 16 << 20;

const PEERS = {
  kit: `import('/kit/browser/index.js').then(async ({ CloudConvert }) =>
    (await new CloudConvert().follow(location.origin + '/process/${SIZE}', { onProgress() {} })).files[0].size)`,
  blob: `fetch('/download/${SIZE}').then((answer) => answer.blob()).then(({ size }) => size)`,
};

export async function download({ address, rounds }) {
  const { browser, cpu, close } = await browse();
  const run = async (script) => {
    // A page of its own, which takes its blob along when it goes.
    const page = await browser.newPage();
    await page.goto(address);
    // What loading costs is measured elsewhere.
    await page.evaluate(`import('/kit/browser/index.js').then(({ CloudConvert }) => new CloudConvert().load())`);
    const before = cpu();
    const facts = await page.evaluate(`(async () => {
      const heap = () => performance.memory.usedJSHeapSize;
      const [begin, least] = [performance.now(), heap()];
      let most = least;
      const watch = setInterval(() => (most = Math.max(most, heap())), 20);
      const size = await ${script};
      clearInterval(watch);
      return { size, seconds: (performance.now() - begin) / 1000, heap: most - least };
    })()`);
    if (facts.size !== SIZE) throw new Error(`${facts.size} bytes came`);
    const cost = cpu() - before;
    await page.close();
    return { ...facts, cpu: cost };
  };
  // The first download of each finds nothing prepared.
  for (const script of Object.values(PEERS)) await run(script);
  const { kit, blob } = await inTurn(rounds, { kit: () => run(PEERS.kit), blob: () => run(PEERS.blob) });
  await close();
  console.log('download of 2 GiB');
  for (const [name, runs] of Object.entries({ kit, blob })) {
    const told = ({ seconds, cpu, heap }) => `${seconds.toFixed(2)} s (${cpu.toFixed(2)} s of a processor, ${heap >> 20} MiB of heap)`;
    console.log(`  ${name.padEnd(5)} ${runs.map(told).join(', ')}`);
  }
  promise('throughput, of fetch().blob()', 1 / ratio(kit, blob, 'seconds'), { atLeast: 0.95 });
  promise('growth of the heap in MiB', Math.max(...kit.map(({ heap }) => heap)) / (1 << 20), { atMost: FLAT / (1 << 20) });
}
