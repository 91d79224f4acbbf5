// Plays one of `tests/vectors/calls/` or `tests/vectors/v2/calls/`: a single call that belongs to no conversion.
import assert from 'node:assert/strict';

import { CloudConvert } from 'cloudconvert-kit';
import { Clock } from './clock.mjs';
import { check } from './requests.mjs';
import { camel, split } from './vector.mjs';
import { answer, install } from './wire.mjs';

/** The first page of a list, and whether there is another one. */
const page = (name) => async (each, { outcome }) => {
  const entries = [];
  for await (const entry of each) if (entries.push(entry) === outcome[name]?.length) break;
  return { [name]: entries };
};

/** Calls of the core, as the package makes them. */
const CALLS = {
  create: (client, { job: { from, to, mode } }) => client.create({ from, to, mode }),
  convert: (client, { job, answered }) => launch(job, (source, wishes) => client.launch(source, { ...wishes, answered })),
  start: (client, { url, job, answered }) => !job ? client.start(url, undefined, { to: 'jpg' }) : launch(job, (source, wishes) => client.start(url, source, { ...wishes, wait: answered === 'ended' })),
  status: (client, { id, url }) => client.status(id ?? url),
  wait: (client, { id, url }) => client.status(id ?? url, { wait: true }),
  download: (client, { url, file, name, answered }) => client.download(url, { file, name, inline: answered === 'inline' }),
  delete: (client, { id, url }) => client.delete(id ?? url),
  list: (client, { call, ...filters }, vector) => page('processes')(client.processes(camel(filters)), vector),
  types: async (client, { call, ...filters }) => ({ types: await client.formats(camel(filters)) }),
  operations: async (client, { call, ...filters }) => ({ operations: await client.operations(camel(filters)) }),
  me: (client) => client.me(),
  tasks: (client, { call, id: job, ...filters }, vector) => page('tasks')(client.tasks({ job, ...camel(filters) }), vector),
  task: (client, { call, id, ...options }) => client.task(id, options),
  retry_task: (client, { id }) => client.retryTask(id),
  cancel_task: (client, { id }) => client.cancelTask(id),
  delete_task: (client, { id }) => client.deleteTask(id),
  webhooks: (client, { url }, vector) => page('webhooks')(client.webhooks({ url }), vector),
  create_webhook: (client, { url, events }) => client.createWebhook(url, events),
  delete_webhook: (client, { id }) => client.deleteWebhook(id),
};

function launch(job, call) {
  const { source, wishes } = split(job, []);
  return call(source, wishes);
}

/** What is asked for: a whole wish of the core with version 2, and members of the vector with version 1. */
function wishOf({ call, url, job, answered, file, from, to }) {
  return typeof call === 'object' ? call : { call, url, job, answered, file, from, to };
}

/** The package's `delete` asks first what runs, and stops it, as `v2/delete-run.json` has it. Here nothing runs. */
function asksFirst({ call: { call }, expect }, { method, url }) {
  return call === 'delete' && method === 'GET' && expect?.call === `DELETE ${url}`;
}

export async function playCall(vector) {
  const { base, key, expect, fail, outcome } = vector;
  const wish = wishOf(vector);
  let failure;
  const clock = new Clock(() => {});
  const begun = clock.now;
  let requests = 0;
  // Every request gets the same answer.
  const exchange = async (request) => {
    if (asksFirst(vector, request)) {
      clock.sent(false);
      clock.over();
      return answer({ json: { data: { id: request.url.split('/').pop(), status: 'finished', tasks: [] } } });
    }
    requests++;
    if (!expect) failure ??= new Error(`no request is expected, but ${request.method} ${request.url}`);
    await check(request, expect ?? {}, key, []).catch((error) => (failure ??= error));
    clock.sent(fail === 'timeout');
    if (fail === 'timeout') return fail;
    clock.now += 10;
    clock.over();
    return fail ?? answer(vector.answer);
  };
  const uninstall = install(exchange, () => clock.over());
  clock.install();
  const client = new CloudConvert({ baseUrl: base, ...(key && { apiKey: key }) });
  const { value, error } = await CALLS[wish.call](client, wish, vector).then((value) => ({ value }), (error) => ({ error }));
  clock.uninstall();
  uninstall();
  if (failure) throw failure;
  assert.ok(requests > 0 || !expect, 'a request was made');
  const { after: [least, most] = [0, 120_000], next, ...expected } = outcome;
  const took = clock.now - begun;
  assert.ok(took >= least && took <= most, `it took ${took} ms, not ${least} to ${most}`);
  if (error && expected.error === undefined && expected.status === undefined) throw error;
  if (error) {
    const { error: code, message = '', ...facts } = expected;
    if (code) assert.equal(error.code, code);
    assert.ok(error.message.includes(message), error.message);
    for (const [name, fact] of Object.entries(facts)) assert.equal(error[name], fact, name);
  } else {
    assertTold(value, camel(expected));
  }
}

/** All that is expected was told; what else was told does not matter. */
function assertTold(told, expected, where = 'the answer') {
  if (Array.isArray(expected)) {
    assert.equal(told?.length, expected.length, where);
    // A pair of formats.
    if (typeof expected[0] === 'string' && !Array.isArray(told[0]) && typeof told[0] === 'object') assert.fail(where);
    expected.forEach((value, at) => assertTold(Array.isArray(value) && !Array.isArray(told[at]) ? [told[at].from, told[at].to] : told[at], value, `${where}[${at}]`));
  } else if (typeof expected === 'object' && expected !== null) {
    for (const [name, value] of Object.entries(expected)) assertTold(told?.[name], value, `${where}.${name}`);
  } else {
    assert.equal(told ?? null, expected, where);
  }
}
