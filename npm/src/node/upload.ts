import http from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream/promises';
import { ReadableStream } from 'node:stream/web';

import { type Content, type Fetch, Unreadable, type UploadAnswer, type UploadRequest } from '../host.js';
import { chunks } from './blob.js';
import { isSet } from './dispatcher.js';
import { native } from './signal.js';

/** From this size on the service is asked first whether it wants the body. */
const LARGE = 256 << 10;
/** For how long it is asked, in milliseconds; there are services that never answer that. */
const PATIENCE = 1000;

/**
 * Sends a body, by `node:http` where that is free to be chosen: a service that refuses an upload answers before it has
 * read the body and closes the connection, which `fetch` takes for a broken one. With `Expect: 100-continue` the refusal
 * comes before the first byte. But the proxy and the certificates that were set for `fetch` hold for uploads too.
 */
export async function upload(request: UploadRequest): Promise<UploadAnswer> {
  if (request.fetch || isSet()) return sendByFetch(request, request.fetch ?? fetch);
  const asks = length(request) >= LARGE;
  const answer = await send(request, asks);
  // "Expectation Failed": it is no refusal of the body.
  return asks && answer.status === 417 ? send(request, false) : answer;
}

function length({ pieces }: UploadRequest): number {
  return pieces.reduce((sum, piece) => sum + sizeOf(piece), 0);
}

function sizeOf(piece: Uint8Array | Content): number {
  return piece instanceof Uint8Array ? piece.length : piece.size;
}

function send(upload: UploadRequest, asks: boolean): Promise<UploadAnswer> {
  const { method, url, headers, limit } = upload;
  const signal = native(upload.signal);
  return new Promise((resolve, reject) => {
    const head: http.OutgoingHttpHeaders = { ...Object.fromEntries(headers), 'content-length': length(upload) };
    if (asks) head.expect = '100-continue';
    const request = (url.startsWith('https:') ? https : http).request(url, { method, headers: head, signal });
    request.on('error', reject);
    request.on('response', (response) => {
      clearTimeout(timer);
      const answered = (text: string) => resolve({ status: response.statusCode!, headers: headersOf(response), text });
      read(response, limit).then(answered, reject).finally(() => {
        // An answer to half a body leaves a connection that is good for nothing.
        if (!request.writableFinished) request.destroy();
      });
    });
    const begin = () => {
      clearTimeout(timer);
      if (!started) pipeline(body(upload), request).catch(reject);
      started = true;
    };
    let started = false;
    const timer = asks ? setTimeout(begin, PATIENCE) : undefined;
    request.on('continue', begin);
    request.on('close', () => clearTimeout(timer));
    if (asks) request.flushHeaders();
    else begin();
  });
}

async function sendByFetch(upload: UploadRequest, fetch: Fetch): Promise<UploadAnswer> {
  const { method, url, headers, limit, signal } = upload;
  let unreadable: unknown;
  async function* watched() {
    try {
      yield* body(upload);
    } catch (error) {
      unreadable = error;
      throw error;
    }
  }
  try {
    const answer = await fetch(url, {
      method,
      headers: [...headers, ['content-length', String(length(upload))]],
      body: ReadableStream.from(watched()) as unknown as BodyInit,
      redirect: 'manual',
      signal: native(signal),
      // Wanted for a body that is a stream, and missing in the types of pages.
      ...{ duplex: 'half' },
    });
    const text = await read((answer.body ?? []) as unknown as AsyncIterable<Uint8Array>, limit);
    return { status: answer.status, headers: [...answer.headers], text };
  } catch (error) {
    throw unreadable ?? error;
  }
}

/** The chunks of a body, read as fast as they are taken; tells how many bytes have been. */
async function* body({ pieces, sent }: UploadRequest): AsyncGenerator<Uint8Array> {
  let total = 0;
  for (const piece of pieces) {
    const end = total + sizeOf(piece);
    for await (const chunk of readable(piece)) {
      // More than was announced would be taken for the next request.
      if (total + chunk.length > end) throw new Unreadable('it is longer than it was when it was given; convert it when nothing writes to it');
      yield chunk;
      sent((total += chunk.length));
    }
    if (total < end) throw new Unreadable('it is shorter than it was when it was given; convert it when nothing writes to it');
  }
}

async function* readable(piece: Uint8Array | Content): AsyncGenerator<Uint8Array> {
  if (piece instanceof Uint8Array) return yield piece;
  try {
    yield* 'read' in piece ? piece.read() : chunks(piece);
  } catch (error) {
    throw new Unreadable((error as Error).message, { cause: error });
  }
}

/** The text of an answer. */
async function read(answer: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    chunks.push(chunk);
    // Leaving the loop lets the rest go.
    if ((bytes += chunk.length) >= limit) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, limit);
}

function headersOf(response: http.IncomingMessage): [string, string][] {
  return Object.entries(response.headersDistinct).map(([name, values]) => [name, values!.join(', ')]);
}
