// A server in Deno or in Bun: it converts from a file into a folder, through a relay that it serves itself.
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

import { CloudConvert } from 'cloudconvert-kit';
import { relay } from 'cloudconvert-kit/relay';

const { CLOUDCONVERT_SANDBOX: address, CLOUDCONVERT_SANDBOX_KEY: apiKey } = process.env;
const handler = relay({ apiKey, baseUrl: `${address}/v2`, allow: { to: ['html'] }, who: () => 'anna' });
const { Deno, Bun } = globalThis;
const port = Deno ? Deno.serve({ port: 0, hostname: '127.0.0.1', onListen() {} }, handler).addr.port : Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: handler }).port;

const client = new CloudConvert({ baseUrl: `http://127.0.0.1:${port}/convert/v2` });
writeFileSync('hello.md', '# Hello');
const stages = new Set();
const { paths } = await client.convert('hello.md', { to: 'html', saveTo: 'converted/', onProgress: ({ stage }) => stages.add(stage) });
const isConverted = /<h1[^>]*>Hello<\/h1>/.test(readFileSync(paths[0], 'utf8'));
const refused = await client.convert('hello.md', { to: 'pdf' }).catch(({ code }) => code);
console.log(JSON.stringify({ isConverted, stages: [...stages], refused }));
process.exit();
