// A page without a key converts by version 2 of the API: through a relay, and with the WebAssembly of that version alone.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { test } from 'node:test';

import { browse } from './support/demo.mjs';
import { address, key } from './support/sandbox.mjs';
import { KIT, site } from './support/site.mjs';

const { relay, toNode } = await import('../../npm/dist/relay.js');
const PAGE = `<!doctype html><meta charset="utf-8"><script type="importmap">{ "imports": { "cloudconvert-kit": "${KIT}" } }</script>`;
const [browser, url] = await Promise.all([browse(), site({ files: { '/': PAGE } })]);

test('a page converts by version 2 through a relay', async (t) => {
  const handler = relay({ apiKey: key, baseUrl: `${address}/v2`, allow: { to: ['html'] }, who: () => 'anna', origins: [new URL(url).origin] });
  const server = http.createServer(toNode(handler)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const page = await browser.newPage();
  t.after(() => page.close());
  const loaded = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname.split('/').at(-1)));
  await page.goto(url);
  const convert = async ([baseUrl, to]) => {
    const { CloudConvert } = await import('cloudconvert-kit');
    const file = new File(['# A note'], 'note.md');
    const client = new CloudConvert({ baseUrl });
    return client.convert(file, { to }).then(({ files }) => files[0].text(), ({ code, message }) => ({ code, message }));
  };
  const baseUrl = `http://127.0.0.1:${server.address().port}/convert/v2`;
  assert.match(await page.evaluate(convert, [baseUrl, 'html']), /A note<\/h1>/);
  assert.deepEqual(loaded.filter((name) => /\.wasm$|unpacked/.test(name)), ['cloudconvert_wasm_v2_bg.wasm']);
  const { code, message } = await page.evaluate(convert, [baseUrl, 'pdf']);
  assert.equal(code, 'unauthorized');
  assert.match(message, /pdf is not allowed/);
});
