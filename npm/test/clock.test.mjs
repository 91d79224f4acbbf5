// The machine's clock is set while a conversion waits: what has passed is measured by another one.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FILE, service } from './support/service.mjs';

const HOUR = 3_600_000;

/** Sets the clock, until the test ends. */
function setClock(t, by) {
  const { now } = Date;
  t.mock.method(Date, 'now', () => now() + by);
}

test('back, while the service wants to be left alone', async (t) => {
  let refused = false;
  const { client, calls } = await service(t, {
    create: (answer, { host }) => {
      if (refused) return answer({ id: 'p1', url: `//${host}/process/p1` });
      refused = true;
      answer('{}', 429, { 'Retry-After': '1' });
    },
  });
  const onProgress = ({ attempt }) => attempt === 1 && Date.now.mock === undefined && setClock(t, -HOUR);
  const begun = performance.now();
  assert.equal(await (await client.convert(FILE, { to: 'txt', onProgress })).files[0].text(), 'the output');
  assert.ok(performance.now() - begun < 10_000);
  assert.deepEqual(calls().slice(0, 2), ['create', 'create']);
});

test('ahead, while the service converts', async (t) => {
  let polls = 0;
  const { client } = await service(t, {
    status: (answer, { host }) => {
      if ((polls += 1) === 1) setClock(t, 7 * HOUR);
      if (polls < 3) return answer({ id: 'p1', step: 'convert', percent: 10 });
      answer({ id: 'p1', step: 'finished', output: { url: `//${host}/download/d1`, filename: 'output.txt', size: 10 } });
    },
  });
  assert.equal(await (await client.convert(FILE, { to: 'txt', onProgress: () => {} })).files[0].text(), 'the output');
});

test('a date in Retry-After is one of the clock that was set', async (t) => {
  setClock(t, -HOUR);
  let refused;
  const { client } = await service(t, {
    create: (answer, { host }) => {
      if (refused) return answer({ id: 'p1', url: `//${host}/process/p1` });
      refused = Date.now();
      answer('{}', 429, { 'Retry-After': new Date(refused + 2000).toUTCString(), Date: new Date(refused).toUTCString() });
    },
  });
  const begun = performance.now();
  await client.convert(FILE, { to: 'txt' });
  assert.ok(performance.now() - begun < 10_000, 'it waits some seconds, and not an hour');
});
