// The sandbox that `cargo xtask test npm` has started, and the client pointed at it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { CloudConvert } from 'cloudconvert-kit';

import { all } from './local.mjs';

export const address = required('CLOUDCONVERT_SANDBOX');
/** Where each version of the API is. */
export const bases = { 1: `${address}/v1`, 2: `${address}/v2` };
export const baseUrl = bases[1];
export const apiKey = required('CLOUDCONVERT_SANDBOX_KEY');
const adminKey = required('CLOUDCONVERT_SANDBOX_ADMIN_KEY');

function required(name) {
  if (!process.env[name]) throw new Error(`${name} has to be set; run cargo xtask test npm`);
  return process.env[name];
}

// Without this a sandbox that is not there would be tried for minutes.
await fetch(address);

/** Clients that hold the key, by the version of the API. */
export const clients = { 1: new CloudConvert({ baseUrl, apiKey }), 2: new CloudConvert({ baseUrl: bases[2], apiKey }) };
export const client = clients[1];

/** A test of both versions of the API: it gets the client, and the version. */
export function both(name, run) {
  for (const version of [2, 1]) test(`${name} (version ${version})`, (t) => run(t, clients[version], version));
}

/** The picture that the demo ships. */
export const picturePath = new URL('../../examples/demo/sample.png', import.meta.url).pathname;
export const picture = readFileSync(picturePath);

/** Makes the sandbox misbehave until the test ends; see `sandbox/src/fault/`. Each rule strikes once unless it says more. */
export async function misbehave(t, ...rules) {
  t.after(() => admin('faults', { method: 'DELETE' }));
  await admin('faults', { method: 'POST', body: JSON.stringify(rules.map((rule) => ({ times: 1, ...rule }))) });
}

/** The requests since this was called last, as `{ method, path, kind, key, status }`; a status of 0 is a cut connection. */
export async function journal() {
  const requests = await admin('requests');
  await admin('requests', { method: 'DELETE' });
  return requests;
}

/** Calls `/_admin` of the sandbox. */
export async function admin(path, init) {
  const headers = { Authorization: `Bearer ${adminKey}` };
  const answer = await fetch(`${address}/_admin/${path}`, { ...init, headers });
  assert.equal(answer.status, 200, path);
  return answer.json();
}

/** Asserts that no process and no job is left on the service, neither in its list nor at its URL. */
export async function assertNothingLeft() {
  await admin('faults', { method: 'DELETE' });
  for (const each of Object.values(clients)) assert.deepEqual(await all(each.processes()), []);
  for (const { kind, path } of await journal()) {
    if (kind === 'start') assert.equal((await fetch(address + path)).status, 404, `${path} is gone`);
  }
}

const SIGNATURES = { jpg: [0xff, 0xd8, 0xff], png: [0x89, 0x50, 0x4e, 0x47], gif: [0x47, 0x49, 0x46], pdf: [0x25, 0x50, 0x44, 0x46], zip: [0x50, 0x4b] };

/** Asserts that bytes are of a format, and whole where its end is known. */
export function assertIs(format, bytes) {
  assert.deepEqual([...bytes.subarray(0, SIGNATURES[format].length)], SIGNATURES[format], `this begins as ${format}`);
  if (format === 'jpg') assert.deepEqual([...bytes.subarray(-2)], [0xff, 0xd9], 'the picture is whole');
}

/** The bytes of a `File`. */
export const bytesOf = async (file) => new Uint8Array(await file.arrayBuffer());
