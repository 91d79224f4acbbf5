// Version 1: processes. Whoever knows the URL of a process may start it, ask for it and delete it without a key. So a page is
// given an address at the relay instead, from which that URL cannot be read.
import { type Call, withQuery } from './call.js';
import { type Answer, isGone, passed } from './forward.js';
import { Refusal } from './refusal.js';
import { type Fields, allowed, fieldsOf, isFields, isOffered, isTooLarge, only, pick, sizeOf, small, tooLarge, unknown } from './rules.js';
import { watch } from './watch.js';

/** What a start may say, beside the content of an input. */
const START = ['input', 'filename', 'outputformat', 'converteroptions', 'mode', 'tag', 'timeout', 'wait', 'save'];
/** What a page is told of a process, beside its address: neither the ID nor the host, of which its URL is made. */
const TOLD = [
  ...['step', 'percent', 'message', 'error', 'code', 'starttime', 'endtime', 'expire', 'expires', 'maxtime', 'minutes'],
  ...['tag', 'input', 'converter', 'warnings', 'info', 'upload', 'output'],
];
/** Whose URLs the page uses: they lead to the bytes of one file, and nowhere else. */
const FILES = ['upload', 'output'];

/** Answers what a page asks. */
export async function version1(call: Call): Promise<Response> {
  const { request, path, forward } = call;
  const [kind, token, more] = path.split('/');
  if (request.method === 'GET' && path === 'conversiontypes') {
    const answer = await forward.ask('GET', withQuery(call, path), call.gone);
    const { list } = answer.value;
    if (!Array.isArray(list)) return passed(answer);
    const offered = list.filter((type) => isFields(type) && isOffered(call.rules, type.mode || 'convert', type.inputformat, type.outputformat));
    return passed({ ...answer, value: offered as unknown as Fields });
  }
  if (kind !== 'process' || more !== undefined) throw new Refusal(404, 'This relay does not offer that: ask it for processes and their files only.');
  if (token === undefined && request.method === 'POST') return create(call);
  const process = await call.seal.open(call.who, token ?? '');
  if (process === undefined) throw new Refusal(404, 'There is no such process: check its URL.');
  switch (request.method) {
    case 'POST':
      return start(call, process);
    case 'GET':
      return shown(call, process, await forward.askUrl('GET', process + (call.query.has('wait') ? '?wait' : ''), call.gone));
    case 'DELETE':
      return told(call, process, await remove(call, process));
    default:
      throw new Refusal(405, 'This relay does not offer that: ask it for processes and their files only.');
  }
}

async function create(call: Call): Promise<Response> {
  const fields = await fieldsOf(call.request);
  only(fields, ['inputformat', 'outputformat', 'mode']);
  allowed('input format', fields.inputformat, call.rules.from);
  checkOutput(call, fields);
  return call.limits.take(call.who, 1, async (began) => {
    const answer = await call.forward.ask('POST', 'process', call.gone, fields);
    if (typeof answer.value.url !== 'string') return passed({ ...answer, value: pick(answer.value, TOLD) });
    const process = call.forward.resolve(answer.value.url);
    began(process);
    return told(call, process, answer);
  });
}

async function start(call: Call, process: string): Promise<Response> {
  const fields = await fieldsOf(call.request);
  const input = typeof fields.input === 'string' ? fields.input.toLowerCase() : fields.input;
  only(fields, input === 'upload' ? START : [...START, 'file']);
  allowed('input', input === 'download' ? 'url' : input, call.rules.inputs ?? ['upload']);
  checkOutput(call, fields);
  if (input === 'raw' || input === 'base64') small(fields.file, input === 'base64', call.rules);
  const answer = await call.forward.askUrl('POST', process, call.gone, fields);
  const response = await shown(call, process, answer);
  if (response.ok) void watch(call, process, () => isKnown(call, process));
  return response;
}

/** Refuses a mode and an output that the rules do not allow. */
function checkOutput({ rules }: Call, { mode, outputformat }: Fields): void {
  const asked = typeof mode === 'string' ? mode.toLowerCase() : (mode ?? 'convert');
  allowed('mode', asked, rules.operations ?? ['convert']);
  // Facts are no file, and what an archive has in it is not known beforehand.
  if (asked === 'extract' && rules.to) throw unknown('output format', asked, rules.to);
  if (asked !== 'info') allowed('output format', outputformat, rules.to);
}

/** Whether the size of the input is known now; where that is too large, the process is ended. */
async function isKnown(call: Call, process: string): Promise<boolean> {
  const status = await call.forward.askUrl('GET', process, undefined);
  await shown(call, process, status);
  return isFields(status.value.input) && sizeOf(status.value.input.size) !== undefined;
}

/** A status as its page may see it. One with an input that is too large ends the process. */
async function shown(call: Call, process: string, answer: Answer): Promise<Response> {
  const { step, input } = answer.value;
  if (step === 'finished' || step === 'error' || answer.status === 404) call.limits.ended(call.who, process);
  if (isFields(input) && isTooLarge(input.size, call.rules)) {
    await remove(call, process);
    throw tooLarge(call.rules);
  }
  return told(call, process, answer);
}

/** Deletes a process. One that is still there counts. */
async function remove(call: Call, process: string): Promise<Answer> {
  const answer = await call.forward.askUrl('DELETE', process, call.gone);
  if (isGone(answer)) call.limits.ended(call.who, process);
  return answer;
}

/**
 * An answer about a process, with its address at the relay, which is relative to the base URL: a proxy may have changed what
 * stands before.
 */
async function told({ seal, who, forward }: Call, process: string, answer: Answer): Promise<Response> {
  const value = pick(answer.value, TOLD);
  for (const name of FILES) {
    const file = value[name];
    // Without a scheme it would get the page's, not the service's.
    if (isFields(file) && typeof file.url === 'string') value[name] = { ...file, url: forward.resolve(file.url) };
  }
  if (typeof answer.value.url === 'string') {
    value.id = await seal.close(who, process);
    value.url = `v1/process/${value.id}`;
  }
  return passed({ ...answer, value });
}
