// The examples of the page "What can be done", one for each mode, run as they stand against the sandbox.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { after, afterEach, before, test } from 'node:test';

import { CloudConvert } from 'cloudconvert-kit';
import { folder, serve } from './support/local.mjs';
import { assertNothingLeft, clients, picturePath } from './support/sandbox.mjs';

const text = readFileSync(new URL('../../docs/pages/12-operations.md', import.meta.url), 'utf8');
const types = readFileSync(new URL('../src/types/operations.ts', import.meta.url), 'utf8');
const AsyncFunction = (async () => {}).constructor;
const sections = text.split(/^## /m).slice(1).map((section) => {
  const [, example] = /^```js\n(.*?)^```$/ms.exec(section) ?? [];
  return { mode: section.split('\n')[0], example };
});

const client = clients[2];
const home = process.cwd();
let shelf;

afterEach(assertNothingLeft);
after(() => process.chdir(home));

/** What examples begin with. */
before(async (t) => {
  shelf = folder(t);
  const made = (name) => `${shelf}/${name}`;
  for (const name of ['photo.png', 'other.png']) copyFileSync(picturePath, made(name));
  await client.convert(new File(['# A plan\n\nWith a text.\n'], 'plan.md'), { to: 'pdf', saveTo: made('plan.pdf') });
  await client.convert(picturePath, { to: 'pdf', saveTo: made('scan.pdf') });
  await client.convert([picturePath, picturePath], { mode: 'archive', to: 'zip', saveTo: made('photos.zip') });
  await client.convert(made('plan.pdf'), { mode: 'pdf/encrypt', options: { set_password: 'sesame' }, saveTo: made('locked.pdf') });
});

test('every mode has an example', () => {
  const modes = [...types.slice(0, types.indexOf(';')).matchAll(/\| '(.*?)'/g)].map(([, mode]) => mode);
  assert.deepEqual(sections.map(({ mode }) => mode), modes);
  for (const { mode, example } of sections) assert.ok(mode === 'convert' || example?.includes(`mode: '${mode}'`), mode);
});

/** Runs an example beside the files of its own; gives those that it has made. */
async function run(t, example, its = client) {
  const here = folder(t);
  for (const name of readdirSync(shelf)) copyFileSync(`${shelf}/${name}`, `${here}/${name}`);
  const was = new Map(readdirSync(here).map((name) => [name, statSync(`${here}/${name}`).mtimeMs]));
  const page = await serve(t, (_, response) => response.setHeader('Content-Type', 'text/html').end('<h1>Hello</h1>'));
  process.chdir(here);
  const printed = [];
  await new AsyncFunction('client', 'page', 'console', example)(its, page, { log: (...words) => printed.push(...words) });
  process.chdir(home);
  return [...readdirSync(here).filter((name) => was.get(name) !== statSync(`${here}/${name}`).mtimeMs), ...printed.flat()];
}

for (const { mode, example } of sections.filter(({ mode }) => mode !== 'command')) {
  test(mode, async (t) => assert.ok((await run(t, example)).length > 0, 'something comes out'));
}

test('command', async (t) => {
  // An operator has to allow it, which the sandbox of the other tests does not.
  const keys = { CLOUDCONVERT_SANDBOX_KEY: 'key' };
  const program = process.env.CLOUDCONVERT_SANDBOX_PROGRAM;
  assert.ok(program, 'CLOUDCONVERT_SANDBOX_PROGRAM has to be set; run cargo xtask test npm');
  const sandbox = spawn(program, ['--listen', '127.0.0.1:0', '--allow-command', 'ffmpeg', '--grace', '0', '--end-with-stdin'], { env: { ...process.env, ...keys } });
  t.after(() => sandbox.kill());
  const [said] = await once(sandbox.stdout, 'data');
  const baseUrl = `${/http:\S+/.exec(said)[0]}/v2`;
  assert.deepEqual(await run(t, sections.find(({ mode }) => mode === 'command').example, new CloudConvert({ baseUrl, apiKey: 'key' })), ['tiny.png']);
});
