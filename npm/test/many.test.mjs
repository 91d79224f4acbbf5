// Many conversions: one limit, one pace, and an end for each.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { all, folder } from './support/local.mjs';
import { bothServices, service } from './support/service.mjs';

const files = (count) => Array.from({ length: count }, (_, n) => new File([`input ${n}`], `${n}.md`));

/** A service that makes a process or a job of its own for every creation, and counts how many there are at once. */
function counting() {
  let [made, open] = [0, 0];
  const seen = { most: 0, deleted: 0 };
  return {
    seen,
    create: (answer, { say }) => {
      seen.most = Math.max(seen.most, ++open);
      answer(say.created(`p${++made}`));
    },
    delete: (answer) => {
      open--;
      seen.deleted++;
      answer({ message: 'deleted' });
    },
  };
}

bothServices('each is given when it has ended, and no more run at once than wanted', async (_, service) => {
  const { seen, ...calls } = counting();
  const { client } = await service(calls);
  let taken = 0;
  function* sources() {
    for (const file of files(12)) {
      taken++;
      yield file;
    }
  }
  const names = [];
  for await (const { source, result, error } of client.convertMany(sources(), { to: 'txt', concurrency: 3 })) {
    assert.equal(error, undefined);
    assert.equal(await result.files[0].text(), 'the output');
    names.push(source.name);
    assert.ok(taken <= names.length + 3, `${taken} sources were taken when ${names.length} had ended`);
  }
  assert.deepEqual(names.sort(), files(12).map(({ name }) => name).sort());
  assert.ok(seen.most > 1 && seen.most <= 3, `${seen.most} at once`);
  assert.equal(seen.deleted, 12);
});

bothServices('sources may come one after the other, and one that fails ends no other', async (_, service) => {
  const { client } = await service();
  async function* sources() {
    yield* files(1);
    yield new Blob(['without a name']);
    yield '/no/such/file.md';
    yield* files(1);
  }
  const ended = await all(client.convertMany(sources(), { to: 'txt' }));
  assert.deepEqual(ended.map(({ error }) => error?.code ?? 'good').sort(), ['bad_request', 'good', 'good', 'input']);
});

bothServices('sources that fail end the loop with their error, after what runs has ended', async (_, service) => {
  const { client } = await service();
  async function* sources() {
    yield* files(1);
    throw new RangeError('no more');
  }
  const ended = [];
  await assert.rejects(async () => {
    for await (const each of client.convertMany(sources(), { to: 'txt' })) ended.push(each);
  }, RangeError);
  assert.equal(ended.length, 1);
});

bothServices('whoever leaves the loop cancels the others, and their processes are deleted', async (_, service) => {
  let created = 0;
  const { client, calls } = await service({
    create: (answer, { say }) => answer(say.created(`p${++created}`)),
    // The first one ends, the others never do.
    status: (answer, { id, say }) => answer(id === 'p1' ? say.finished(id) : say.running(id)),
  });
  for await (const { error } of client.convertMany(files(9), { to: 'txt', concurrency: 3 })) {
    assert.equal(error, undefined);
    break;
  }
  const made = calls();
  assert.equal(made.filter((call) => call === 'delete').length, made.filter((call) => call === 'create').length);
});

bothServices('how many run at once is a whole number from 1 on, and five where nobody says', async (_, service) => {
  const { seen, create, ...calls } = counting();
  // All of the first five are held until the fifth has come.
  const held = [];
  const hold = (answer, asked) => {
    const go = () => create(answer, asked);
    if (held.push(go) > 5) go();
    if (held.length === 5) held.forEach((go) => go());
  };
  const { client } = await service({ ...calls, create: hold });
  for (const concurrency of [0, -1, 1.5, NaN, Infinity, '5']) {
    await assert.rejects(all(client.convertMany(files(1), { to: 'txt', concurrency })), { code: 'bad_request', message: /`concurrency` is a whole number from 1 on/ });
  }
  const ended = await all(client.convertMany(files(12), { to: 'txt' }));
  assert.equal(ended.filter(({ result }) => result).length, 12);
  assert.equal(seen.most, 5);
});

bothServices('a signal ends all of them with its reason', async (_, service) => {
  const { client, calls } = await service({ status: (answer, { id, say }) => answer(say.running(id)) });
  const stop = new AbortController();
  const reason = new Error('enough');
  const onProgress = ({ stage }) => stage === 'convert' && stop.abort(reason);
  await assert.rejects(all(client.convertMany(files(4), { to: 'txt', signal: stop.signal, onProgress })), reason);
  assert.ok(calls().includes('delete'));
  await assert.rejects(all(client.convertMany(files(1), { to: 'txt', signal: AbortSignal.abort(reason) })), reason);
});

bothServices('outputs go into one folder, where none replaces another, or where a function says', async (t, service) => {
  const { client } = await service();
  const place = folder(t);
  const seen = [];
  const onProgress = ({ stage }, source) => stage === 'done' && seen.push(source.name);
  const ended = await all(client.convertMany(files(3), { to: 'txt', saveTo: `${place}/`, onProgress }));
  assert.deepEqual(readdirSync(place).sort(), ['output (1).txt', 'output (2).txt', 'output.txt']);
  assert.deepEqual(ended.flatMap(({ result }) => result.paths).sort(), readdirSync(place).sort().map((name) => join(place, name)));
  assert.deepEqual(seen.sort(), ['0.md', '1.md', '2.md'], 'each end is told once');

  await all(client.convertMany(files(2), { to: 'txt', saveTo: ({ name }) => join(place, `${name}.out`) }));
  assert.equal(readFileSync(join(place, '1.md.out'), 'utf8'), 'the output');
  await assert.rejects(all(client.convertMany(files(2), { to: 'txt', saveTo: join(place, '1.md.out') })), { code: 'bad_request' });
});

bothServices('when the service asks one to slow down, all do', async (_, service) => {
  let refused = 0;
  const times = [];
  const { client } = await service({
    create: (answer, { say }) => {
      times.push(performance.now());
      if (refused++ < 1) return answer(say.refused('slow down'), 429, { 'Retry-After': '1' });
      answer(say.created('p1'));
    },
  });
  const ended = await all(client.convertMany(files(4), { to: 'txt', concurrency: 1 }));
  assert.ok(ended.every(({ error }) => !error));
  assert.ok(times[1] - times[0] >= 990, `it came back after ${times[1] - times[0]} ms`);
});

test('each hears its callback', async (t) => {
  let [made, called] = [0, new Set()];
  const { client } = await service(t, {
    create: (answer, { host }) => answer({ id: `p${++made}`, url: `//${host}/process/p${made}` }),
    start: (answer, { request, host }) => {
      const id = /[^/]*$/.exec(request.url.split('?')[0])[0];
      // The service calls back a while later; the client would ask by itself only after a minute.
      setTimeout(() => {
        called.add(id);
        client.calledBack(`id=${id}&step=finished`);
      }, 200);
      answer({ id, url: `//${host}/process/${id}`, step: 'convert' });
    },
    status: (answer, { request, host }) => {
      const id = /[^/]*$/.exec(request.url.split('?')[0])[0];
      answer(called.has(id) ? { id, step: 'finished', output: { url: `//${host}/download/d1`, filename: 'output.txt', size: 10 } } : { id, step: 'convert' });
    },
  });
  const sources = [{ url: 'https://example.org/a.md' }, { url: 'https://example.org/b.md' }];
  const options = { to: 'txt', watch: 'callback', callback: 'https://example.org/done' };
  const ended = await all(client.convertMany(sources, options));
  assert.deepEqual(ended.map(({ error }) => error), [undefined, undefined]);
  const { files } = await client.convert(sources[0], options);
  assert.equal(await files[0].text(), 'the output');
});

