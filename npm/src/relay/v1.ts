// Version 1: processes. A page is given an address at the relay for its process, which only its person can use.
import type { Call } from './call.js';
import { type Answer, passed } from './forward.js';
import { Refusal } from './refusal.js';
import { type Fields, allowed, fieldsOf, isFields, isOffered, only, tooLarge } from './rules.js';

/** What a start may say, beside the options of its converter. */
const START = ['input', 'file', 'filename', 'outputformat', 'converteroptions', 'mode', 'tag', 'timeout', 'wait', 'save'];

/** Answers what a page asks. */
export async function version1(call: Call): Promise<Response> {
  const { request, path, forward } = call;
  const [kind, token, more] = path.split('/');
  if (request.method === 'GET' && path === 'conversiontypes') {
    const answer = await forward.ask('GET', `${path}?${call.query}`, request.signal);
    const { list } = answer.value;
    if (!Array.isArray(list)) return passed(answer);
    const offered = list.filter((type) => isFields(type) && isOffered(call.rules, type.mode ?? 'convert', type.inputformat, type.outputformat));
    return passed({ ...answer, value: offered as unknown as Fields });
  }
  if (kind !== 'process' || more !== undefined) throw new Refusal(404, 'This relay does not offer that: ask it for processes and their files only.');
  if (token === undefined && request.method === 'POST') return create(call);
  const process = await opened(call, token ?? '');
  switch (request.method) {
    case 'POST':
      return start(call, process);
    case 'GET':
      return shown(call, process, await forward.askUrl('GET', process + (call.query.has('wait') ? '?wait' : ''), request.signal));
    case 'DELETE':
      call.limits.ended(call.who, process);
      return passed(await forward.askUrl('DELETE', process, request.signal));
    default:
      throw new Refusal(405, 'This relay does not offer that: ask it for processes and their files only.');
  }
}

async function create(call: Call): Promise<Response> {
  const fields = await fieldsOf(call.request);
  only(fields, ['inputformat', 'outputformat', 'mode']);
  allowed('input format', fields.inputformat, call.rules.from);
  allowed('output format', fields.outputformat, call.rules.to);
  if (fields.mode !== undefined) allowed('mode', fields.mode, call.rules.operations ?? ['convert']);
  return call.limits.take(call.who, 1, async (began) => {
    const answer = await call.forward.ask('POST', 'process', call.request.signal, fields);
    if (typeof answer.value.url !== 'string') return passed(answer);
    const url = call.forward.resolve(answer.value.url);
    began(url);
    return passed({ ...answer, value: { ...answer.value, url: await sealed(call, url) } });
  });
}

async function start(call: Call, process: string): Promise<Response> {
  const fields = await fieldsOf(call.request);
  only(fields, START);
  allowed('input', fields.input === 'download' ? 'url' : fields.input, call.rules.inputs ?? ['upload']);
  allowed('output format', fields.outputformat, call.rules.to);
  if (fields.mode !== undefined) allowed('mode', fields.mode, call.rules.operations ?? ['convert']);
  return shown(call, process, await call.forward.askUrl('POST', process, call.request.signal, fields));
}

/** A status as its page may see it. One with an input that is too large ends the process. */
async function shown(call: Call, process: string, answer: Answer): Promise<Response> {
  const { step, input, url } = answer.value;
  if (step === 'finished' || step === 'error') call.limits.ended(call.who, process);
  if (isFields(input) && Number(input.size) > (call.rules.maxSize ?? Infinity)) {
    call.limits.ended(call.who, process);
    await call.forward.askUrl('DELETE', process, call.request.signal);
    throw tooLarge(call.rules);
  }
  return passed(url === undefined ? answer : { ...answer, value: { ...answer.value, url: await sealed(call, process) } });
}

/** The address of a process at the relay. */
async function sealed({ base, seal, who }: Call, url: string): Promise<string> {
  const name = btoa(url).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return `${base}/process/${name}.${await seal.mark(who, url)}`;
}

/** The process behind such an address. */
async function opened({ seal, who }: Call, token: string): Promise<string> {
  const [name = '', mark] = token.split('.');
  let url = '';
  try {
    url = atob(name.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    // It was not made here, so its mark is wrong too.
  }
  if (!url || !(await seal.isMark(mark ?? '', who, url))) throw new Refusal(404, 'There is no such process: check its URL.');
  return url;
}
