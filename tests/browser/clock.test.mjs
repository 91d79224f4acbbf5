// The clock of the machine is set by a day while a page converts: what has passed is measured by another one.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { browse } from './support/demo.mjs';
import { address, key, misbehave } from './support/sandbox.mjs';
import { KIT, site } from './support/site.mjs';

const DAY = 86_400_000;
const PAGE = `<!doctype html><meta charset="utf-8"><script type="importmap">{ "imports": { "cloudconvert-kit": "${KIT}" } }</script>`;
const [browser, url] = await Promise.all([browse(), site({ files: { '/': PAGE } })]);

/** Converts in a page, and sets its clock as soon as the service works. */
async function convert({ options, by }) {
  const { CloudConvert } = await import('cloudconvert-kit');
  const real = Date;
  let jump;
  const onProgress = ({ stage }) => {
    if (stage !== 'convert' || jump !== undefined) return;
    const before = Date.now();
    globalThis.Date = class extends real {
      constructor(...parts) {
        super(...(parts.length > 0 ? parts : [real.now() + by]));
      }
      static now() {
        return real.now() + by;
      }
    };
    jump = Date.now() - before;
  };
  const begun = performance.now();
  const { files } = await new CloudConvert(options).convert(new File(['# Hello'], 'a.md'), { to: 'html', deadline: 3_600_000, onProgress });
  return { jump, took: performance.now() - begun, name: files[0].name, progressed: new Date().getTime() - real.now() };
}

for (const version of ['v1', 'v2']) {
  for (const [way, by] of [['back', -DAY], ['ahead', DAY]]) {
    test(`a clock that is set ${way}, with ${version}`, async (t) => {
      await misbehave(t, { kind: 'run', delay_ms: 2_000, times: 1 });
      const page = await browser.newPage();
      t.after(() => page.close());
      await page.goto(url);
      const options = { baseUrl: `${address}/${version}`, apiKey: key };
      const { jump, took, name, progressed } = await page.evaluate(convert, { options, by });
      assert.equal(name, 'a.html');
      assert.ok(Math.abs(jump - by) < 60_000, `the clock was set by ${jump} ms`);
      assert.ok(Math.abs(progressed - by) < 60_000, 'and stayed so');
      assert.ok(took < 60_000, `it took ${took} ms`);
    });
  }
}
