// A process that converts for long, as servers do.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { service } from './support/service.mjs';

test('a process lives however much it converts', { timeout: 300_000 }, async (t) => {
  let made = 0;
  const { client } = await service(t, {
    create: (answer, { host }) => answer({ id: `p${++made}`, url: `//${host}/process/p${made}` }),
  });
  const file = new File(['the input'], 'input.md');
  // What is optimised is thrown away again after some hundreds, while calls into the WebAssembly are under way.
  const converts = async () => {
    while (made < 700) assert.equal((await client.convert(file, { to: 'txt' })).files.length, 1);
  };
  await Promise.all(Array.from({ length: 10 }, converts));
});
