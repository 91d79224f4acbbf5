// The element in the templates of frameworks: a property, an event, and the types of both.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { files, open, relayFor } from './support/browser.mjs';
import { project } from './support/project.mjs';

/** Gives the page's element a file; gives the title that the page has when it is converted. */
async function converted(t, folder) {
  const url = await files(t, folder);
  const said = [];
  const page = await open(t, `${url}?${new URLSearchParams({ relay: await relayFor(t, url) })}`, (words) => said.push(words));
  await page.getByRole('button', { name: 'Take one' }).waitFor({ timeout: 30_000 }).catch((error) => {
    throw new Error(`${error.message}\n${said.join('\n')}`);
  });
  await page.locator('cloudconvert-upload input[type=file]').setInputFiles({ name: 'a.md', mimeType: '', buffer: Buffer.from('# Hello') });
  await page.waitForFunction(() => document.title !== '');
  assert.deepEqual(said, []);
  return page.title();
}

for (const [name, check] of Object.entries({ react: ['tsc'], vue: ['vue-tsc'], svelte: ['svelte-check', '--fail-on-warnings'] })) {
  test(`the element in ${name}`, async (t) => {
    const { folder, tool } = await project(name);
    await tool(...check);
    await tool('vite', 'build');
    assert.equal(await converted(t, join(folder, 'dist')), 'a.html');
  });
}

test('the element in angular', async (t) => {
  const { folder, tool } = await project('angular');
  await tool('ng', 'build');
  assert.equal(await converted(t, join(folder, 'dist')), 'a.html');
});
