// A service that takes requests and never answers: single calls of a page end in the time that they have.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, test } from 'node:test';

import { browse } from './support/demo.mjs';
import { KIT, site } from './support/site.mjs';

const PAGE = `<!doctype html><meta charset="utf-8"><script type="importmap">{ "imports": { "cloudconvert-kit": "${KIT}" } }</script>`;
const [browser, url] = await Promise.all([browse(), site({ files: { '/': PAGE } })]);

let asked = 0;
const silent = http.createServer(() => asked++).listen(0, '127.0.0.1');
await once(silent, 'listening');
after(() => {
  silent.close();
  silent.closeAllConnections();
});
const service = `http://127.0.0.1:${silent.address().port}`;

/** The calls of each version, with what they take. */
const CALLS = {
  v1: { formats: [{}], processes: [], status: [`${service}/process/1`] },
  v2: { me: [], formats: [{}], operations: [], tasks: [], task: ['1'], webhooks: [], status: ['1'] },
};

/** Makes a call in a page, and tells its error. */
async function call({ options, name, given }) {
  const { CloudConvert } = await import('cloudconvert-kit');
  const client = new CloudConvert(options);
  const patience = { requestTimeout: 300, retries: 1 };
  // An object is what the call is asked with, beside its patience.
  const [last] = given.slice(-1);
  const all = typeof last === 'object' ? [...given.slice(0, -1), { ...last, ...patience }] : [...given, patience];
  const answer = client[name](...all);
  try {
    if (Symbol.asyncIterator in answer) for await (const _ of answer);
    else await answer;
  } catch ({ code, message }) {
    return { code, message };
  }
  return {};
}

for (const [version, calls] of Object.entries(CALLS)) {
  for (const [name, given] of Object.entries(calls)) {
    test(`${name} of ${version} that is never answered`, { timeout: 60_000 }, async (t) => {
      const page = await browser.newPage();
      t.after(() => page.close());
      await page.goto(url);
      const before = asked;
      const options = { baseUrl: `${service}/${version}`, apiKey: 'key' };
      const { code, message } = await page.evaluate(call, { options, name, given });
      assert.equal(code, 'network', message);
      assert.match(message, /did not answer in time/);
      assert.ok(asked - before >= 2, 'it was tried again');
    });
  }
}
