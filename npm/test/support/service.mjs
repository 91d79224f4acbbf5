// A tiny service of the test's own, which answers just as a test wants it, by either version of the API.
import http from 'node:http';
import { test } from 'node:test';

import { CloudConvert } from 'cloudconvert-kit';
import { listen } from './local.mjs';

const OUTPUT = 'the output';

/** How the versions say what a test wants said: a process or a job that was created, runs, or has ended. */
const SAYS = {
  1: {
    created: (host, id) => ({ id, url: `//${host}/process/${id}` }),
    running: (host, id) => ({ id, url: `//${host}/process/${id}`, step: 'convert', percent: 1 }),
    finished: (host, id, output) => ({ id, step: 'finished', output: { url: `//${host}/download/d1`, filename: 'output.txt', size: OUTPUT.length, ...output } }),
    stored: { message: 'File saved.' },
    refused: (text) => ({ error: text }),
  },
  2: {
    created: (host, id, tasks) => ({ data: { id, status: 'processing', tasks: forms(host, tasks) } }),
    running: (_, id) => ({ data: { id, status: 'processing', tasks: [{ id: `${id}w`, operation: 'convert', status: 'processing', percent: 1 }] } }),
    finished: (host, id, output) => ({ data: { id, status: 'finished', tasks: [{ operation: 'export/url', status: 'finished', result: {
      files: [{ url: `http://${host}/download/d1`, filename: 'output.txt', size: OUTPUT.length, ...output }],
    } }] } }),
    stored: '<?xml version="1.0"?><PostResponse><Location>http://storage/a</Location></PostResponse>',
    refused: (text) => ({ message: text }),
  },
};

/** The tasks of a creation that wait for uploads, each with its form. */
function forms(host, tasks) {
  const uploads = Object.entries(tasks ?? {}).filter(([, { operation }]) => operation === 'import/upload');
  return uploads.map(([name, { operation }], at) => ({
    id: `t${at}`, name, operation, status: 'waiting', result: { form: { url: `http://${host}/upload/u1`, parameters: {} } },
  }));
}

/** How a well-behaved service answers; a test overrides some. */
export const CALLS = {
  create: (answer, { say }) => answer(say.created('p1')),
  start: (answer, { host, id }) => answer({ id, url: `//${host}/process/${id}`, step: 'input', upload: { url: `//${host}/upload/u1` } }),
  upload: async (answer, { request, say }) => {
    for await (const _ of request);
    answer(say.stored);
  },
  status: (answer, { say, id }) => answer(say.finished(id)),
  download: (answer) => answer(OUTPUT),
  list: (answer) => answer({ data: [] }),
  cancel: (answer) => answer({ data: { status: 'error' } }),
  delete: (answer) => answer({ message: 'deleted' }),
};

function callOf({ method, url }) {
  if (method === 'DELETE') return 'delete';
  if (url.startsWith('/process/')) return method === 'POST' ? 'start' : 'status';
  if (url.startsWith('/v2/jobs')) return method === 'POST' ? 'create' : url.startsWith('/v2/jobs/') ? 'status' : 'list';
  if (url.startsWith('/v2/tasks/')) return 'cancel';
  if (method === 'PUT') return 'put';
  return { '/v1/process': 'create', '/upload/u1': 'upload', '/download/d1': 'download' }[url];
}

/** The tasks in the body of a creation by version 2. */
async function tasksOf(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return JSON.parse(body).tasks;
}

/**
 * What such a service does. `calls` are functions of `answer(body, status, headers)` and `{ request, response, host, id, say }`:
 * the ID of the process or job that is asked about, and what this version of the API says of it. Gives the listener of a server, and the
 * `requests` it got as `{ call, method, url, headers }`.
 */
export function handler(calls = {}, version = 1) {
  const requests = [];
  const handle = async (request, response) => {
    const { method, url, headers } = request;
    const { host } = headers;
    const call = callOf(request);
    requests.push({ call, method, url, headers });
    const answer = (body, status = 200, more = {}) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      response.writeHead(status, { 'Content-Length': Buffer.byteLength(text), ...more }).end(text);
    };
    const known = calls[call] ?? CALLS[call];
    if (!known) return answer({ error: `there is no ${url}` }, 404);
    // A client that breaks off is no failure of the service.
    try {
      const tasks = version === 2 && call === 'create' ? await tasksOf(request) : undefined;
      const says = SAYS[version];
      const say = {
        created: (id) => says.created(host, id, tasks),
        running: (id) => says.running(host, id),
        finished: (id, output) => says.finished(host, id, output),
        stored: says.stored,
        refused: says.refused,
      };
      await known(answer, { request, response, host, id: /\w+(?=$|\?)/.exec(url)?.[0], say });
    } catch {}
  };
  return { handle, requests, calls: () => requests.map(({ call }) => call) };
}

/** Starts one; gives a client of it, its `host`, and what `handler` gives. */
export async function service(t, calls = {}, version = 1) {
  const { handle, ...seen } = handler(calls, version);
  const server = http.createServer(handle);
  if (calls.checkContinue) server.on('checkContinue', calls.checkContinue(handle));
  const host = await listen(t, server);
  const client = new CloudConvert({ baseUrl: `http://${host}/v${version}`, apiKey: KEY });
  return { client, host, ...seen };
}

/** A test before such services of both versions: it gets `service` for one of them, and the version. */
export function bothServices(name, run) {
  for (const version of [2, 1]) {
    test(`${name} (version ${version})`, { timeout: 60_000 }, (t) => run(t, (calls) => service(t, calls, version), version));
  }
}

export const KEY = 'KEY-s3cret';

/** What the service converts, unless the test wants something else. */
export const FILE = new File(['the input'], 'input.md');
