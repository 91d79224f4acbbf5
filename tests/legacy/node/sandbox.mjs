// Where the sandbox is, the client pointed at it, and what the tests of both have in common.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import CloudConvert from 'cloudconvert';

export const base = new URL(required('CLOUDCONVERT_SANDBOX'));
export const key = required('CLOUDCONVERT_SANDBOX_KEY');
const adminKey = required('CLOUDCONVERT_SANDBOX_ADMIN_KEY');

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} has to be set, see tests/legacy/README.md`);
  return value;
}

/** The client as published; only its base address is another. */
export function client(apiKey = key, prefix = '') {
  const api = new CloudConvert(apiKey);
  api.protocol = base.protocol.slice(0, -1);
  api.endpoint = base.host + prefix;
  return api;
}

/** The path of a file in `inputs/`. */
export function input(name) {
  return fileURLToPath(new URL(`../inputs/${name}`, import.meta.url));
}

/** A folder for the outputs of one test, gone after it. */
export function folder(t) {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'legacy-'));
  t.after(() => fs.rmSync(made, { recursive: true }));
  return made;
}

/** The value that a call of the form `call(…, (error, value) => …)` ends with. */
export function result(call) {
  return new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))));
}

/** What an event brings; an `error` of the emitter fails. */
export function event(emitter, name) {
  return new Promise((resolve, reject) => emitter.once(name, resolve).once('error', reject));
}

/** A server of the test's own, for inputs to fetch and callbacks to receive. */
export async function server(t, answer) {
  const listening = http.createServer(answer).listen(0, '127.0.0.1');
  await event(listening, 'listening');
  t.after(() => listening.close());
  return `http://127.0.0.1:${listening.address().port}`;
}

/** The URL of a served input file. */
export async function served(t, name) {
  const url = await server(t, (_, response) => fs.createReadStream(input(name)).pipe(response));
  return `${url}/${name}`;
}

/** Makes the sandbox misbehave once; it has to run with `--admin`. */
export async function misbehave(t, rule) {
  const faults = new URL('/_admin/faults', base);
  const headers = { Authorization: `Bearer ${adminKey}` };
  const answer = await fetch(faults, { method: 'POST', headers, body: JSON.stringify([{ times: 1, ...rule }]) });
  assert.equal(answer.status, 200);
  t.after(() => fetch(faults, { method: 'DELETE', headers }));
}

const SIGNATURES = {
  jpg: { at: 0, bytes: [0xff, 0xd8, 0xff] },
  pdf: { at: 0, bytes: Buffer.from('%PDF-') },
  mp4: { at: 4, bytes: Buffer.from('ftyp') },
};

/** Asserts that a file is of a format, by its first bytes. */
export function assertIs(format, file) {
  const { at, bytes } = SIGNATURES[format];
  assert.deepEqual([...fs.readFileSync(file).subarray(at, at + bytes.length)], [...bytes], `${file} is ${format}`);
}
