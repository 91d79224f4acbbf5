// The sandbox that `cargo xtask test browser` has started.
import assert from 'node:assert/strict';

export const address = required('CLOUDCONVERT_SANDBOX');
export const key = required('CLOUDCONVERT_SANDBOX_KEY');
/** What starts another one. */
export const program = required('CLOUDCONVERT_SANDBOX_PROGRAM');
const adminKey = required('CLOUDCONVERT_SANDBOX_ADMIN_KEY');

function required(name) {
  if (!process.env[name]) throw new Error(`${name} has to be set; run cargo xtask test browser`);
  return process.env[name];
}

/** Makes the sandbox misbehave until the test ends; see `sandbox/src/fault/`. Each rule strikes once unless it says more. */
export async function misbehave(t, ...rules) {
  t.after(() => admin('faults', { method: 'DELETE' }));
  await admin('faults', { method: 'POST', body: JSON.stringify(rules.map((rule) => ({ times: 1, ...rule }))) });
}

/** The requests that were made. */
export const requests = () => admin('requests');

/** Forgets the requests that were made. */
export const forget = () => admin('requests', { method: 'DELETE' });

/** The processes of the key, as the service lists them. */
export async function processes() {
  const answer = await fetch(`${address}/v1/processes`, { headers: { Authorization: `Bearer ${key}` } });
  return answer.json();
}

/** The jobs of the key, as version 2 lists them. */
export async function jobs() {
  const answer = await fetch(`${address}/v2/jobs`, { headers: { Authorization: `Bearer ${key}` } });
  return (await answer.json()).data;
}

/** Calls `/_admin` of the sandbox. */
export async function admin(path, init) {
  const headers = { Authorization: `Bearer ${adminKey}` };
  const answer = await fetch(`${address}/_admin/${path}`, { ...init, headers });
  assert.equal(answer.status, 200, path);
  return answer.json();
}
