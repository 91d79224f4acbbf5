// A relay that takes people at their word, and what its pages ask.
import assert from 'node:assert/strict';

import { relay, toNode } from 'cloudconvert-kit/relay';
import { serve } from './local.mjs';
import { apiKey, baseUrl } from './sandbox.mjs';

/** The header by which people are told apart. */
export const PERSON = 'x-person';
/** Where the sandbox speaks a version of the API. */
export const service = (version) => new URL(`/${version}`, baseUrl).href;

/** A relay that takes people at their word, as a listener of `http`. */
export function listener({ version = 'v2', allow = {}, ...options } = {}) {
  const who = (request) => request.headers.get(PERSON) ?? undefined;
  return toNode(relay({ apiKey, baseUrl: service(version), allow, who, ...options }));
}

/** The same, served. It answers at `…/convert/v1` or `…/convert/v2`. */
export async function start(t, options = {}) {
  return `${await serve(t, listener(options))}/convert/${options.version ?? 'v2'}`;
}

/** Asks as this person; everything that comes back is looked through for the key. */
export async function ask(base, path, { person = 'anna', body, type = 'application/json', headers = {}, ...init } = {}) {
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const answer = await fetch(`${base}/${path}`, {
    headers: { ...(person && { [PERSON]: person }), 'content-type': type, ...headers },
    ...sent,
    ...init,
  });
  const text = await answer.text();
  assert.ok(!text.includes(apiKey) && !text.includes('"payload"'), 'neither the key nor what was asked for comes back');
  return { status: answer.status, headers: answer.headers, ...(text && JSON.parse(text)) };
}

/** What a page sends to make a job. */
export const job = (more = {}, tasks = {}) => ({
  tag: 'order-7',
  tasks: {
    in: { operation: 'import/upload' },
    work: { operation: 'convert', input: 'in', input_format: 'png', output_format: 'jpg', ...more },
    out: { operation: 'export/url', input: 'work' },
    ...tasks,
  },
});

/** A task of a job. */
export const named = ({ data }, name) => data.tasks.find((task) => task.name === name);

/** A `fetch` that says who asks. */
export function as(person) {
  return (resource, init) => {
    const request = new Request(resource, init);
    if (person) request.headers.set(PERSON, person);
    return fetch(request);
  };
}
