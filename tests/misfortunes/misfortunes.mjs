// What goes wrong with a real service, and what its users reported. Each misfortune changes one answer of `service.mjs`.
import { OUTPUT, json, pause, receive, shown, start } from './service.mjs';

/** The first time only. */
const once = (handler) => (call) => call.times === 1 && handler(call);
const answers = (status, body, headers) => ({ response }) => (json(response, status, body, headers), true);
const page = (status) => ({ response }) => (response.writeHead(status, { 'content-type': 'text/html' }).end('<html>Sorry</html>'), true);
const breaks = ({ response }) => (response.destroy(), true);

/** An answer to the upload, which has arrived. */
const uploaded = (status, headers) => async ({ request, response, job }) => {
  await receive(request, job);
  response.writeHead(status, headers).end();
  return true;
};

/** A part of the output, then a broken connection. */
const half = ({ response }) => {
  response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': OUTPUT.length, etag: '"v1"' });
  response.write(OUTPUT.subarray(0, OUTPUT.length / 2), () => response.destroy());
  return true;
};

/** What has to come out: `file` unless it says otherwise. */
export const MISFORTUNES = [
  {
    name: 'Creation answers 500, and the job runs',
    create: once(({ state, body, response }) => (start(state, body), json(response, 500, { message: 'Server Error' }), true)),
  },
  {
    name: 'The answer to the creation is lost',
    create: once(({ state, body, response }) => (start(state, body), breaks({ response }))),
  },
  { name: 'Creation answers 503 once, and nothing was made', create: once(answers(503, { message: 'Busy' }, { 'retry-after': '1' })) },
  { name: 'Creation answers 429 with Retry-After', create: once(answers(429, { message: 'Too many', code: 'TOO_MANY_REQUESTS' }, { 'retry-after': '1' })) },
  {
    name: '402: too many jobs at once, which passes',
    create: once(answers(402, { message: 'Parallel job limit exceeded', code: 'PARALLEL_JOB_LIMIT_EXCEEDED' })),
  },
  {
    name: '402: no credits left, which does not pass',
    create: answers(402, { message: 'No credits left', code: 'CREDITS_EXCEEDED' }),
    error: /credits/i,
  },
  { name: '403: the key lacks a scope', create: answers(403, { message: 'Invalid scope(s) provided.' }), error: /task\.write/ },
  { name: 'A gateway answers the creation with a page', create: once(page(502)) },
  { name: 'The upload is answered 204', upload: uploaded(204) },
  {
    name: 'The upload is answered by a redirect to the API',
    upload: async (call) => uploaded(303, { location: `${call.state.base}/v2/upload/redirect/1?status=201` })(call),
  },
  {
    name: 'The upload failed, which a redirect’s query tells',
    upload: once(({ request, response, state }) => {
      request.resume();
      response.writeHead(303, { location: `${state.base}/v2/upload/redirect/1?status=400&message=no+files+to+process` }).end();
      return true;
    }),
    error: /no files to process/,
  },
  { name: 'The upload breaks off', upload: once(({ request }) => (request.socket.destroy(), true)) },
  {
    name: 'The upload’s task ends seconds later',
    upload: async (call) => ((call.job.delay = 3_000), uploaded(201)(call)),
  },
  {
    name: 'The file is uploaded again, which the storage refuses',
    upload: async ({ request, response, job, times }) => {
      await receive(request, job);
      // The first answer is lost, although the file has arrived.
      if (times === 1) response.destroy();
      else response.writeHead(403).end();
      return true;
    },
  },
  { name: 'The wait is cut', wait: once(async ({ response }) => (await pause(200), breaks({ response }))), show: once(breaks) },
  { name: 'The wait is answered by a gateway’s page', wait: once(page(504)), show: once(page(504)) },
  { name: 'The wait is answered before the end', wait: once(({ state, job, response }) => ((job.delay = 1_000), json(response, 200, { data: shown(state, job) }), true)) },
  { name: 'The status asks to slow down', wait: once(answers(429, { message: 'Too many' }, { 'retry-after': '1' })), show: once(answers(429, { message: 'Too many' }, { 'retry-after': '1' })) },
  {
    name: 'The job fails; the cause is one of its tasks',
    failure: (tasks) => {
      for (const task of tasks) {
        const cause = task.operation === 'convert';
        const export_ = task.operation.startsWith('export');
        if (cause) Object.assign(task, { status: 'error', code: 'CONVERSION_FAILED', message: 'The picture is damaged' });
        if (export_) Object.assign(task, { status: 'error', code: 'INPUT_TASK_FAILED', message: 'Input task has failed', result: null });
      }
      tasks.reverse();
    },
    error: /damaged/,
  },
  {
    name: 'Tasks in another order, absent fields, a new status',
    shape: (job, ended) => {
      const tasks = job.tasks.toReversed().map(({ code, message, started_at, percent, ...task }) => ({ ...task, depends_on_tasks: {} }));
      return { ...job, tag: undefined, status: ended ? 'finished' : 'queued', tasks };
    },
  },
  { name: 'The download breaks off', download: once(half) },
  { name: 'The download is answered 503 once', download: once(page(503)) },
  { name: 'A login page comes instead of the file', download: once(page(200)) },
  {
    name: 'The file is shorter than announced',
    download: once(({ response }) => (response.writeHead(200, { 'content-type': 'image/jpeg' }).end(OUTPUT.subarray(0, 1_000)), true)),
  },
];
