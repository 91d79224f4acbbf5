// Plays one vector (tests/vectors/README.md) through the package's public interface.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { CloudConvert } from 'cloudconvert-kit';
import { Clock } from './clock.mjs';
import { MARK, check, markOf } from './requests.mjs';
import { answer, install } from './wire.mjs';

const KNOWN = {
  vector: ['shows', 'run', 'base', 'key', 'url', 'saveTo', 'before', 'saved', 'job', 'content', 'policy', 'script', 'resumes', 'outcome'],
  entry: ['expect', 'answer', 'fail', 'wait', 'cancel', 'called', 'repeats'],
  answer: ['status', 'headers', 'json', 'text', 'cut', 'length', 'takes', 'url'],
  policy: ['retries', 'throttles', 'deadline', 'download', 'upload', 'watch', 'request_timeout', 'delete'],
  outcome: ['files', 'processId', 'url', 'processUrl', 'uploadUrl', 'info', 'error', 'status', 'retryAfter', 'isRetryable', 'message', 'filename'],
};

/** What is not known would go unchecked, so it fails. */
function known(kind, object) {
  const unknown = Object.keys(object).filter((name) => !KNOWN[kind].includes(name));
  assert.deepEqual(unknown, [], `this replay knows every member of a ${kind}`);
}

/** `make` makes the client. */
export async function play(vector, make = clientOf) {
  known('vector', vector);
  known('outcome', vector.outcome);
  const folder = mkdtempSync(join(tmpdir(), 'vector-'));
  try {
    await playIn(folder, vector, make);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function playIn(folder, vector, make) {
  // What the output is to become is there already.
  const before = Object.entries(vector.before ?? (vector.saveTo ? { [vector.saveTo]: 'before' } : {}));
  for (const [name, text] of before) writeFileSync(join(folder, name), text);
  // Who keeps outputs in files saves the conversion, where the script says when.
  const isKept = vector.script.some(({ expect = {} }) => 'saved' in expect);
  const saveTo = vector.saveTo ? join(folder, vector.saveTo) : isKept ? `${folder}/` : undefined;
  const replay = new Replay({ ...vector, saveTo, isKept, folder }, make);
  const outcome = await replay.run();
  if (replay.failure) throw replay.failure;
  await checkOutcome(vector, outcome);
  assert.deepEqual(replay.script.filter(({ repeats }) => !repeats), [], 'the whole script was played');
  if (vector.saveTo) {
    const left = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
    assert.deepEqual(left, [[vector.saveTo, 'before']], 'the file stays as it was');
  }
}

class Replay {
  script;
  /** What was wrong first: the client takes an error of this network for a broken connection, and goes on. */
  failure;
  #vector;
  /** The mark that the client chose. */
  #mark = MARK;
  #stop = new AbortController();
  #clock = new Clock((time) => this.#try(() => this.#waited(time)), () => this.#isCalled());
  #make;
  #client;
  /** Whether the conversion was saved since the last request. */
  #isSaved = false;

  constructor(vector, make) {
    this.#make = make;
    this.#vector = vector;
    this.script = [...vector.script];
    for (const entry of this.script) known('entry', entry);
  }

  /** `{ value }` or `{ error }`, as the client ends. */
  async run() {
    const uninstall = install((request) => this.#exchange(request), () => this.#clock.over());
    this.#clock.install();
    try {
      this.#cancelIfDue();
      this.#client = this.#make(this.#vector);
      const told = { signal: this.#stop.signal, onProgress: () => this.#cancelIfDue() };
      const checkpoint = this.#vector.isKept && { checkpoint: (saved) => this.#save(saved) };
      return { value: await start(this.#client, this.#vector, { ...told, ...checkpoint }) };
    } catch (error) {
      return { error };
    } finally {
      this.#clock.uninstall();
      uninstall();
    }
  }

  async #exchange(request) {
    // A wait that may be none was none.
    if (this.script[0]?.wait?.[0] === 0) this.script.shift();
    const entry = this.#entry(`${request.method} ${request.url}`);
    this.#mark = markOf(request.body) ?? this.#mark;
    await this.#try(async () => {
      assert.ok(entry?.expect, `no ${request.method} ${request.url} is expected now, but ${JSON.stringify(entry)}`);
      await check(request, entry.expect, this.#vector.key, contents(this.#vector));
      assert.equal(this.#isSaved, entry.expect.saved ?? this.#isSaved, `whether it is saved before ${request.url}`);
      this.#isSaved = false;
      if (entry.answer) known('answer', entry.answer);
    });
    if (this.failure) return 'connection';
    this.#clock.sent(entry.fail === 'timeout');
    if (entry.fail === 'timeout') return 'timeout';
    this.#clock.now += entry.answer?.takes ?? 10;
    this.#clock.over();
    return entry.fail ?? answer(entry.answer, (text) => text.replaceAll(MARK, this.#mark));
  }

  /** What the script has for a call. What repeats stays until another call comes. */
  #entry(call) {
    if (this.script[0]?.repeats) {
      if (this.script[0].expect.call === call) return this.script[0];
      this.script.shift();
    }
    return this.script.shift();
  }

  /** Outputs that are about to get their names are no reason of a request's. */
  #save(saved) {
    this.#isSaved ||= !('marks' in JSON.parse(JSON.parse(saved).conversion));
  }

  #waited(time) {
    if (!this.script[0]?.wait) return;
    const [least, most] = this.script.shift().wait;
    assert.ok(time >= least && time <= most, `waits ${time} ms, not ${least} to ${most}`);
  }

  /** Progress is shown after every answer and before the next request, where a user would cancel. */
  #cancelIfDue() {
    if (!this.script[0]?.cancel) return;
    this.script.shift();
    this.#stop.abort();
  }

  /** Whether the service calls back while the client waits, which it then does. */
  #isCalled() {
    const called = [];
    while (this.script[0]?.called) called.push(this.script.shift().called);
    for (const url of called) this.#client.calledBack(url).catch((error) => (this.failure ??= error));
    return called.length > 0;
  }

  /** After the first failure there are no more answers. */
  async #try(action) {
    try {
      await action();
    } catch (error) {
      this.failure ??= error;
      this.#stop.abort();
    }
  }
}

const clientOf = ({ base, key }) => new CloudConvert({ ...(base && { baseUrl: base }), ...(key && { apiKey: key }) });

/** Calls the package as the vector wants it. */
function start(client, { run, url, saveTo, saved, folder, job, content, policy = {} }, { onProgress, ...told }) {
  known('policy', policy);
  const { watch = 'progress', ...patience } = policy;
  // The package watches the progress where somebody wants to see it, unless it is told otherwise.
  const options = { ...camel(patience), ...told, saveTo, ...(watch === 'callback' && { watch }), ...(watch !== 'result' && { onProgress }) };
  const files = contents({ content });
  switch (run) {
    case 'convert': {
      if (job.tasks) {
        const { tasks, files: taken = [], ...wishes } = job;
        const sources = taken.map(({ task, name }, at) => [task, new File([files[at]], name)]);
        return client.run(tasks, Object.fromEntries(sources), { ...wishes, ...options });
      }
      const { source, wishes } = split(job, files);
      return client.convert(source, { ...wishes, ...options });
    }
    case 'resume':
      return client.resume(JSON.stringify(saved).replaceAll('FOLDER', JSON.stringify(folder).slice(1, -1)), options);
    case 'prepare': {
      const { input, ...wishes } = job;
      return client.prepare({ ...camel(wishes), ...options });
    }
    case 'upload':
      return client.upload(url, new File(files, job.name), options);
    case 'follow':
      return client.follow(url, options);
    case 'delete':
      return client.delete(url, options);
    default:
      throw new Error(`there is no run ${run}`);
  }
}

/** A job, as the source and the wishes that the package takes. */
export function split({ input, ...own }, contents) {
  const job = camel(own);
  if (input === 'upload') {
    const { files, name, ...wishes } = job;
    const names = files?.map((file) => file.name) ?? [name];
    const sources = names.map((own, at) => new File([contents[at]], own));
    return { source: files ? sources : sources[0], wishes };
  }
  if (input === 'download') {
    const { files, url, ...wishes } = job;
    return { source: files?.map((file) => ({ url: file })) ?? { url }, wishes };
  }
  if (typeof input === 'object') {
    const { file, files, ...wishes } = job;
    return { source: { storage: storage(input), ...(files ? { files } : { file }) }, wishes };
  }
  const { content, filename, ...wishes } = job;
  const name = filename === undefined ? {} : { name: filename };
  assert.ok(['raw', 'base64'].includes(input), `there is no input ${input}`);
  return { source: { [input === 'raw' ? 'content' : 'base64']: content, ...name }, wishes };
}

/** The names of the core in the package's spelling. */
export function camel({ output, ...members }) {
  const spelled = Object.entries(members).map(([name, value]) => [name.replace(/_(.)/g, (_, letter) => letter.toUpperCase()), value]);
  return { ...Object.fromEntries(spelled), ...(output && { output: storage(output) }) };
}

/** Names of several words, in the package's spelling. */
const FIELDS = ['accessKeyId', 'secretAccessKey', 'sessionToken', 'authUrl', 'accountName', 'accountKey', 'sasToken', 'projectId', 'privateKey'];

function storage(given) {
  if (typeof given !== 'object') return given;
  const spelled = (name) => FIELDS.find((field) => field.toLowerCase() === name) ?? name;
  const fields = (object) => Object.fromEntries(Object.entries(object).map(([name, value]) => [spelled(name), value]));
  return Object.fromEntries(Object.entries(given).map(([kind, object]) => [kind, fields(object)]));
}

function contents({ content = [] }) {
  return [content].flat();
}

async function checkOutcome({ outcome, key }, { value, error }) {
  // A signal's own reason is all that its owner gets to see.
  const aborted = error?.name === 'AbortError' && { code: 'cancelled', processId: outcome.processId };
  const facts = aborted || (error ?? value ?? {});
  if (outcome.error === undefined && error) throw error;
  assert.equal(facts.code, outcome.error, error?.message);
  if (error && key) assert.ok(!`${error.message}${error.stack}${JSON.stringify(error)}`.includes(key), 'the key is in the error');
  if (outcome.message !== undefined) assert.ok(error.message.includes(outcome.message), error.message);
  for (const name of ['status', 'retryAfter', 'isRetryable', 'url', 'processUrl', 'uploadUrl', 'info', 'filename']) {
    if (outcome[name] !== undefined) assert.deepEqual(facts[name], outcome[name], name);
  }
  if (outcome.processId !== undefined) assert.equal(facts.processId ?? facts.id, outcome.processId);
  if (outcome.files !== undefined) {
    const inMemory = await Promise.all((value?.files ?? []).map(async (file) => [file.name, await file.text()]));
    const onDisk = (value?.paths ?? []).map((path) => [basename(path), readFileSync(path, 'utf8')]);
    assert.deepEqual(Object.fromEntries([...inMemory, ...onDisk]), outcome.files);
  }
}
