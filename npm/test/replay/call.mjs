// Plays one of `tests/vectors/calls/`: a single call that belongs to no conversion.
import assert from 'node:assert/strict';

import { CloudConvert } from 'cloudconvert-kit';
import { Clock } from './clock.mjs';
import { check } from './requests.mjs';
import { answer, install } from './wire.mjs';

const CALLS = {
  list: (client) => client.processes(),
  types: (client, { from, to }) => client.formats({ from, to }),
};

/** Whether the package's face has this call; the others are steps of its conversions. */
export const isOffered = ({ call }) => call in CALLS;

export async function playCall(vector) {
  const { call, base, key, expect, fail, outcome } = vector;
  let failure;
  const clock = new Clock(() => {});
  const begun = clock.now;
  // Every request gets the same answer.
  const exchange = async (request) => {
    await check(request, expect, key, []).catch((error) => (failure ??= error));
    clock.sent(fail === 'timeout');
    if (fail === 'timeout') return fail;
    clock.now += 10;
    clock.over();
    return fail ?? answer(vector.answer);
  };
  const uninstall = install(exchange, () => clock.over());
  clock.install();
  const client = new CloudConvert({ baseUrl: base, ...(key && { apiKey: key }) });
  const { value, error } = await CALLS[call](client, vector).then((value) => ({ value }), (error) => ({ error }));
  clock.uninstall();
  uninstall();
  if (failure) throw failure;
  const { processes, types, after: [least, most] = [0, 60_000], ...facts } = outcome;
  const took = clock.now - begun;
  assert.ok(took >= least && took <= most, `it took ${took} ms, not ${least} to ${most}`);
  if (error) {
    const { error: code, message = '', ...rest } = facts;
    assert.equal(error.code, code);
    assert.ok(error.message.includes(message), error.message);
    for (const [name, fact] of Object.entries(rest)) assert.equal(error[name], fact, name);
  } else if (types) {
    assert.deepEqual(value.map(({ from, to }) => [from, to]), types);
  } else {
    const told = (process, at) => Object.fromEntries(Object.keys(processes[at] ?? {}).map((name) => [name, process[name]]));
    assert.deepEqual(value.map(told), processes);
  }
}
