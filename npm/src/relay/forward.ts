import { textOf } from './body.js';
import { isTooDeep } from './json.js';
import type { RelayOptions } from './options.js';
import { Refusal, json } from './refusal.js';
import { type Fields, isFields } from './rules.js';

/** What the service answered. */
export interface Answer {
  status: number;
  value: Fields;
  headers: Record<string, string>;
}

/** In milliseconds. */
const TIMEOUT = 120_000;
/** The most bytes that are read of an answer. */
const LIMIT = 16 << 20;

/** A key that is wrong is no fault of the page's. */
const isOfKey = (status: number): boolean => status === 401 || status === 403;
const LACKS = 'The relay may not ask the service for this: its API key lacks a right.';

/** Asks the service, with the key. */
export class Forward {
  readonly #base: string;
  readonly #key: string;
  readonly #fetch: typeof fetch;
  readonly #timeout: number;

  constructor(base: string, { apiKey, fetch: send = (...request) => fetch(...request), timeout = TIMEOUT }: RelayOptions) {
    this.#base = base;
    this.#key = apiKey;
    this.#fetch = send;
    this.#timeout = timeout;
  }

  /** Asks under the base URL. */
  async ask(method: string, path: string, gone: AbortSignal | undefined, body?: Fields): Promise<Answer> {
    return this.#send(`${this.#base}/${path}`, method, gone, { Authorization: `Bearer ${this.#key}` }, body);
  }

  /** A URL of the service's, which may leave the scheme out. */
  resolve(url: string): string {
    return new URL(url, this.#base).href;
  }

  /** Asks a URL that the service named; the key stays here. */
  async askUrl(method: string, url: string, gone: AbortSignal | undefined, body?: Fields): Promise<Answer> {
    return this.#send(url, method, gone, {}, body);
  }

  async #send(url: string, method: string, gone: AbortSignal | undefined, headers: Record<string, string>, body?: Fields): Promise<Answer> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const timeout = AbortSignal.timeout(this.#timeout);
    // A page that reads may have what it read deleted: that is done, also where it has gone.
    const signal = method === 'GET' && gone !== undefined ? AbortSignal.any([gone, timeout]) : timeout;
    const response = await this.#fetch(url, { method, signal, redirect: 'manual', headers: { ...headers, ...type }, ...sent });
    // It could lead the key elsewhere. That `fetch` refuses it, not every runtime knows.
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) throw new TypeError('the service redirects');
    const text = await textOf(response, LIMIT, new TextDecoder());
    if (text === undefined) throw new Refusal(502, `The service's answer is longer than ${LIMIT} bytes: ask for less at once.`);
    const { status } = response;
    // A refusal and a deletion may be empty. Any other empty answer does not tell what became of the request.
    const isEmpty = text === '' && (status >= 400 || status === 204 || method === 'DELETE');
    const read: unknown = await Promise.resolve(isEmpty ? '{}' : text).then(JSON.parse).catch(() => undefined);
    const value = isTooDeep(read) ? undefined : read;
    const retryAfter = response.headers.get('retry-after') ?? undefined;
    const answer = { status, headers: retryAfter === undefined ? {} : { 'Retry-After': retryAfter } };
    if (Array.isArray(value)) return { ...answer, value: { list: value } };
    if (isFields(value)) return { ...answer, value };
    if (isOfKey(status)) throw new Refusal(502, LACKS, retryAfter);
    throw new Refusal(status >= 400 ? status : 502, 'The service did not answer as its API does: check the base URL of the relay.', retryAfter);
  }
}

/** Whether a deletion has left nothing there. */
export const isGone = ({ status }: Answer): boolean => status < 300 || status === 404;

/** The service's answer for the page. */
export function passed({ status, value, headers }: Answer): Response {
  if (status === 204) return new Response(null, { status });
  return isOfKey(status) ? json(502, { message: LACKS }, headers) : json(status, value, headers);
}
