// Version 2: jobs made of tasks. A job's tag begins with the mark of the person whose it is.
import type { Call } from './call.js';
import { type Answer, passed } from './forward.js';
import type { Rules } from './options.js';
import { Refusal, json } from './refusal.js';
import { type Fields, allowed, fieldsOf, isFields, only, tooLarge } from './rules.js';

/** Answers what a page asks. */
export async function version2(call: Call): Promise<Response> {
  const { request, path } = call;
  const [kind, id, action] = path.split('/');
  const asked = `${request.method} ${kind}${id === undefined ? '' : '/'}${action === undefined ? '' : `/${action}`}`;
  switch (asked) {
    case 'POST jobs':
      return create(call);
    case 'GET jobs':
      return list(call);
    case 'GET jobs/':
      return shown(call, await owned(call, String(id)));
    case 'DELETE jobs/':
      await owned(call, String(id));
      call.limits.ended(call.who, String(id));
      return passed(await ask(call, 'DELETE', `jobs/${id}`));
    case 'POST tasks//cancel':
      return cancel(call, String(id));
    default:
      if (request.method === 'GET' && (path === 'convert/formats' || path === 'operations')) {
        return passed(await ask(call, 'GET', `${path}?${call.query}`));
      }
      throw new Refusal(404, 'This relay does not offer that.');
  }
}

async function create(call: Call): Promise<Response> {
  const fields = await fieldsOf(call.request);
  only(fields, ['tasks', 'tag']);
  if (!isFields(fields.tasks)) throw new Refusal(422, 'A job needs tasks.');
  for (const task of Object.values(fields.tasks)) check(task, call.rules);
  call.limits.take(call.who);
  const tag = `${await call.seal.mark(call.who)}.${String(fields.tag ?? '')}`;
  const answer = await ask(call, 'POST', 'jobs', { tasks: fields.tasks, tag });
  const job = answer.value.data;
  if (isFields(job)) call.limits.began(call.who, String(job.id));
  return shown(call, answer);
}

/** Refuses a task that the rules do not allow. */
function check(task: unknown, rules: Rules): void {
  if (!isFields(task)) throw new Refusal(422, 'A task has to be an object.');
  const operation = String(task.operation);
  const input = /^import\/(.+)$/.exec(operation)?.[1];
  if (input !== undefined) {
    allowed('input', input, rules.inputs ?? ['upload']);
    return only(task, ['operation', 'filename', ...(input === 'upload' ? [] : input === 'url' ? ['url'] : ['file'])]);
  }
  if (operation === 'export/url') return;
  allowed('operation', operation, rules.operations ?? ['convert']);
  if (task.input_format !== undefined) allowed('input format', task.input_format, rules.from);
  else if (rules.from !== undefined) throw new Refusal(403, 'A task has to tell its `input_format` here.');
  if (task.output_format !== undefined) allowed('output format', task.output_format, rules.to);
}

/** The jobs of the person. Those of others are left out, so a page of the list may be short. */
async function list(call: Call): Promise<Response> {
  const answer = await ask(call, 'GET', `jobs?${call.query}`);
  const { data, links, ...rest } = answer.value;
  if (!Array.isArray(data)) return passed(answer);
  const mark = await call.seal.mark(call.who);
  const own = data.filter((job): job is Fields => isFields(job) && isOf(job, mark)).map(bare);
  const next = isFields(links) && typeof links.next === 'string' ? `${call.base}/jobs${new URL(links.next).search}` : null;
  return json(answer.status, { ...rest, data: own, links: { first: null, last: null, prev: null, next } }, answer.headers);
}

async function cancel(call: Call, id: string): Promise<Response> {
  const task = (await ask(call, 'GET', `tasks/${id}`)).value.data;
  const job = isFields(task) ? task.job_id : undefined;
  if (typeof job !== 'string') throw new Refusal(404, 'There is no such task.');
  await owned(call, job);
  const answer = await ask(call, 'POST', `tasks/${id}/cancel`);
  const data = answer.value.data;
  return passed(isFields(data) ? { ...answer, value: { data: withoutPayload(data) } } : answer);
}

/** A job of this person. Another one's is not there. */
async function owned(call: Call, id: string): Promise<Answer> {
  const answer = await ask(call, 'GET', `jobs/${id}`);
  const job = answer.value.data;
  if (isFields(job) && !isOf(job, await call.seal.mark(call.who))) throw new Refusal(404, 'There is no such job.');
  if (!isFields(job)) throw new Refusal(answer.status === 404 ? 404 : 502, 'There is no such job.', Number(answer.headers['Retry-After']) || undefined);
  return answer;
}

/** A job as its page may see it. One with an input that is too large is deleted. */
async function shown(call: Call, answer: Answer): Promise<Response> {
  const job = answer.value.data;
  if (!isFields(job)) return passed(answer);
  const id = String(job.id);
  if (job.status === 'finished' || job.status === 'error') call.limits.ended(call.who, id);
  if (tasksOf(job).some((task) => isTooLarge(task, call.rules.maxSize))) {
    call.limits.ended(call.who, id);
    await ask(call, 'DELETE', `jobs/${id}`);
    throw tooLarge(call.rules);
  }
  return passed({ ...answer, value: { data: bare(job) } });
}

function isTooLarge({ operation, result }: Fields, maxSize = Infinity): boolean {
  const files = String(operation).startsWith('import/') && isFields(result) && Array.isArray(result.files) ? result.files : [];
  return files.some((file: unknown) => isFields(file) && Number(file.size) > maxSize);
}

function isOf(job: Fields, mark: string): boolean {
  return String(job.tag ?? '').startsWith(`${mark}.`);
}

/** Without the mark, and without what the tasks were asked for. */
function bare(job: Fields): Fields {
  const tag = String(job.tag ?? '').replace(/^[^.]*\./, '');
  return { ...job, tag, ...(Array.isArray(job.tasks) ? { tasks: tasksOf(job).map(withoutPayload) } : {}) };
}

function withoutPayload({ payload, ...task }: Fields): Fields {
  return task;
}

function tasksOf(job: Fields): Fields[] {
  return Array.isArray(job.tasks) ? job.tasks.filter(isFields) : [];
}

async function ask({ forward, request }: Call, method: string, path: string, body?: Fields): Promise<Answer> {
  return forward.ask(method, path, request.signal, body);
}
