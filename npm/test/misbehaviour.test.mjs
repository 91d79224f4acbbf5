// A service that misbehaves: the client ends with the right error or the right file.
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { inspect } from 'node:util';

import { CloudConvert } from 'cloudconvert-kit';
import { all, folder, listen } from './support/local.mjs';
import { bothServices, CALLS, FILE, KEY, service } from './support/service.mjs';
import { admin, apiKey, assertIs, both, bytesOf, client, clients, journal, misbehave, picture, picturePath } from './support/sandbox.mjs';

// Where the service fails to delete, the client gives up quietly.
afterEach(async () => {
  for (const client of Object.values(clients)) {
    for await (const { url } of client.processes()) await client.delete(url);
  }
});

/** Converts, and gives what the service has seen of one kind. */
async function converted(client, kind, options) {
  await journal();
  const { files } = await client.convert(picturePath, { to: 'jpg', ...options });
  assertIs('jpg', await bytesOf(files[0]));
  const requests = await journal();
  return requests.filter((request) => request.kind === kind).map(({ status }) => status);
}

const ANSWERS = {
  'HTML with 502': { status: 502, body: '<html><h1>Bad Gateway</h1></html>' },
  '503 without Retry-After': { status: 503, body: '{"message": "no capacity"}' },
  '503 with Retry-After': { status: 503, body: '{"message": "no capacity"}', headers: { 'Retry-After': '1' } },
  '429 without Retry-After': { status: 429, body: '' },
  'half a JSON text': { status: 200, body: '{"id": "v4cw72hf3", "url": "//127.' },
  'an empty answer': { status: 200, body: '' },
  'no answer': { cut: 'before' },
  'an answer that is lost': { cut: 'after' },
};

/** After these a creation of version 2 is looked for during 10 s, as after `no answer`: the vectors try them in no time. */
const LOOKED_FOR = ['HTML with 502', '503 without Retry-After', 'half a JSON text', 'an empty answer'];

for (const [what, rule] of Object.entries(ANSWERS)) {
  for (const kind of ['create', 'start', 'wait', 'delete']) {
    test(`${what} to ${kind}`, async (t) => {
      await misbehave(t, { kind, ...rule });
      await converted(client, kind);
    });
  }
  for (const kind of LOOKED_FOR.includes(what) ? ['status', 'delete'] : ['create', 'status', 'delete']) {
    test(`${what} to ${kind} (version 2)`, async (t) => {
      await misbehave(t, { kind, ...rule });
      await converted(clients[2], kind);
      // A rule may say that it was deleted in place of the service.
      if (kind !== 'delete') assert.deepEqual(await all(clients[2].processes()), [], 'nothing is left, and nothing was created twice');
    });
  }
}

for (const [what, rule] of Object.entries(ANSWERS)) {
  both(`${what} to a single call`, async (t, client) => {
    await misbehave(t, { kind: 'types', ...rule }, { kind: 'list', ...rule });
    assert.ok((await client.formats({ from: 'png' })).length > 0);
    assert.deepEqual(await all(client.processes()), []);
  });
}

/** The answer to an upload that was taken. */
const TAKEN = { 1: 200, 2: 201 };

/** The answers to the uploads of the last process. What an earlier test gave up may still be answered. */
function uploads(requests) {
  const { path } = requests.findLast(({ kind, status }) => kind === 'upload' && (status === 200 || status === 201));
  return requests.filter((request) => request.path === path).map(({ status }) => status);
}

both('an upload that breaks off is sent again', async (t, client, version) => {
  await misbehave(t, { kind: 'upload', cut_upload_after: 1 << 20 });
  await journal();
  // So long that the client sees that not all of it went out.
  const large = new File([picture, new Uint8Array(50 << 20)], 'large.png');
  assertIs('jpg', await bytesOf((await client.convert(large, { to: 'jpg' })).files[0]));
  assert.deepEqual(uploads(await journal()), [0, TAKEN[version]]);
});

both('an upload that is refused before it is read is understood', async (t, client, version) => {
  await misbehave(t, { kind: 'upload', status: 429, headers: { 'Retry-After': '1' } });
  const large = new File([picture, new Uint8Array(50 << 20)], 'large.png');
  await journal();
  const begin = performance.now();
  assertIs('jpg', await bytesOf((await client.convert(large, { to: 'jpg' })).files[0]));
  assert.ok(performance.now() - begin >= 1000, 'it waits as long as it is asked to');
  assert.deepEqual(uploads(await journal()), [429, TAKEN[version]]);
});

both('a download that breaks off is resumed where it broke', async (t, client) => {
  await misbehave(t, { kind: 'download', cut_download_after: 1000 });
  assert.deepEqual(await converted(client, 'download'), [200, 206]);
});

both('a download that breaks off into a file is resumed there', async (t, client) => {
  await misbehave(t, { kind: 'download', cut_download_after: 1000, times: 3 });
  const path = join(folder(t), 'a.jpg');
  await client.convert(picturePath, { to: 'jpg', saveTo: path });
  const { files } = await client.convert(picturePath, { to: 'jpg' });
  assert.deepEqual(readFileSync(path), Buffer.from(await files[0].arrayBuffer()));
});

both('a rate limit is kept to', async (_, client, version) => {
  const limit = (requests) => admin('rate-limit', {
    method: 'PUT', body: JSON.stringify({ key: apiKey, requests, per_ms: 1000, retry_after: 1 }),
  });
  // With version 2, what creates counts.
  const inputs = Array.from({ length: version === 1 ? 1 : 5 }, () => picturePath);
  await limit(3);
  await journal();
  try {
    const done = await Promise.all(inputs.map((input) => client.convert(input, { to: 'jpg' })));
    for (const { files } of done) assertIs('jpg', await bytesOf(files[0]));
    if (version === 2) assert.ok((await journal()).some(({ status }) => status === 429));
  } finally {
    await limit(1_000_000);
  }
});

test('a process that the service loses is gone', async (t) => {
  await misbehave(t, { kind: 'wait', lose_process: true });
  await assert.rejects(client.convert(picturePath, { to: 'jpg' }), { code: 'not_found', status: 404 });
});

bothServices('an output that is longer or shorter than announced does not count', async (_, service) => {
  for (const wrong of ['the outpu', 'the output!']) {
    const { client } = await service({ download: (answer) => answer(wrong) });
    await assert.rejects(client.convert(FILE, { to: 'txt', retries: 1 }), { code: 'invalid_response', message: /not what the service announced/ });
  }
});

test('redirects in a loop end', async (t) => {
  const { client, calls } = await service(t, {
    status: (answer, { request }) => answer('', 302, { Location: request.url }),
  });
  await assert.rejects(client.convert(FILE, { to: 'txt' }), { code: 'invalid_response', message: /redirects in a loop/ });
  assert.ok(calls().length < 20);
});

test('the key goes to the base URL only', async (t) => {
  const other = await service(t);
  const { client, requests } = await service(t, {
    create: (answer) => answer({ id: 'p1', url: `//${other.host}/process/p1` }),
  });
  await client.convert(FILE, { to: 'txt' });
  assert.deepEqual(requests.map(({ headers }) => headers.authorization), [`Bearer ${KEY}`]);
  assert.ok(other.requests.length >= 5);
  assert.ok(!JSON.stringify(other.requests).includes(KEY));
});

bothServices('a redirect does not get the key', async (_, service) => {
  const other = await service();
  for (const status of [301, 302, 303, 307, 308]) {
    const { client } = await service({
      create: (answer) => answer('', status, { Location: `http://${other.host}/v1/process` }),
    });
    await assert.rejects(client.convert(FILE, { to: 'txt' }), { code: 'invalid_response', status });
  }
  assert.deepEqual(other.requests, []);
});

const ELSEWHERE = {
  create: (answer) => answer({ id: 'p1', url: '//localhost/process/p1' }),
  start: (answer) => answer({ step: 'input', upload: { url: '//localhost/upload/u1' } }),
  status: (answer) => answer({ step: 'finished', output: { url: '//localhost/download/d1', filename: 'a.txt' } }),
};

for (const [call, handler] of Object.entries(ELSEWHERE)) {
  test(`a URL on another host in the answer to ${call} is not trusted`, async (t) => {
    const { client } = await service(t, { [call]: handler });
    await assert.rejects(client.convert(FILE, { to: 'txt' }), { code: 'untrusted_url', message: /localhost/ });
  });
}

test('a host that the user lists is trusted', async (t) => {
  const { host } = await service(t, {
    create: (answer, { host }) => answer({ id: 'p1', url: `//${host.replace('127.0.0.1', 'localhost')}/process/p1` }),
  });
  const trusting = new CloudConvert({ baseUrl: `http://${host}/v1`, apiKey: KEY, trustedHosts: ['localhost'] });
  assert.equal(await (await trusting.convert(FILE, { to: 'txt' })).files[0].text(), 'the output');
});

test('a name that the service proposes stays in the folder', async (t) => {
  const output = { filename: '../../../evil\u0000.txt', size: 10 };
  const { client } = await service(t, {
    status: (answer, { host }) => answer({ step: 'finished', output: { ...output, url: `//${host}/download/d1` } }),
  });
  const saveTo = folder(t);
  assert.deepEqual((await client.convert(FILE, { to: 'txt', saveTo })).paths, [join(saveTo, 'evil.txt')]);
});

bothServices('an answer without an end is given up', async (_, service, version) => {
  for (const call of version === 1 ? ['create', 'upload'] : ['upload']) {
    const endless = (_, { request, response }) => {
      request.resume();
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const more = () => response.destroyed || (response.write(' '.repeat(64 << 10)) ? setImmediate(more) : response.once('drain', more));
      more();
    };
    const { client } = await service({ [call]: endless });
    const converted = client.convert(FILE, { to: 'txt' });
    if (call === 'create') await assert.rejects(converted, { code: 'invalid_response', message: /not JSON/ });
    // Such an answer says nothing of the upload, so the status is asked for, and says that the input is there.
    else assert.equal(await (await converted).files[0].text(), 'the output');
  }
});

test('JSON of any shape is no crash', async (t) => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  for (const body of ['null', '[]', '"text"', '42', 'true', '{"url": 7}', '{"url": {"a": []}}', '{"url": ""}', deep, '{"a":', '\u0000', '{"url":"http://"}']) {
    const { client } = await service(t, { create: (answer) => answer(body) });
    await assert.rejects(client.convert(FILE, { to: 'txt', retries: 0 }), { code: 'invalid_response' }, body.slice(0, 20));
  }
});

test('a service that never answers is given up in time', async (t) => {
  for (const call of ['create', 'start', 'upload', 'status', 'download']) {
    const { client, calls } = await service(t, { [call]: () => {} });
    await assert.rejects(client.convert(FILE, { to: 'txt', deadline: 400 }), { code: 'timeout' }, call);
    // What was begun is cleaned up, except an output that can still be loaded.
    assert.equal(calls().at(-1), call === 'create' || call === 'download' ? call : 'delete', call);
  }
});

bothServices('an answer that stops half-way is given up in time', async (_, service, version) => {
  for (const call of version === 1 ? ['create', 'upload', 'download'] : ['upload', 'download']) {
    const half = (_, { request, response }) => {
      request.resume();
      response.writeHead(200, { 'Content-Length': 10 });
      response.write('half');
    };
    const { client } = await service({ [call]: half });
    await assert.rejects(client.convert(FILE, { to: 'txt', deadline: 400 }), { code: 'timeout' }, call);
  }
});

bothServices('connections that close after every answer', async (_, service) => {
  const closing = Object.entries(CALLS).map(([call, handler]) => [call, (answer, context) => {
    context.response.on('finish', () => context.request.socket.destroySoon());
    return handler(answer, context);
  }]);
  const { client } = await service(Object.fromEntries(closing));
  for (let i = 0; i < 5; i += 1) assert.equal(await (await client.convert(FILE, { to: 'txt' })).files[0].text(), 'the output');
});

test('nobody there', async (t) => {
  const closed = net.createServer();
  const host = await listen(t, closed);
  closed.close();
  const nobody = new CloudConvert({ baseUrl: `http://${host}`, apiKey: KEY });
  const refused = { code: 'network', cause: { message: 'fetch failed', cause: { code: 'ECONNREFUSED' } } };
  const error = await nobody.convert(FILE, { to: 'txt', retries: 1 }).catch((error) => error);
  assert.equal(error.code, refused.code);
  assert.match(error.message, /gave up after all retries/);
  assert.equal(error.cause.cause.code, 'ECONNREFUSED');
  await assert.rejects(nobody.formats(), { code: 'network' });
  await assert.rejects(nobody.upload(`http://${host}/upload/u1`, FILE, { retries: 0 }), (error) => error.cause.code === 'ECONNREFUSED');
});

/** Where no connection comes about: for each, a port of its own, and what else a client needs to know. */
const UNREACHED = {
  'a port that nobody listens on': async (t) => {
    const closed = net.createServer();
    const host = await listen(t, closed);
    closed.close();
    return `http://${host}/v2`;
  },
  'a name that nobody has': () => 'http://service.invalid/v2',
  'a handshake that breaks off': async (t) => `https://${await listen(t, net.createServer((socket) => socket.once('data', () => socket.end())))}/v2`,
};

for (const [name, base] of Object.entries(UNREACHED)) {
  test(`what costs is repeated where it never left: ${name}`, async (t) => {
    const nobody = new CloudConvert({ baseUrl: await base(t), apiKey: KEY });
    const unreached = { code: 'network', isRetryable: true, message: /cannot be reached/ };
    const progress = [];
    await assert.rejects(nobody.convert(FILE, { to: 'txt', retries: 1, onProgress: ({ attempt }) => progress.push(attempt) }), unreached);
    assert.equal(Math.max(...progress), 1, 'it was tried again');
    await assert.rejects(nobody.createWebhook('https://example.org/', ['job.failed'], { retries: 1 }), unreached);
    const [{ error }] = await all(nobody.convertMany([FILE], { to: 'txt', retries: 1 }));
    assert.ok(error.isRetryable, error.message);
  });
}

test('what may have arrived is looked for, and not repeated', async (t) => {
  const asked = [];
  const server = http.createServer((request) => {
    asked.push(request.method);
    request.socket.destroy();
  });
  const lost = new CloudConvert({ baseUrl: `http://${await listen(t, server)}/v2`, apiKey: KEY });
  await assert.rejects(lost.convert(FILE, { to: 'txt', retries: 1 }), { code: 'network', isRetryable: false, message: /may have been created/ });
  assert.deepEqual(asked, ['POST', 'GET']);
});

test('a certificate that nobody vouches for', async (t) => {
  const pem = readFileSync(new URL('./support/self-signed.pem', import.meta.url));
  let handshakes = 0;
  const server = https.createServer({ key: pem, cert: pem }, (_, response) => response.end('{}'));
  server.on('connection', () => (handshakes += 1));
  const host = await listen(t, server);
  const unknown = new CloudConvert({ baseUrl: `https://${host}`, apiKey: KEY });
  const error = await unknown.convert(FILE, { to: 'txt' }).catch((error) => error);
  assert.equal(error.code, 'network');
  assert.match(error.message, /certificate is refused \(self.signed certificate\).*NODE_EXTRA_CA_CERTS/);
  assert.match(error.cause.cause.code, /SELF_SIGNED/);
  assert.equal(handshakes, 1, 'what cannot pass is not repeated');
  const upload = await unknown.upload(`https://${host}/upload/u1`, FILE).catch((error) => error);
  assert.match(upload.message, /certificate is refused/);
  assert.match(upload.cause.code, /SELF_SIGNED/);
  await assert.rejects(unknown.formats(), { code: 'network', message: /certificate is refused/ });
});

test('an error holds neither the key nor what the service sent', async (t) => {
  const SECRET = 'X-Amz-Signature=s3cret';
  const key = 'a-long-key-of-a-test';
  const server = net.createServer((socket) => socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Length: 10\r\n\r\n${SECRET}`)));
  const broken = new CloudConvert({ baseUrl: `http://${await listen(t, server)}/v2`, apiKey: key });
  const { host } = await service(t, { create: (answer) => answer({ error: `there is no key ${key}` }, 401) });
  const echo = new CloudConvert({ baseUrl: `http://${host}/v1`, apiKey: key });
  const cut = async () => {
    throw new TypeError(`request to http://${host}/x?${SECRET} failed`, { cause: Object.assign(new Error('cut'), { data: SECRET }) });
  };
  const chosen = new CloudConvert({ baseUrl: `http://${host}/v1`, apiKey: key, fetch: cut });
  for (const [client, code] of [[broken, 'network'], [echo, 'unauthorized'], [chosen, 'network']]) {
    const error = await client.convert(FILE, { to: 'txt', retries: 0 }).catch((error) => error);
    assert.equal(error.code, code);
    const shown = inspect(error, { depth: Infinity, showHidden: true });
    assert.ok(!shown.includes(key) && !shown.includes('s3cret'), shown);
  }
});

test('no encryption where some was expected, and a port that no fetch opens', async (t) => {
  let connections = 0;
  const server = http.createServer((_, response) => response.end('{}'));
  server.on('connection', () => (connections += 1));
  const plain = new CloudConvert({ baseUrl: `https://${await listen(t, server)}`, apiKey: KEY });
  await assert.rejects(plain.convert(FILE, { to: 'txt' }), { code: 'network', message: /does not speak TLS/ });
  assert.equal(connections, 1);
  const blocked = new CloudConvert({ baseUrl: 'http://127.0.0.1:25', apiKey: KEY });
  await assert.rejects(blocked.convert(FILE, { to: 'txt' }), { code: 'network', message: /address is not valid \(bad port\)/ });
});

test('a server that is none', async (t) => {
  for (const greeting of ['SSH-2.0-OpenSSH_9.2\r\n', '', 'HTTP/1.1 abc\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n']) {
    const host = await listen(t, net.createServer((socket) => socket.on('error', () => {}).once('data', () => socket.end(greeting))));
    const none = new CloudConvert({ baseUrl: `http://${host}`, apiKey: KEY });
    await assert.rejects(none.convert(FILE, { to: 'txt', retries: 0 }), { code: 'network' }, greeting);
    await assert.rejects(none.upload(`http://${host}/upload/u1`, FILE, { retries: 0 }), { code: 'network' }, greeting);
  }
});

const LARGE = new File([new Uint8Array(1 << 20)], 'large.md');

bothServices('a large upload asks first, and waits for the answer', async (_, service) => {
  let asked = false;
  const { client } = await service({
    checkContinue: (handle) => (request, response) => {
      asked = true;
      response.writeContinue();
      handle(request, response);
    },
  });
  await client.convert(LARGE, { to: 'txt' });
  assert.ok(asked);
});

bothServices('a service that never says that it may go on gets the upload all the same', async (_, service) => {
  const { client } = await service({ checkContinue: (handle) => handle });
  assert.equal(await (await client.convert(LARGE, { to: 'txt' })).files[0].text(), 'the output');
});

bothServices('a service that does not know such questions gets the upload without one', async (_, service) => {
  const { client, requests } = await service({
    checkContinue: () => (_, response) => response.writeHead(417).end(),
  });
  await client.convert(LARGE, { to: 'txt' });
  const [upload] = requests.filter(({ call }) => call === 'upload');
  assert.equal(upload.headers.expect, undefined);
});

test('an upload that is refused by a closed connection', async (t) => {
  const refusing = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      // Unread data makes the operating system reset the connection.
      socket.pause();
      const body = '{"message": "The input file is too large"}';
      socket.write(`HTTP/1.1 413 Payload Too Large\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`, () => socket.destroy());
    });
  });
  const host = await listen(t, refusing);
  const file = new File([new Uint8Array(20 << 20)], 'large.md');
  for (let i = 0; i < 10; i += 1) {
    await assert.rejects(new CloudConvert().upload(`http://${host}/upload/u1`, file), { status: 413, message: /too large/ });
  }
});

test('an input that changes while it is read', async (t) => {
  const path = join(folder(t), 'input.md');
  writeFileSync(path, 'the input');
  const onProgress = ({ stage }) => stage === 'start' && appendFileSync(path, ' has grown');
  const { client, calls } = await service(t);
  const error = await client.convert(path, { to: 'txt', onProgress }).catch((error) => error);
  assert.equal(error.code, 'input');
  assert.match(error.message, /cannot be read/);
  assert.match(error.cause.message, /longer than it was/);
  assert.equal(calls().at(-1), 'delete');
});

bothServices('two clients at once load the WebAssembly once', async (_, service, version) => {
  const { client, host } = await service();
  const other = new CloudConvert({ baseUrl: `http://${host}/v${version}`, apiKey: KEY });
  const results = await Promise.all([client, other, client].map((one) => one.convert(FILE, { to: 'txt' })));
  for (const { files } of results) assert.equal(await files[0].text(), 'the output');
});

/** Answers downloads by `answer`, as a browser would. */
function browsing(t, answer) {
  const { fetch } = globalThis;
  const downloads = [];
  t.mock.method(globalThis, 'fetch', (given, how) => {
    const request = new Request(given, how);
    if (!request.url.includes('/download/')) return fetch(request);
    downloads.push(request.redirect);
    return answer(request, fetch);
  });
  return downloads;
}

test('a download that a browser was led to another host for is not taken', async (t) => {
  browsing(t, async (request, fetch) => {
    const answer = await fetch(request);
    return Object.defineProperties(answer, { redirected: { value: true }, url: { value: 'https://example.org/login' } });
  });
  await assert.rejects(client.convert(picturePath, { to: 'jpg' }), { code: 'untrusted_url' });
});

test('a redirect that a browser does not show is followed', async (t) => {
  const downloads = browsing(t, (request, fetch) => {
    if (request.redirect === 'follow') return fetch(request);
    return Object.defineProperty(new Response(), 'type', { value: 'opaqueredirect' });
  });
  const { files } = await client.convert(picturePath, { to: 'jpg' });
  assertIs('jpg', await bytesOf(files[0]));
  assert.deepEqual(downloads, ['manual', 'follow']);
});

test('redirects in a loop that a browser does not show are followed twice', async (t) => {
  const downloads = browsing(t, async (request) => {
    if (request.redirect === 'follow') throw new TypeError('Failed to fetch');
    return Object.defineProperty(new Response(), 'type', { value: 'opaqueredirect' });
  });
  const error = await client.convert(picturePath, { to: 'jpg' }).catch((error) => error);
  assert.equal(error.code, 'invalid_response');
  assert.match(error.message, /redirects in a loop/);
  // A redirect is an answer, so nothing that the runtime said is the cause.
  assert.equal(error.cause, undefined);
  assert.deepEqual(downloads, ['manual', 'follow', 'manual', 'follow']);
});
