// From `import` to the first byte of a request, beside axios: nothing is in any cache.
import { once } from 'node:events';

import { browse } from './browser.mjs';
import { line } from './line.mjs';
import { inTurn, median, promise, ratio } from './rounds.mjs';

const FILE = "new File(['the input'], 'input.md')";
const kit = (entry) => `import('/kit/browser/${entry}').then(({ CloudConvert }) => new CloudConvert().upload(location.origin + '/upload/u1', ${FILE}))`;
const PEERS = {
  axios: `import('/axios/axios.min.js').then(({ default: axios }) => axios.postForm('/upload/u1', { file: ${FILE} }))`,
  kit: kit('index.js'),
};

export async function loading({ address, service, rounds }) {
  const slow = await line(address, { latency: 60, rate: 1200 });
  const { browser, close } = await browse();
  for (const [what, at] of Object.entries({ 'on this machine': address, 'on a line of 60 ms and 1.2 MB/s': slow.address })) {
    const run = async (script) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(at);
      const came = once(service, 'message');
      const begin = await page.evaluate(`(async () => {
        const begin = performance.timeOrigin + performance.now();
        await ${script};
        return begin;
      })()`);
      const [first] = await came;
      await context.close();
      return { milliseconds: first - begin };
    };
    const told = await inTurn(rounds, Object.fromEntries(Object.entries(PEERS).map(([name, script]) => [name, () => run(script)])));
    console.log(`from import to the first byte of a request, ${what}`);
    for (const [name, runs] of Object.entries(told)) console.log(`  ${name.padEnd(9)} ${median(runs.map(({ milliseconds }) => milliseconds)).toFixed(0)} ms`);
    promise('time, of axios', ratio(told.kit, told.axios, 'milliseconds'), { atMost: 1.5 });
  }
  await close();
  slow.close();
}
