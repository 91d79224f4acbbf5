// Nuxt: routes and a relay on the server, pages, and one that the server renders with the element in it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';

import { converts, takes } from './support/browser.mjs';
import { project, run, serve } from './support/project.mjs';

/** Its servers take no port 0. */
async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return String(port);
}

for (const mode of ['production', 'development']) {
  test(`Nuxt, for ${mode}`, async (t) => {
    const made = await project('nuxt');
    // What is in this folder, its server knows by name.
    cpSync(join(made.folder, 'convert.js'), join(made.folder, 'server/utils/convert.js'));
    const port = await freePort();
    if (mode === 'production') await made.tool('nuxt', 'build');
    const address = await (mode === 'production'
      ? run(t, made, '.output/server/index.mjs', { NITRO_HOST: '127.0.0.1', NITRO_PORT: port })
      : serve(t, made, 'nuxt', 'dev', '--host', '127.0.0.1', '--port', port, '--no-fork'));
    const text = async (path) => (await fetch(address + path)).text();
    assert.equal(await text('/route'), 'a.html true', 'a route');
    assert.match(await text('/element'), /<cloudconvert-upload base-url="\/convert\/v2"/, 'what the server renders');
    assert.equal(await takes(t, `${address}/element`), 'a.html', 'the element, by the relay of the same server');
    assert.equal(await converts(t, `${address}/page`), 'a.html true', 'a page');
  });
}
