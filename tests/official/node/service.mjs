// Where the sandbox is, both clients pointed at it, and what their tests have in common.
import http from 'node:http';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import CloudConvert2 from 'cloudconvert-2';
import CloudConvert3 from 'cloudconvert-3';

const base = new URL(required('CLOUDCONVERT_SANDBOX'));
export const key = required('CLOUDCONVERT_SANDBOX_KEY');

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} has to be set, see tests/official/README.md`);
  return value;
}

/** The address in the sandbox of one that the clients have built in: those that wait have a prefix instead of a host. */
function address(url) {
  const there = new URL(url);
  if (!there.hostname.endsWith('cloudconvert.com')) return there;
  const path = there.pathname + there.search;
  return new URL((there.hostname.startsWith('sync.') ? '/sync' : '') + path, base);
}

export const real = globalThis.fetch;
globalThis.fetch = (url, options) => real(address(url), options);

function two(apiKey) {
  const client = new CloudConvert2(apiKey);
  client.axios.interceptors.request.use((config) => {
    const url = address(new URL(config.url, config.baseURL));
    return { ...config, baseURL: undefined, url: url.href };
  });
  return client;
}

// Events come from a host of their own, whose address is built in as well.
const sockets = ['cloudconvert-2', 'cloudconvert-3'].map((name) =>
  createRequire(createRequire(import.meta.url).resolve(name))('socket.io-client'),
);
for (const own of new Set(sockets)) {
  const { io } = own;
  own.io = own.connect = (url, options) => io(address(url).origin, options);
}

/** The clients as published, by their versions. */
export const clients = {
  2: (apiKey = key) => two(apiKey),
  3: (apiKey = key) => new CloudConvert3(apiKey),
};

/** A call that the clients have no method for. */
export async function call(method, path, body) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const answer = await real(new URL(`/v2/${path}`, base), { method, headers, body: JSON.stringify(body) });
  return answer.status === 204 ? undefined : (await answer.json()).data;
}

/** The path of a file that the tests of the old clients use too. */
export function input(name) {
  return fileURLToPath(new URL(`../../legacy/inputs/${name}`, import.meta.url));
}

/** A server of the test's own, which gives what it is posted to `received`. */
export async function receiver(t, received) {
  const server = http.createServer(async (request, response) => {
    const chunks = await request.toArray();
    response.end();
    received({ headers: request.headers, body: Buffer.concat(chunks).toString() });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}/hook`;
}
