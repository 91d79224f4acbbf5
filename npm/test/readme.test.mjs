// The examples of the README, run as they stand against the sandbox.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { promisify } from 'node:util';

import { folder } from './support/local.mjs';
import { address, apiKey, assertNothingLeft, bases, clients, picturePath } from './support/sandbox.mjs';

const client = clients[2];

afterEach(assertNothingLeft);

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** What stands around the examples of a section, and what they print. */
const USES = {
  'In Node': { prints: /^\[ 'photo.jpg' \]$/ },
  'In a page, without a key': {
    // The page's half runs here too: it is the same package; tests/browser does it in a page.
    before: `import { openAsBlob } from 'node:fs'; import { createServer } from 'node:http'; import { relay, toNode } from 'cloudconvert-kit/relay';
      const allowed = { apiKey: process.env.CLOUDCONVERT_API_KEY, baseUrl: ${JSON.stringify(bases[2])}, allow: { to: ['jpg'] }, who: () => 'anna' };
      const server = createServer(toNode(relay(allowed))).listen(0, '127.0.0.1');
      await new Promise((listens) => server.once('listening', listens));
      const [bar, link, location] = [{}, {}, { href: \`http://127.0.0.1:\${server.address().port}/page\` }];`,
    after: 'await convert(new File([await openAsBlob("photo.png")], "photo.png")); console.log(link, bar.value); process.exit();',
    prints: /href: 'blob:.*download: 'photo.jpg'\s+\} 1$/s,
  },
  'By a ticket': {
    before: 'import { openAsBlob } from "node:fs"; const bar = {}; const link = {};',
    after: 'await convert(new File([await openAsBlob("photo.png")], "photo.png"), await prepare()); console.log(link, bar.value);',
    prints: /href: 'blob:.*download: 'photo.jpg'\s+\} \d+/s,
  },
  'What can be converted': { prints: /'jpg'/ },
  'What comes out': { prints: /^2$/ },
  'Many at once': { prints: /^photo\.png pictures\/photo.*jpg\s+photo\.png pictures\/photo.*jpg$/ },
  'Going on after a break': { prints: /^\[ 'photo.jpg' \]$/ },
  'Progress and cancelling': { prints: /^create .*^upload .*^AbortError$/ms },
  Errors: { prints: /^conversion_failed undefined .+/ },
  'Single calls, and callbacks': { prepare: () => client.prepare({ from: 'png', to: 'jpg' }), prints: /^[\w-]+ waiting$/ },
  'A relay for pages': {
    before: "const userOf = () => 'anna';",
    after: 'console.log((await handler(new Request("https://example.org/convert/v2/users/me"))).status); process.exit();',
    prints: /^404$/,
  },
  'Webhooks and signed URLs': {
    after: "console.log(await (await onRequest(new Request('https://example.org', { method: 'POST', body: '{}' }))).text());",
    prints: /^unauthorized$/,
  },
  'When it is loaded': { after: 'console.log("loaded");', prints: /^loaded$/ },
  // proxy.test.mjs does this, with a proxy.
  'Proxies and certificates': undefined,
  // tests/browser does these in pages.
  'An element for pages': undefined,
  'An upload alone': undefined,
  'In a page that is loaded anew': undefined,
  'To the disk of a visitor': undefined,
  'A plugin for Uppy': undefined,
  // tests/browser does this in a service worker.
  Workers: undefined,
  // npm/test/package does this with esbuild, because Node imports no WebAssembly.
  'Bundlers, frameworks and content security policies': undefined,
};

const sections = readme.split(/^## /m).slice(1).map((section) => {
  const blocks = [...section.matchAll(/^```js\n(.*?)^```/gms)].map(([, block]) => block);
  return { name: section.split('\n')[0], blocks };
});

/** The blocks of a section as one program: the second has a scope of its own, and the imports of the first. */
function program(blocks, { before = '', after = '' }) {
  const [first, second = ''] = blocks.map((block) => block.replace(/^export /gm, ''));
  return [before, first, '{', second.replace(/^import .*$/gm, ''), after, '}'].join('\n');
}

/** The package, whose clients use the sandbox instead of the public service, and instead of the example's. */
const REDIRECTED = `
import { CloudConvert as Real, CloudConvertError } from ${JSON.stringify(import.meta.resolve('cloudconvert-kit'))};
export class CloudConvert extends Real {
  constructor({ baseUrl = ${JSON.stringify(bases[2])}, ...options } = {}) {
    super({ trustedHosts: [${JSON.stringify(new URL(address).host)}], ...options, baseUrl: baseUrl.replace('https://convert.example.org', ${JSON.stringify(address)}) });
  }
}
export { CloudConvertError };`;

for (const { name, blocks } of sections.filter(({ blocks }) => blocks.length > 0)) {
  assert.ok(name in USES, `the examples of "${name}" are run`);
  const use = USES[name];
  if (!use) continue;
  test(name, async (t) => {
    const project = folder(t);
    const installed = join(project, 'node_modules/cloudconvert-kit');
    mkdirSync(installed, { recursive: true });
    writeFileSync(join(installed, 'package.json'), '{"type": "module", "exports": { ".": "./index.js", "./signing": "./signing.js", "./relay": "./relay.js" }}');
    writeFileSync(join(installed, 'signing.js'), `export * from ${JSON.stringify(import.meta.resolve('cloudconvert-kit/signing'))};`);
    writeFileSync(join(installed, 'relay.js'), `export * from ${JSON.stringify(import.meta.resolve('cloudconvert-kit/relay'))};`);
    writeFileSync(join(installed, 'index.js'), REDIRECTED);
    copyFileSync(picturePath, join(project, 'photo.png'));
    await client.convert([picturePath, picturePath], { mode: 'archive', to: 'zip', saveTo: join(project, 'pictures.zip') });
    await use.prepare?.();
    writeFileSync(join(project, 'example.mjs'), program(blocks, use));
    const environment = { ...process.env, CLOUDCONVERT_API_KEY: apiKey };
    const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: project, env: environment });
    assert.match(stdout.trim(), use.prints);
  });
}
