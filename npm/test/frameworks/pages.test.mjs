// What serves pages while they are written, and bundles them.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { converts, files } from './support/browser.mjs';
import { project, serve } from './support/project.mjs';

const CONVERTED = 'a.html true';

for (const version of [5, 6, 7, 8]) {
  test(`Vite ${version}: its server for development, and what it builds`, async (t) => {
    const made = await project('vite', `vite@${version}`);
    const address = await serve(t, made, 'vite', '--host', '127.0.0.1');
    assert.equal(await converts(t, `${address}/`), CONVERTED, 'development');
    await made.tool('vite', 'build');
    assert.equal(await converts(t, await files(t, join(made.folder, 'dist'))), CONVERTED, 'production');
  });
}
