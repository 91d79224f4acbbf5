import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { call, clients, input, receiver } from './service.mjs';

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

  test(`${version}: a wrong key is refused`, async () => {
    await assert.rejects(client('wrong').users.me(), /401|Unauthorized/);
  });
}

/** Node 20 has no `Promise.withResolvers`. */
function withResolvers() {
  let resolve;
  const promise = new Promise((settle) => (resolve = settle));
  return { promise, resolve };
}
