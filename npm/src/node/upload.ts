import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { TooLarge, type UploadAnswer, type UploadRequest } from '../host.ts';

/** From this size on the service is asked first whether it wants the body. */
const LARGE = 256 << 10;
/** For how long it is asked, in milliseconds; there are services that never answer that. */
const PATIENCE = 1000;

/**
 * Sends a body, not by `fetch` but by `node:http`: a service that refuses an upload answers before it has read the
 * body and closes the connection, which `fetch` takes for a broken one. With `Expect: 100-continue` the refusal comes
 * before the first byte.
 */
export async function upload(request: UploadRequest): Promise<UploadAnswer> {
  const asks = request.body.size >= LARGE;
  const answer = await send(request, asks);
  // "Expectation Failed": it is no refusal of the body.
  return asks && answer.status === 417 ? send(request, false) : answer;
}

function send({ method, url, headers, body, limit, signal, sent }: UploadRequest, asks: boolean): Promise<UploadAnswer> {
  return new Promise((resolve, reject) => {
    const head: http.OutgoingHttpHeaders = { ...Object.fromEntries(headers), 'content-length': body.size };
    if (asks) head.expect = '100-continue';
    const request = (url.startsWith('https:') ? https : http).request(url, { method, headers: head, signal });
    request.on('error', reject);
    request.on('response', (response) => {
      clearTimeout(timer);
      read(response, limit).then(resolve, reject).finally(() => {
        // An answer to half a body leaves a connection that is good for nothing.
        if (!request.writableFinished) request.destroy();
      });
    });
    const begin = () => {
      clearTimeout(timer);
      if (!started) pipeline(count(body, sent), request).catch(reject);
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

/** The chunks of a body, read as fast as they are taken; tells how many bytes that were. */
async function* count(body: Blob, sent: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body.stream() as unknown as AsyncIterable<Uint8Array>) {
    yield chunk;
    sent((bytes += chunk.length));
  }
}

async function read(response: http.IncomingMessage, limit: number): Promise<UploadAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as Readable & AsyncIterable<Buffer>) {
    chunks.push(chunk);
    if ((bytes += chunk.length) > limit) throw new TooLarge();
  }
  const headers = Object.entries(response.headersDistinct).map(([name, values]): [string, string] => [name, values!.join(', ')]);
  return { status: response.statusCode!, headers, text: Buffer.concat(chunks).toString() };
}
