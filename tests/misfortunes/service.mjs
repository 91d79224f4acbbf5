// A service of version 2 for one conversion, which follows a script of misfortunes and counts what it was asked.
import { once } from 'node:events';
import http from 'node:http';

/** What the service converts to: long enough for a transfer to break in the middle. */
export const OUTPUT = Buffer.from('a picture, honestly\n'.repeat(20_000));

const NOW = '2025-03-01T10:00:00+00:00';

/**
 * Serves until it is closed. A misfortune has handlers by the name of what is asked (`create`, `upload`, `show`, `wait`,
 * `download`, `delete`), each called before the service answers; one that answers by itself returns `true`.
 */
export async function serve(misfortune = {}) {
  const state = { jobs: [], counts: {}, misfortune };
  const server = http.createServer((request, response) => {
    answer(state, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  state.base = `http://127.0.0.1:${server.address().port}`;
  return { state, base: state.base, close: () => (server.closeAllConnections(), server.close()) };
}

async function answer(state, request, response) {
  const url = new URL(request.url, state.base);
  const path = url.pathname.replace(/^\/sync/, '');
  const [kind, job] = kindOf(state, request.method, path, url.pathname !== path);
  const times = (state.counts[kind] = (state.counts[kind] ?? 0) + 1);
  const call = { state, request, response, url, job, times, body: undefined };
  if (kind === 'create') call.body = JSON.parse(await text(request));
  if (await state.misfortune[kind]?.(call)) return;
  const unknown = () => json(response, 404, { message: 'Not found' });
  await (HANDLERS[kind] ?? unknown)(call);
}

function kindOf(state, method, path, sync) {
  const job = state.jobs.find(({ id }) => path.includes(id)) ?? state.jobs.at(-1);
  if (method === 'POST' && path === '/v2/jobs') return ['create', undefined];
  if (method === 'GET' && path === '/v2/jobs') return ['list', undefined];
  if (method === 'POST' && path === '/form') return ['upload', job];
  if (path.startsWith('/files/')) return ['download', job];
  if (path.startsWith('/v2/upload/redirect')) return ['page', job];
  if (path.startsWith('/v2/jobs/') && job && path.endsWith(job.id)) {
    return [method === 'DELETE' ? 'delete' : sync ? 'wait' : 'show', job];
  }
  if (path.startsWith('/v2/tasks/')) return [method === 'POST' ? 'cancel' : 'task', job];
  return ['unknown', undefined];
}

const HANDLERS = {
  create({ state, response, body }) {
    const job = start(state, body);
    json(response, 201, { data: shown(state, job) });
  },
  list({ state, response }) {
    const data = state.jobs.filter((job) => !job.deleted).map((job) => shown(state, job));
    json(response, 200, { data, links: { next: null }, meta: { current_page: 1 } });
  },
  async upload({ request, response, job }) {
    await receive(request, job);
    response.writeHead(201, { 'content-type': 'application/xml' }).end('<PostResponse/>');
  },
  show({ state, response, job }) {
    json(response, job.deleted ? 404 : 200, job.deleted ? { message: 'Not found' } : { data: shown(state, job) });
  },
  async wait(call) {
    // The sync host answers when the job has ended.
    while (!hasEnded(call.job)) await pause(20);
    HANDLERS.show(call);
  },
  task({ state, response, job, url }) {
    const task = shown(state, job).tasks.find(({ id }) => url.pathname.includes(id));
    json(response, task ? 200 : 404, task ? { data: task } : { message: 'Not found' });
  },
  cancel({ state, response, job }) {
    job.cancelled = true;
    json(response, 200, { data: shown(state, job).tasks[0] });
  },
  page({ response }) {
    json(response, 201, { data: { message: 'ok' } });
  },
  download({ request, response }) {
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const from = range ? Number(range[1]) : 0;
    const headers = { 'content-length': OUTPUT.length - from, etag: '"v1"', 'accept-ranges': 'bytes' };
    if (range) headers['content-range'] = `bytes ${from}-${OUTPUT.length - 1}/${OUTPUT.length}`;
    response.writeHead(range ? 206 : 200, { 'content-type': 'image/jpeg', ...headers }).end(OUTPUT.subarray(from));
  },
  delete({ response, job }) {
    job.deleted = true;
    response.writeHead(204).end();
  },
};

/** Begins a job, which is when it is paid for. */
export function start(state, body) {
  const number = String(state.jobs.length + 1).padStart(12, '0');
  const job = { id: `6f0e0000-0000-4000-8000-${number}`, body, began: Date.now() };
  state.jobs.push(job);
  return job;
}

/** Takes the file of a form. */
export async function receive(request, job) {
  const body = await text(request);
  job.uploads = (job.uploads ?? 0) + 1;
  job.received = /filename=/.test(body) && body.includes('an input');
  job.uploaded = Date.now();
}

function hasEnded(job) {
  return job.received && Date.now() - job.uploaded >= (job.delay ?? 50);
}

/** A job as the service shows it. */
export function shown(state, job) {
  const ended = hasEnded(job);
  const failed = ended && state.misfortune.failure;
  const tasks = Object.entries(job.body.tasks).map(([name, task], index) => ({
    id: `${job.id.slice(0, -4)}${index + 1}${job.id.slice(-3)}`,
    name,
    job_id: job.id,
    operation: task.operation,
    status: ended ? 'finished' : 'waiting',
    code: null,
    message: null,
    percent: 100,
    result: result(state, job, task, ended),
    created_at: NOW,
    started_at: null,
    ended_at: ended ? NOW : null,
    depends_on_task_ids: [],
  }));
  if (failed) state.misfortune.failure(tasks);
  const made = { id: job.id, tag: job.body.tag ?? null, status: failed ? 'error' : ended ? 'finished' : 'processing', created_at: NOW, tasks };
  return state.misfortune.shape?.(made, ended) ?? made;
}

function result(state, job, task, ended) {
  if (task.operation === 'import/upload' && !ended) {
    const parameters = { acl: 'private', key: `${job.id}/\${filename}`, success_action_status: '201', Policy: 'e30=' };
    return { form: { url: `${state.base}/form`, parameters } };
  }
  if (task.operation !== 'export/url' || !ended) return null;
  return { files: [{ filename: 'input.jpg', size: OUTPUT.length, url: `${state.base}/files/${job.id}/input.jpg` }] };
}

export function json(response, status, value, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

export async function text(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
