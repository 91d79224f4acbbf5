// The element in the templates of frameworks: a property, an event, and the types of both.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { files, relayFor, takes } from './support/browser.mjs';
import { project } from './support/project.mjs';

/** How each checks the types and builds. */
const TOOLS = {
  react: [['tsc'], ['vite', 'build']],
  vue: [['vue-tsc'], ['vite', 'build']],
  svelte: [['svelte-check', '--fail-on-warnings'], ['vite', 'build']],
  angular: [['ng', 'build']],
};

for (const [name, tools] of Object.entries(TOOLS)) {
  test(`the element in ${name}`, async (t) => {
    const { folder, tool } = await project(name);
    for (const [program, ...rest] of tools) await tool(program, ...rest);
    const url = await files(t, join(folder, 'dist'));
    assert.equal(await takes(t, `${url}?${new URLSearchParams({ relay: await relayFor(t, url) })}`), 'a.html');
  });
}
