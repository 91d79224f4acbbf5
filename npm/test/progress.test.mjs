// What is told about a conversion while it runs.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { bothServices } from './support/service.mjs';
import { assertNothingLeft, both, client, journal, misbehave, picture, picturePath } from './support/sandbox.mjs';

afterEach(assertNothingLeft);

const MEMBERS = ['attempt', 'fraction', 'message', 'percent', 'processId', 'received', 'sent', 'speed', 'stage', 'step', 'timeLeft', 'total'];
/** The stages of each version: a job starts when it is created. */
const STAGES = { 1: ['create', 'start', 'upload', 'convert', 'download', 'delete', 'done'], 2: ['create', 'upload', 'convert', 'download', 'delete', 'done'] };

both('every stage is shown, in order, with what is known', async (t, client, version) => {
  await misbehave(t, { kind: 'run', delay_ms: 300 });
  const seen = [];
  await client.convert(picturePath, { to: 'jpg', onProgress: (progress) => seen.push(progress) });

  assert.deepEqual([...new Set(seen.map(({ stage }) => stage))], STAGES[version]);
  assert.deepEqual([...new Set(seen.map(({ step }) => step))].filter((step) => step !== 'convert'), [null, 'input', 'wait', 'finished']);
  for (const progress of seen) {
    assert.deepEqual(Object.keys(progress).filter((name) => !MEMBERS.includes(name)), []);
    const { stage, percent, sent, received, total, attempt, processId } = progress;
    assert.ok(percent === null || (percent >= 0 && percent <= 100), `${percent} %`);
    assert.ok(total === null || Math.max(stage === 'upload' ? sent : 0, stage === 'download' ? received : 0) <= total);
    assert.equal(typeof processId, stage === 'create' ? 'undefined' : 'string');
    assert.equal(attempt, 0);
  }

  const uploads = seen.filter(({ stage }) => stage === 'upload');
  assert.ok(uploads.at(-1).sent > picture.length);
  assert.equal(uploads.at(-1).sent, uploads.at(-1).total);
  const downloads = seen.filter(({ stage }) => stage === 'download');
  assert.equal(downloads.at(-1).received, downloads.at(-1).total);
  assert.equal(seen.filter((progress, at) => JSON.stringify(progress) === JSON.stringify(seen[at - 1])).length, 0, 'only changes are shown');
});

bothServices('what is told as sent has gone out', async (_, service) => {
  let received = 0;
  const { client } = await service({
    upload: async (answer, { request, say }) => {
      // A slow reader: whatever the client does not send waits at the client.
      for await (const chunk of request) {
        received += chunk.length;
        await new Promise(setImmediate);
      }
      answer(say.stored);
    },
  });
  const [reports, buffered] = [[], []];
  const onProgress = ({ stage, sent }) => {
    if (stage !== 'upload') return;
    reports.push(sent);
    buffered.push(sent - received);
  };
  await client.convert(new File([new Uint8Array(100 << 20)], 'large.md'), { to: 'txt', onProgress });
  assert.ok(reports.length > 1);
  assert.deepEqual(reports, [...reports].sort((a, b) => a - b));
  assert.deepEqual(buffered.filter((bytes) => bytes >= 16 << 20), [], 'they are in no buffer of the operating system');
});

test('failures are counted', async (t) => {
  await misbehave(t, { kind: 'create', status: 500, times: 2 });
  const attempts = [];
  await client.convert(picturePath, { to: 'jpg', onProgress: ({ stage, attempt }) => stage === 'create' && attempts.push(attempt) });
  assert.deepEqual(attempts, [0, 1, 2]);
});

test('who asks for no progress gets one long poll', async () => {
  await journal();
  await client.convert(picturePath, { to: 'jpg' });
  const kinds = (await journal()).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['create', 'start', 'upload', 'wait', 'download', 'delete']);
});

both('the fraction is always a number, never goes back, and ends with 1', async (t, client) => {
  await misbehave(t, { kind: 'create', status: 429 }, { kind: 'upload', status: 429 }, { kind: 'download', cut_download_after: 1000 });
  const { ticket } = await client.prepare({ from: 'png', to: 'jpg' });
  const runs = [
    (options) => client.convert(picturePath, { to: 'jpg', ...options }),
    (options) => client.upload(ticket, picturePath, options),
    (options) => client.follow(ticket, options),
  ];
  for (const run of runs) {
    const seen = [];
    await run({ onProgress: ({ fraction }) => seen.push(fraction) });
    assert.ok(seen.every((fraction) => Number.isFinite(fraction) && fraction >= 0 && fraction <= 1), String(seen));
    assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
    assert.equal(seen.at(-1), 1);
  }
});

bothServices('speed and time left are told of what takes some time', async (_, service) => {
  const { client } = await service({
    upload: async (answer, { request, say }) => {
      for await (const _ of request) await new Promise((resolve) => setTimeout(resolve, 2));
      answer(say.stored);
    },
  });
  const told = [];
  const onProgress = ({ stage, speed, timeLeft }) => stage === 'upload' && speed !== null && told.push([speed, timeLeft]);
  await client.convert(new File(Array(60).fill(new Uint8Array(1 << 20)), 'large.md'), { to: 'txt', onProgress });
  assert.ok(told.length > 3);
  for (const [speed, timeLeft] of told) assert.ok(speed > 0 && timeLeft >= 0 && timeLeft < 60_000, `${speed} B/s, ${timeLeft} ms`);
});

for (const [how, fail] of Object.entries({
  throws: (error) => { throw error; },
  rejects: async (error) => { throw error; },
})) {
  both(`a callback that ${how} is reported, and cancels nothing`, async (t, client, version) => {
    const mistake = new Error('a mistake of the callback');
    const reported = t.mock.method(console, 'error', () => {});
    const stages = new Set();
    const onProgress = ({ stage }) => {
      stages.add(stage);
      return fail(mistake);
    };
    const { files } = await client.convert(picturePath, { to: 'jpg', onProgress });
    assert.equal(files[0].name, 'sample.jpg');
    assert.deepEqual([...stages], STAGES[version]);
    assert.ok(reported.mock.calls.length >= STAGES[version].length);
    for (const { arguments: told } of reported.mock.calls) assert.deepEqual(told, [mistake]);
  });
}
