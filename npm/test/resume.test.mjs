// Saved states: a program that ends anywhere is followed by one that goes on.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { afterEach, test } from 'node:test';

import { CloudConvert } from 'cloudconvert-kit';
import { all, folder } from './support/local.mjs';
import { FILE, KEY, service } from './support/service.mjs';
import { address, apiKey, assertIs, assertNothingLeft, journal, picturePath } from './support/sandbox.mjs';

afterEach(assertNothingLeft);

/** A program that ends, without a word, at its checkpoint of this number. */
const PROGRAM = `
import { writeFileSync } from 'node:fs';
import { CloudConvert } from ${JSON.stringify(import.meta.resolve('cloudconvert-kit'))};
const [baseUrl, apiKey, source, saveTo, state, last] = process.argv.slice(2);
let number = 0;
const checkpoint = (saved) => {
  writeFileSync(state, saved);
  if (number++ === Number(last)) process.exit(7);
};
const client = new CloudConvert({ baseUrl, apiKey });
await client.convert(source, { to: 'jpg', saveTo, checkpoint });
`;

/** Runs it; whether it came to its end. */
async function begin(t, version, last) {
  const place = folder(t);
  const [program, state, saveTo] = ['program.mjs', 'state.json', 'photo.jpg'].map((name) => join(place, name));
  writeFileSync(program, PROGRAM);
  const given = [program, `${address}/${version}`, apiKey, picturePath, saveTo, state, String(last)];
  const code = await new Promise((resolve) => execFile(process.execPath, given, (error) => resolve(error?.code ?? 0)));
  assert.ok([0, 7].includes(code), `it ended with ${code}`);
  const saved = readFileSync(state, 'utf8');
  assert.ok(!saved.includes(apiKey), 'no key is in a saved state');
  return { isOver: code === 0, saved, saveTo };
}

for (const version of ['v1', 'v2']) {
  test(`it goes on from every checkpoint, by ${version}`, { timeout: 120_000 }, async (t) => {
    const client = new CloudConvert({ baseUrl: `${address}/${version}`, apiKey });
    let last = 0;
    for (; ; last++) {
      await journal();
      const { isOver, saved, saveTo } = await begin(t, version, last);
      if (isOver) break;
      // Where to save is known already.
      const { paths } = await client.resume(saved, { source: picturePath });
      assert.deepEqual(paths, [saveTo]);
      assertIs('jpg', readFileSync(saveTo));
      assert.deepEqual(readdirSync(join(saveTo, '..')).filter((name) => name.startsWith('.') && !existsSync(saveTo)), []);
      const created = (await journal()).filter(({ method, path }) => method === 'POST' && /^\/v\d\/(process|jobs)$/.test(path));
      assert.ok(created.length <= 1 || version === 'v1', 'it is paid once');
    }
    assert.ok(last >= 3, `there were ${last} checkpoints`);
  });
}

/** A program that is killed when it is about to keep a state that has this word, or just after. */
const INTO_A_FOLDER = `
import { renameSync, writeFileSync } from 'node:fs';
import { CloudConvert } from ${JSON.stringify(import.meta.resolve('cloudconvert-kit'))};
const [baseUrl, apiKey, source, saveTo, state, word, keep] = process.argv.slice(2);
const checkpoint = (saved) => {
  const isReached = word in JSON.parse(JSON.parse(saved).conversion);
  if (!isReached || keep === 'kept') writeFileSync(state, saved);
  if (isReached) process.kill(process.pid, 'SIGKILL');
};
const client = new CloudConvert({ baseUrl, apiKey });
await client.convert(source, { to: 'jpg', saveTo, checkpoint });
`;

for (const [word, keep] of [['marks', 'kept'], ['marks', 'lost'], ['named', 'lost']]) {
  for (const isTaken of [false, true]) {
    test(`an output in a folder stands there once: killed at ${word}, which is ${keep}, ${isTaken ? 'beside another' : 'alone'}`, async (t) => {
      const place = folder(t);
      const [program, state, saveTo] = ['program.mjs', 'state.json', 'out'].map((name) => join(place, name));
      writeFileSync(program, INTO_A_FOLDER);
      mkdirSync(saveTo);
      const name = `${basename(picturePath, extname(picturePath))}.jpg`;
      if (isTaken) writeFileSync(join(saveTo, name), "the user's own");
      const given = [program, `${address}/v2`, apiKey, picturePath, `${saveTo}/`, state, word, keep];
      const signal = await new Promise((resolve) => execFile(process.execPath, given, (error) => resolve(error?.signal)));
      assert.equal(signal, 'SIGKILL');
      const own = join(saveTo, isTaken ? name.replace('.jpg', ' (1).jpg') : name);
      const before = word === 'named' ? statSync(own).ino : undefined;
      const client = new CloudConvert({ baseUrl: `${address}/v2`, apiKey });
      const states = [];
      const { paths } = await client.resume(readFileSync(state, 'utf8'), { source: picturePath, checkpoint: (saved) => states.push(saved) });
      assert.deepEqual(paths, [own]);
      assertIs('jpg', readFileSync(own));
      if (before !== undefined) assert.equal(statSync(own).ino, before, 'what stood there stays');
      const outputs = readdirSync(saveTo).filter((other) => !other.endsWith('.part'));
      assert.equal(outputs.length, isTaken ? 2 : 1, `${outputs}`);
      assert.ok(!('marks' in JSON.parse(JSON.parse(states.at(-1)).conversion)));
    });
  }
}

test('a saved conversion goes on into a folder that is not there any more, and may have another policy', async (t) => {
  const saveTo = join(folder(t), 'new.2024');
  const client = new CloudConvert({ baseUrl: `${address}/v1`, apiKey });
  const stop = new AbortController();
  let state;
  const checkpoint = (saved) => {
    state ??= saved;
    stop.abort();
  };
  await assert.rejects(client.convert(picturePath, { to: 'jpg', saveTo, download: 'each', checkpoint, signal: stop.signal }));
  rmSync(saveTo, { recursive: true });
  await journal();
  const { paths } = await client.resume(state, { source: picturePath, delete: false });
  assert.deepEqual(paths.map((path) => dirname(path)), [saveTo]);
  assert.ok(!(await journal()).some(({ method }) => method === 'DELETE'), 'it is kept on the service');
  for (const { url } of await all(client.processes())) await client.delete(url);
});

test('a conversion that cannot be saved goes on', async (t) => {
  const { client } = await service(t);
  const reported = [];
  t.mock.method(console, 'error', (error) => reported.push(error));
  let calls = 0;
  const checkpoint = async () => {
    calls++;
    throw new Error('the disk is full');
  };
  const { files } = await client.convert(FILE, { to: 'txt', checkpoint });
  assert.equal(await files[0].text(), 'the output');
  assert.ok(calls > 2);
  assert.equal(reported.length, calls);
});

test('of many, one that cannot be saved goes on beside the others', async (t) => {
  const { client } = await service(t);
  const reported = [];
  t.mock.method(console, 'error', (error) => reported.push(error.message));
  const [first, second] = [FILE, new File([FILE], FILE.name)];
  const states = [];
  const checkpoint = (saved, source) => {
    if (source === second) return states.push(saved);
    throw new Error('the disk is full');
  };
  for await (const { result, error } of client.convertMany([first, second], { to: 'txt', checkpoint })) {
    assert.equal(await result?.files[0].text(), 'the output', String(error));
  }
  assert.ok(states.length > 2);
  assert.deepEqual([...new Set(reported)], ['the disk is full']);
});

test('a request waits for its checkpoint', async (t) => {
  const { client, requests } = await service(t);
  const seen = [];
  const checkpoint = async () => {
    const before = requests.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    seen.push(requests.length - before);
  };
  await client.convert(FILE, { to: 'txt', checkpoint });
  assert.deepEqual(seen.filter((sent) => sent > 0), []);
});

test('a slow checkpoint holds no deletion back', async (t) => {
  const { client, calls } = await service(t);
  // A deletion may stay unanswered for 2 s; what has to be done before it is sent does not count.
  const checkpoint = () => calls().includes('download') && new Promise((resolve) => setTimeout(resolve, 2500));
  await client.convert(FILE, { to: 'txt', saveTo: `${folder(t)}/`, checkpoint });
  assert.equal(calls().filter((call) => call === 'delete').length, 1);
});

test('what is in memory is not deleted by a program that does not have it', async (t) => {
  const { client, calls } = await service(t);
  let saved;
  await client.convert(FILE, { to: 'txt', checkpoint: (state) => (saved = state) });
  const { files } = await client.resume(saved);
  assert.equal(await files[0].text(), 'the output');
  assert.deepEqual(calls().filter((call) => call === 'download').length, 2);
});

test('what is no saved state is told', async () => {
  const client = new CloudConvert({ apiKey: KEY });
  for (const nonsense of [undefined, '', '{}', 'null', '[]', '{"conversion": 7}', '{"conversion": "{}"}']) {
    await assert.rejects(client.resume(nonsense), { code: 'bad_request', message: /not a saved conversion/ }, nonsense);
  }
});
