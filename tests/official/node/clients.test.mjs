import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { call, clients, input, key, real, receiver } from './service.mjs';

const convert = (input_format, output_format) => ({
  'import-it': { operation: 'import/upload' },
  'convert-it': { operation: 'convert', input: 'import-it', input_format, output_format },
  'export-it': { operation: 'export/url', input: 'convert-it' },
});

const named = (job, name) => job.tasks.find((task) => task.name === name);

async function download(url) {
  const answer = await fetch(url);
  assert.equal(answer.status, 200);
  return Buffer.from(await answer.arrayBuffer());
}

for (const [version, client] of Object.entries(clients)) {
  const upload = (api, task, file) => api.tasks.upload(task, fs.createReadStream(input(file)), file);

  test(`${version}: upload, convert, download, delete`, async () => {
    const api = client();
    const job = await api.jobs.create({ tag: 'a-tag', tasks: convert('png', 'jpg') });
    await upload(api, named(job, 'import-it'), 'input.png');
    const ended = await api.jobs.wait(job.id);
    assert.equal(ended.status, 'finished');
    assert.equal(ended.tag, 'a-tag');
    const [file] = api.jobs.getExportUrls(ended);
    assert.equal(file.filename, 'input.jpg');
    const bytes = await download(file.url);
    assert.deepEqual([...bytes.subarray(0, 3)], [0xff, 0xd8, 0xff]);
    assert.equal(bytes.length, file.size);
    await api.jobs.delete(job.id);
    await assert.rejects(api.jobs.get(job.id));
  });

  test(`${version}: merge`, async () => {
    const api = client();
    const job = await api.jobs.create({
      tasks: {
        one: { operation: 'import/upload' },
        two: { operation: 'import/upload' },
        merge: { operation: 'merge', input: ['one', 'two'], output_format: 'pdf' },
        out: { operation: 'export/url', input: ['merge'] },
      },
    });
    for (const name of ['one', 'two']) await upload(api, named(job, name), 'input.pdf');
    const ended = await api.jobs.wait(job.id);
    assert.equal(ended.status, 'finished', JSON.stringify(ended));
    const [file] = api.jobs.getExportUrls(ended);
    assert.equal((await download(file.url)).subarray(0, 5).toString(), '%PDF-');
  });

  test(`${version}: a job that fails tells its cause`, async () => {
    const api = client();
    const job = await api.jobs.create({ tasks: convert('jpg', 'png') });
    await upload(api, named(job, 'import-it'), 'input.pdf');
    const ended = await api.jobs.wait(job.id);
    assert.equal(ended.status, 'error');
    assert.equal(named(ended, 'convert-it').code, 'CONVERSION_FAILED');
    assert.equal(named(ended, 'export-it').code, 'INPUT_TASK_FAILED');
  });

  test(`${version}: tasks by themselves, lists, cancelling`, async () => {
    const api = client();
    const task = await api.tasks.create('import/upload', { redirect: null });
    assert.equal((await api.tasks.get(task.id, { include: 'payload' })).payload.operation, 'import/upload');
    assert.ok((await api.tasks.all({ 'filter[status]': 'waiting' })).some(({ id }) => id === task.id));
    assert.equal((await api.tasks.cancel(task.id)).code, 'CANCELLED');
    await api.tasks.delete(task.id);
    const jobs = await api.jobs.all({ 'filter[tag]': '', per_page: 1 });
    assert.ok(jobs.length <= 1);
    assert.equal(typeof (await api.users.me()).credits, 'number');
  });

  test(`${version}: a webhook that its own helper verifies`, async (t) => {
    const api = client();
    const { promise, resolve } = Promise.withResolvers?.() ?? withResolvers();
    const url = await receiver(t, resolve);
    const hook = await call('POST', 'webhooks', { url, events: ['job.finished'] });
    t.after(() => call('DELETE', `webhooks/${hook.id}`));
    const job = await api.jobs.create({
      tasks: {
        in: { operation: 'import/raw', file: '# Hello', filename: 'a.md' },
        work: { operation: 'convert', input: 'in', output_format: 'html' },
        out: { operation: 'export/url', input: 'work' },
      },
    });
    const { headers, body } = await promise;
    const signature = headers['cloudconvert-signature'];
    assert.equal(api.webhooks.verify(body, signature, hook.signing_secret), true);
    assert.equal(api.webhooks.verify(`${body} `, signature, hook.signing_secret), false);
    assert.equal(JSON.parse(body).job.id, job.id);
  });

  test(`${version}: events of a job and of its tasks`, async (t) => {
    const api = client();
    t.after(() => api.closeSocket());
    const job = await api.jobs.create({ tasks: convert('png', 'jpg') });
    const [finished, task] = [withResolvers(), withResolvers()];
    api.jobs.subscribeTaskEvent(job.id, 'finished', ({ task: shown }) => {
      if (shown.name === 'export-it') task.resolve(shown);
    });
    await api.jobs.subscribeEvent(job.id, 'finished', (event) => finished.resolve(event));
    await subscribed(api);
    await upload(api, named(job, 'import-it'), 'input.png');
    assert.equal((await task.promise).status, 'finished');
    const event = await finished.promise;
    assert.equal(event.job.id, job.id);
    assert.equal(event.job.status, 'finished');
    assert.equal(api.jobs.getExportUrls(event.job)[0].filename, 'input.jpg');
  });

  test(`${version}: a signed URL of its own helper`, async () => {
    const api = client();
    const base = (await call('GET', 'users/me')).links.signed_urls;
    const tasks = {
      in: { operation: 'import/raw', file: '# Hello', filename: 'a.md' },
      work: { operation: 'convert', input: 'in', output_format: 'html' },
      out: { operation: 'export/url', input: 'work' },
    };
    const url = api.signedUrls.sign(base, key, { tasks }, 'a-key');
    const answer = await real(url);
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /Hello/);
    assert.equal((await real(url.replace('cache_key=a-key', 'cache_key=other'))).status, 403);
  });

  test(`${version}: a wrong key is refused`, async () => {
    await assert.rejects(client('wrong').users.me(), /401|Unauthorized/);
  });
}

/** A subscription is not answered, so tasks are cancelled until one is heard of. */
async function subscribed(api) {
  let heard = false;
  api.subscribe('private-user.1.tasks', 'task.failed', () => (heard = true));
  while (!heard) {
    const { id } = await api.tasks.create('import/upload', {});
    await api.tasks.cancel(id);
  }
}

/** Node 20 has no `Promise.withResolvers`. */
function withResolvers() {
  let resolve;
  const promise = new Promise((settle) => (resolve = settle));
  return { promise, resolve };
}
