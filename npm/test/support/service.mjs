// A tiny service of the test's own, which answers just as a test wants it.
import http from 'node:http';

import { CloudConvert } from 'cloudconvert-kit';
import { listen } from './local.mjs';

const OUTPUT = 'the output';

/** How a well-behaved service answers; a test overrides some. */
export const CALLS = {
  create: (answer, { host }) => answer({ id: 'p1', url: `//${host}/process/p1` }),
  start: (answer, { host, id }) => answer({ id, url: `//${host}/process/${id}`, step: 'input', upload: { url: `//${host}/upload/u1` } }),
  upload: async (answer, { request }) => {
    for await (const _ of request);
    answer({ message: 'File saved.' });
  },
  status: (answer, { host, id }) => answer({ id, step: 'finished', output: { url: `//${host}/download/d1`, filename: 'output.txt', size: OUTPUT.length } }),
  download: (answer) => answer(OUTPUT),
  delete: (answer) => answer({ message: 'deleted' }),
};

function callOf({ method, url }) {
  if (method === 'DELETE') return 'delete';
  if (url.startsWith('/process/')) return method === 'POST' ? 'start' : 'status';
  if (method === 'PUT') return 'put';
  return { '/v1/process': 'create', '/upload/u1': 'upload', '/download/d1': 'download' }[url];
}

/**
 * What such a service does. `calls` are functions of `answer(body, status, headers)` and `{ request, response, host, id }`,
 * the ID of the process that is asked about. Gives the listener of a server, and the `requests` it got as `{ call, method, url, headers }`.
 */
export function handler(calls = {}) {
  const requests = [];
  const handle = (request, response) => {
    const { method, url, headers } = request;
    const call = callOf(request);
    requests.push({ call, method, url, headers });
    const answer = (body, status = 200, more = {}) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      response.writeHead(status, { 'Content-Length': Buffer.byteLength(text), ...more }).end(text);
    };
    const known = calls[call] ?? CALLS[call];
    if (!known) return answer({ error: `there is no ${url}` }, 404);
    // A client that breaks off is no failure of the service.
    Promise.resolve(known(answer, { request, response, host: headers.host, id: /\w+(?=$|\?)/.exec(url)?.[0] })).catch(() => {});
  };
  return { handle, requests, calls: () => requests.map(({ call }) => call) };
}

/** Starts one; gives a client of it, its `host`, and what `handler` gives. */
export async function service(t, calls = {}) {
  const { handle, ...seen } = handler(calls);
  const server = http.createServer(handle);
  if (calls.checkContinue) server.on('checkContinue', calls.checkContinue(handle));
  const host = await listen(t, server);
  const client = new CloudConvert({ baseUrl: `http://${host}/v1`, apiKey: KEY });
  return { client, host, ...seen };
}

export const KEY = 'KEY-s3cret';

/** What the service converts, unless the test wants something else. */
export const FILE = new File(['the input'], 'input.md');
