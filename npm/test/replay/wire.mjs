// A network that asks a script: `fetch` and `node:https`, as the client uses them.
import https from 'node:https';
import { Readable, Writable } from 'node:stream';
import { mock } from 'node:test';

const REFUSED = Object.assign(new Error('connect ECONNREFUSED 192.0.2.1:443'), { code: 'ECONNREFUSED', syscall: 'connect' });
const EXPIRED = Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' });

/**
 * Hands every request to `exchange`, as `{ method, url, headers, body }`. That gives `{ status, headers, body, cut }`,
 * or `connection` where it breaks, `unreached` where there never was one, `certificate` where that is refused, or `timeout`
 * where nothing happens until the client gives up.
 */
export function install(exchange, abandoned) {
  const fetch = mock.method(globalThis, 'fetch', async (request) => {
    const { method, url, headers, signal } = request;
    const body = Buffer.from(await request.arrayBuffer());
    const answer = await exchange({ method, url, headers: Object.fromEntries(headers), body });
    if (answer === 'connection') throw new TypeError('fetch failed');
    if (answer === 'unreached') throw new TypeError('fetch failed', { cause: REFUSED });
    if (answer === 'certificate') throw new TypeError('fetch failed', { cause: EXPIRED });
    if (answer === 'timeout') return never(signal, abandoned);
    return response(answer);
  });
  const request = mock.method(https, 'request', (url, options) => new Upload(url, options, exchange, abandoned));
  return () => [fetch, request].forEach((mocked) => mocked.mock.restore());
}

/** What a vector answers, as `exchange` gives it. */
export function answer({ status = 200, headers = {}, json, text = '', cut = false, length, url }, written = (text) => text) {
  // Node does not follow what an upload is redirected to.
  if (url !== undefined) return answer({ status: 303, headers: { Location: url } });
  const body = Buffer.from(json === undefined ? text : written(JSON.stringify(json)));
  const told = length === 'untold' ? {} : { 'Content-Length': String(length ?? body.length) };
  return { status, headers: { ...headers, ...told }, body, cut };
}

function response({ status, headers, body, cut }) {
  let given = false;
  const stream = new ReadableStream({
    pull(controller) {
      if (!given && body.length > 0) controller.enqueue(new Uint8Array(body));
      else if (cut) controller.error(new TypeError('terminated'));
      else controller.close();
      given = true;
    },
  });
  // An answer that has no content may have no body here.
  return new Response(status === 204 ? null : stream, { status, headers });
}

function never(signal, abandoned) {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      abandoned();
      reject(signal.reason);
    });
  });
}

/** As much of a `ClientRequest` as an upload uses. */
class Upload extends Writable {
  #chunks = [];
  #answer;

  constructor(url, { method, headers, signal }, exchange, abandoned) {
    super();
    this.#answer = (body) => exchange({ method, url, headers, body });
    signal.addEventListener('abort', () => {
      abandoned();
      this.destroy(signal.reason);
    });
  }

  _write(chunk, _, done) {
    this.#chunks.push(chunk);
    done();
  }

  _final(done) {
    done();
    this.#answer(Buffer.concat(this.#chunks)).then((answer) => {
      if (answer === 'timeout') return;
      if (answer === 'unreached') return this.destroy(REFUSED);
      if (answer === 'certificate') return this.destroy(EXPIRED);
      if (answer === 'connection') return this.destroy(new Error('socket hang up'));
      const headersDistinct = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), [value]]));
      this.emit('response', Object.assign(Readable.from([answer.body]), { statusCode: answer.status, headersDistinct }));
    }, (error) => this.destroy(error));
  }
}
