// Pages that have gone: what they only read is given up, and what begins or ends a conversion is done.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { test } from 'node:test';

import { relay } from 'cloudconvert-kit/relay';
import { serve } from './support/local.mjs';
import { PERSON, ask, job, listener } from './support/relay.mjs';

/** A service that makes one job of this person, with an input of so many bytes, and answers when it is let. */
class Service {
  size = 7;
  calls = [];
  asked = new Deferred();
  lets = new Deferred();

  fetch = async (url, { method, body, signal }) => {
    this.asked.resolve();
    const broken = new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
    await Promise.race([this.lets.promise, broken]);
    this.calls.push(`${method} ${new URL(url).pathname}`);
    this.tag ??= body && JSON.parse(body).tag;
    if (method === 'DELETE') return new Response(null, { status: 204 });
    const tasks = [{ operation: 'import/upload', status: 'finished', result: { files: [{ size: this.size }] } }];
    const fresh = method === 'POST' ? {} : { tasks };
    return Response.json({ data: { id: 'job-1', status: 'processing', tag: this.tag, ...fresh } });
  };
}

class Deferred {
  constructor() {
    this.promise = new Promise((resolve) => (this.resolve = resolve));
  }
}

/** A relay to that service. What its last page asked is `done` when the relay has done with it, and `gone` when it knows that the page is. */
async function served(t, service, allow) {
  const answer = listener({ allow, fetch: service.fetch });
  const last = {};
  const address = await serve(t, (incoming, outgoing) => {
    last.gone = once(outgoing, 'close');
    last.done = answer(incoming, outgoing);
  });
  return { base: `${address}/convert/v2`, last };
}

/** Asks, and goes as soon as the service was asked. */
async function leave({ base, last }, service, method, path, body) {
  Object.assign(service, { asked: new Deferred(), lets: new Deferred() });
  const headers = { [PERSON]: 'anna', 'content-type': 'application/json' };
  const request = http.request(`${base}/${path}`, { method, headers }).on('error', () => undefined);
  request.end(body && JSON.stringify(body));
  await service.asked.promise;
  request.destroy();
  await last.gone;
  service.lets.resolve();
  await last.done;
}

test('what begins a conversion is counted, and what ends one is done', async (t) => {
  const service = new Service();
  const relayed = await served(t, service, { atOnce: 1 });
  await leave(relayed, service, 'POST', 'jobs', job());
  assert.deepEqual(service.calls, ['POST /v2/jobs']);
  assert.equal((await ask(relayed.base, 'jobs', { body: job() })).status, 429, 'it counts');
  await leave(relayed, service, 'DELETE', 'jobs/job-1');
  assert.deepEqual(service.calls.slice(1), ['GET /v2/jobs/job-1', 'DELETE /v2/jobs/job-1']);
  assert.equal((await ask(relayed.base, 'jobs', { body: job() })).status, 200, 'it is over');
});

test('what is only read is given up', async (t) => {
  const service = new Service();
  const relayed = await served(t, service, {});
  await leave(relayed, service, 'GET', 'jobs');
  assert.deepEqual(service.calls, []);
});

const headers = { [PERSON]: 'anna', 'content-type': 'application/json' };
const creation = () => new Request('https://www.example.org/convert/v2/jobs', { method: 'POST', headers, body: JSON.stringify(job()) });
const handler = (service, allow, more = {}) =>
  relay({ apiKey: 'KEY', allow, who: (request) => request.headers.get(PERSON), fetch: service.fetch, ...more });

test('a platform is told what to wait for', async () => {
  const service = new Service();
  service.lets.resolve();
  const works = [];
  const handle = handler(service, {}, { waitUntil: (work) => works.push(work) });
  const created = await handle(creation());
  assert.equal(created.status, 200);
  await handle(new Request('https://www.example.org/convert/v2/jobs/job-1', { headers }));
  assert.equal(works.length, 1, 'what is only read needs no end');
  assert.equal((await works[0]).status, 200);
});

for (const [what, size, calls] of [
  ['an input that is too large is deleted, also where its page never asks', 101, ['POST /v2/jobs', 'GET /v2/jobs/job-1', 'DELETE /v2/jobs/job-1']],
  ['an input that is not is asked about until its size is known', 100, ['POST /v2/jobs', 'GET /v2/jobs/job-1']],
]) {
  test(what, async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const service = Object.assign(new Service(), { size });
    service.lets.resolve();
    await handler(service, { maxSize: 100 })(creation());
    for (let seconds = 0; seconds < 120; seconds += 5) {
      t.mock.timers.tick(5_000);
      // What the relay does then takes some turns of the event loop.
      for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
    }
    assert.deepEqual(service.calls, calls);
  });
}
