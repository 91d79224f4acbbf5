// From `import` to the first byte of a request, beside axios: nothing is in any cache.
import { once } from 'node:events';

import { browse } from './browser.mjs';
import { line } from './line.mjs';
import { inTurn, median, promise, ratio } from './rounds.mjs';

const FILE = "new File(['the input'], 'input.md')";
const uploading = (entry, ticket, version = 'v1') => `import('/kit/browser/${entry}').then(({ CloudConvert }) => new CloudConvert({ baseUrl: location.origin + '/${version}' }).upload(${ticket}, ${FILE}))`;
const kit = (entry) => uploading(entry, "location.origin + '/upload/u1'");
/** By version 2, whose uploads take a form. */
const TICKET = `location.origin + '/v2/jobs/j1#ticket=' + encodeURIComponent(JSON.stringify({ wire: 'v2', targets: [{ url: location.origin + '/form/u1', key: 'import', first: 0, count: 1, fields: [['key', 'u1']] }] }))`;
const PEERS = {
  axios: `import('/axios/axios.min.js').then(({ default: axios }) => axios.postForm('/upload/u1', { file: ${FILE} }))`,
  kit: kit('index.js'),
  'in one file': kit('v1.js'),
  'with hints': `(() => {
    document.head.insertAdjacentHTML('beforeend', '<link rel="modulepreload" href="/kit/browser/index.js"><link rel="modulepreload" href="/kit/browser/client.js"><link rel="preload" as="fetch" crossorigin href="/kit/cloudconvert_wasm_v1_bg.wasm">');
    return ${kit('index.js')};
  })()`,
  'version 2': uploading('index.js', TICKET, 'v2'),
  'version 2 in one file': uploading('v2.js', TICKET, 'v2'),
};
/** By default nothing but the face is loaded before the first call, so on a slow line there is one round trip more. */
const LATER = ['kit', 'version 2'];

export async function loading({ address, service, rounds }) {
  const slow = await line(address, { latency: 60, rate: 1200 });
  const { browser, close } = await browse();
  for (const [what, at] of Object.entries({ 'on this machine': address, 'on a line of 60 ms and 1.2 MB/s': slow.address })) {
    const run = async (script) => {
      const page = await browser.newPage();
      await page.goto(at);
      const came = once(service, 'message');
      const begin = await page.evaluate(`(async () => {
        const begin = performance.timeOrigin + performance.now();
        await ${script};
        return begin;
      })()`);
      const [first] = await came;
      await page.close();
      return { milliseconds: first - begin };
    };
    const told = await inTurn(rounds, Object.fromEntries(Object.entries(PEERS).map(([name, script]) => [name, () => run(script)])));
    console.log(`from import to the first byte of a request, ${what}`);
    for (const [name, runs] of Object.entries(told)) console.log(`  ${name.padEnd(21)} ${median(runs.map(({ milliseconds }) => milliseconds)).toFixed(0)} ms`);
    for (const [name, runs] of Object.entries(told)) {
      const what = `time of ${name}, of axios`;
      if (LATER.includes(name) && at === slow.address) console.log(`  ${what} ${ratio(runs, told.axios, 'milliseconds').toFixed(2)}`);
      else if (name !== 'axios') promise(what, ratio(runs, told.axios, 'milliseconds'), { atMost: 1.5 });
    }
  }
  await close();
  slow.close();
}
