// Replays tests/vectors/relay/, as the relay of Python does: what a page asks, what the service is asked then, the answer.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { relay } from 'cloudconvert-kit/relay';

const FOLDER = new URL('../../tests/vectors/relay/', import.meta.url);
const PERSON = 'x-person';

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.json'))) {
  test(file.replace('.json', ''), () => play(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))));
}

async function play({ base, key, rules, origins, hidden = [], script }) {
  let entries = [];
  const wrong = [];
  const send = async (url, { method, headers, body }) => {
    const { expect = {}, answer = {}, fail } = entries.shift() ?? {};
    const carries = headers.Authorization === `Bearer ${key}`;
    const asked = { call: `${method} ${url}`, key: carries, json: body === undefined ? null : JSON.parse(body) };
    const expected = { key: false, json: null, ...expect };
    if (JSON.stringify(sorted(asked)) !== JSON.stringify(sorted(expected))) wrong.push([asked, expected]);
    // A fetch that follows no redirect fails with it.
    if (fail || (answer.status >= 300 && answer.status < 400)) throw new TypeError('fetch failed');
    const text = answer.json === undefined ? (answer.text ?? null) : JSON.stringify(answer.json);
    return new Response(answer.status === 204 ? null : text, { status: answer.status ?? 200, headers: answer.headers ?? {} });
  };
  const handler = relay({ apiKey: key, baseUrl: base, allow: rules, origins, who: (request) => request.headers.get(PERSON) ?? undefined, fetch: send });
  for (const { ask, service, answer } of script) {
    entries = [...service];
    const [method, url] = ask.call.split(' ');
    const body = bodyOf(ask);
    const headers = { ...(ask.who && { [PERSON]: ask.who }), ...(ask.json && { 'content-type': 'application/json' }), ...ask.headers };
    const answered = await handler(new Request(url, { method, headers, ...(body !== undefined && { body }) }));
    const text = await answered.text();
    const told = `${ask.call}: ${answered.status} ${text}`;
    assert.deepEqual(wrong, [], told);
    assert.deepEqual(entries, [], told);
    assert.equal(answered.status, answer.status ?? 200, told);
    const value = text === '' ? undefined : JSON.parse(text);
    if (answer.message) assert.ok(value.message.includes(answer.message), told);
    for (const [name, header] of Object.entries(answer.headers ?? {})) assert.equal(answered.headers.get(name), header, told);
    if (answer.json) assert.ok(contains(value, answer.json), told);
    for (const secret of [key, 'payload', 'HERS', ...hidden]) assert.ok(!`${text}${JSON.stringify([...answered.headers])}`.includes(secret), told);
  }
}

/** What a page sends. */
function bodyOf({ json, text, times = 1, base64 }) {
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  return json === undefined ? text?.repeat(times) : JSON.stringify(json);
}

/** Whether all that is expected was told; what else was told does not matter. */
function contains(told, expected) {
  if (Array.isArray(expected)) return told?.length === expected.length && expected.every((each, at) => contains(told[at], each));
  if (typeof expected !== 'object' || expected === null) return (told ?? null) === expected;
  return Object.entries(expected).every(([name, each]) => contains(told?.[name], each));
}

/** The same with the members of objects in one order. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}
