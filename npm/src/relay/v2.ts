// Version 2: jobs made of tasks. A job's tag begins with the mark of the person whose it is.
import { type Call, withQuery } from './call.js';
import { type Answer, isGone, passed } from './forward.js';
import type { Rules } from './options.js';
import { Refusal } from './refusal.js';
import { type Fields, fieldsOf, isFields, isOffered, isTooLarge, only, pick, tooLarge } from './rules.js';
import { isWork } from './tasks.js';
import { watch } from './watch.js';

/** IDs are UUIDs; whatever else stands there would be another path of the service. */
const ID = /^[\w-]+$/;
/** What a page is told: nothing of the account and of the service's machines, nor what a task was asked for. */
const JOB = ['id', 'status', 'created_at', 'started_at', 'ended_at'];
const TASK = [
  ...['id', 'name', 'job_id', 'operation', 'status', 'code', 'message', 'percent', 'result', 'depends_on_task_ids'],
  ...['engine', 'engine_version', 'created_at', 'started_at', 'ended_at'],
];
/** How many entries the service is asked for at once, and how often, to find those of one person. */
const PER_PAGE = 100;
const PAGES = 10;

/** Answers what a page asks. */
export async function version2(call: Call): Promise<Response> {
  const { request, path } = call;
  const [kind, id, action, more] = path.split('/');
  if (more !== undefined || (id !== undefined && !ID.test(id) && path !== 'convert/formats')) throw new Refusal(404, 'This relay does not offer that: ask it for jobs, tasks and their files only.');
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
      return passed(await remove(call, String(id)));
    case 'POST tasks//cancel':
      return cancel(call, String(id));
    default:
      if (request.method === 'GET' && (path === 'convert/formats' || path === 'operations')) {
        return offers(call, await ask(call, 'GET', withQuery(call, path)));
      }
      throw new Refusal(404, 'This relay does not offer that: ask it for jobs, tasks and their files only.');
  }
}

/** What the service offers and the rules allow. */
function offers({ rules }: Call, answer: Answer): Response {
  const { data } = answer.value;
  if (!Array.isArray(data)) return passed(answer);
  const offered = data.filter((entry) => isFields(entry) && isOffered(rules, entry.operation, entry.input_format, entry.output_format));
  return passed({ ...answer, value: { ...answer.value, data: offered } });
}

async function create(call: Call): Promise<Response> {
  const fields = await fieldsOf(call.request);
  only(fields, ['tasks', 'tag']);
  if (!isFields(fields.tasks)) throw new Refusal(422, 'A job needs tasks: give an object with one of them at least.');
  const { tasks } = fields;
  const work = Object.values(tasks).filter((task) => isWork(task, tasks, call.rules));
  const tag = `${await call.seal.mark(call.who)}.${typeof fields.tag === 'string' ? fields.tag : ''}`;
  return call.limits.take(call.who, Math.max(1, work.length), async (began) => {
    const answer = await ask(call, 'POST', 'jobs', { tasks, tag });
    const job = answer.value.data;
    if (isFields(job)) {
      const id = String(job.id);
      began(id);
      void watch(call, id, () => isKnown(call, id));
    }
    return shown(call, answer);
  });
}

/** The jobs of the person. The service knows only all of them, so as many pages are asked for as are needed. */
async function list(call: Call): Promise<Response> {
  // Of a doubled name the last one counts.
  const asked = new Map(call.query);
  const page = numberOf(asked.get('page'), 1);
  const size = Math.min(numberOf(asked.get('per_page'), PER_PAGE), PER_PAGE);
  const mark = await call.seal.mark(call.who);
  const tag = asked.get('filter[tag]');
  if (tag !== undefined) asked.set('filter[tag]', `${mark}.${tag}`);
  asked.delete('page');
  asked.delete('per_page');
  const own: Fields[] = [];
  let answer: Answer;
  for (let at = 1; ; at++) {
    if (at > 1) call.limits.asked(call.who);
    const query = new URLSearchParams([...asked, ['per_page', String(PER_PAGE)], ['page', String(at)]]);
    answer = await ask(call, 'GET', `jobs?${query}`);
    const { data, links } = answer.value;
    if (!Array.isArray(data)) return passed(answer);
    own.push(...data.filter((job): job is Fields => isFields(job) && isOf(job, mark)).map((job) => bare(hasTooLarge(job, call.rules) ? { ...job, tasks: [] } : job)));
    if (own.length > page * size || data.length === 0 || at === PAGES || !(isFields(links) && links.next)) break;
  }
  const following = new URLSearchParams([...new Map(call.query).set('page', String(page + 1))]);
  // Relative to what was asked, of which a proxy may have changed the beginning.
  const next = own.length > page * size ? `?${following}` : null;
  const links = { first: null, last: null, prev: null, next };
  return passed({ ...answer, value: { data: own.slice((page - 1) * size, page * size), links, meta: { current_page: page, per_page: size } } });
}

const numberOf = (text: string | undefined, otherwise: number): number => (/^[1-9]\d{0,4}$/.test(text ?? '') ? Number(text) : otherwise);

async function cancel(call: Call, id: string): Promise<Response> {
  const found = await ask(call, 'GET', `tasks/${id}`);
  const task = found.value.data;
  const job = isFields(task) ? task.job_id : undefined;
  if (typeof job !== 'string' || !ID.test(job)) throw isFields(task) ? new Refusal(404, 'There is no such task: check its ID.') : untold('task', found);
  await owned(call, job);
  const answer = await ask(call, 'POST', `tasks/${id}/cancel`);
  const data = answer.value.data;
  return passed(isFields(data) ? { ...answer, value: { data: pick(data, TASK) } } : answer);
}

/** A job of this person. Another one's is not there. */
async function owned(call: Call, id: string): Promise<Answer> {
  const answer = await ask(call, 'GET', `jobs/${id}`);
  const job = answer.value.data;
  if (isFields(job) && isOf(job, await call.seal.mark(call.who))) return answer;
  if (answer.status === 404) call.limits.ended(call.who, id);
  throw isFields(job) ? new Refusal(404, 'There is no such job: check its ID.') : untold('job', answer);
}

/** The refusal where the service tells of no job or task: it is not there, or cannot be asked for now. */
function untold(what: string, { status, headers }: Answer): Refusal {
  if (status === 404) return new Refusal(404, `There is no such ${what}: check its ID.`);
  const shown = status === 429 || status >= 500 ? status : 502;
  return new Refusal(shown, `The service does not tell of this ${what} now: try again later.`, headers['Retry-After']);
}

/** Whether the sizes of the inputs are known now; where one is too large, the job is deleted. */
async function isKnown(call: Call, id: string): Promise<boolean> {
  const answer = await owned(call, id);
  await shown(call, answer);
  return isFields(answer.value.data) && importsOf(answer.value.data).every(({ status }) => status === 'finished');
}

/** A job as its page may see it. One with an input that is too large is deleted. */
async function shown(call: Call, answer: Answer): Promise<Response> {
  const job = answer.value.data;
  if (!isFields(job)) return passed(answer);
  const id = String(job.id);
  if (job.status === 'finished' || job.status === 'error') call.limits.ended(call.who, id);
  if (hasTooLarge(job, call.rules)) {
    await remove(call, id);
    throw tooLarge(call.rules);
  }
  return passed({ ...answer, value: { data: bare(job) } });
}

/** Deletes a job. One that is still there counts. */
async function remove(call: Call, id: string): Promise<Answer> {
  const answer = await ask(call, 'DELETE', `jobs/${id}`);
  if (isGone(answer)) call.limits.ended(call.who, id);
  return answer;
}

/** Whether an input of a job is too large. */
function hasTooLarge(job: Fields, rules: Rules): boolean {
  const files = importsOf(job).flatMap(({ result }): unknown[] => (isFields(result) && Array.isArray(result.files) ? result.files : []));
  return files.some((file) => isFields(file) && isTooLarge(file.size, rules));
}

function isOf(job: Fields, mark: string): boolean {
  return String(job.tag ?? '').startsWith(`${mark}.`);
}

/** What a page is told of a job: without the mark of its person. */
function bare(job: Fields): Fields {
  const [, ...rest] = String(job.tag ?? '').split('.');
  const tag = rest.join('.');
  return { ...pick(job, JOB), tag, ...(Array.isArray(job.tasks) ? { tasks: tasksOf(job).map((task) => pick(task, TASK)) } : {}) };
}

const importsOf = (job: Fields): Fields[] => tasksOf(job).filter(({ operation }) => String(operation).startsWith('import/'));

function tasksOf(job: Fields): Fields[] {
  return Array.isArray(job.tasks) ? job.tasks.filter(isFields) : [];
}

async function ask({ forward, gone }: Call, method: string, path: string, body?: Fields): Promise<Answer> {
  return forward.ask(method, path, gone, body);
}
