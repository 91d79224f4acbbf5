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
    const text = await textOf(response);
    const value: unknown = await Promise.resolve(text || '{}').then(JSON.parse).catch(() => undefined);
    const kept = response.headers.get('retry-after');
    const answer = { status: response.status, headers: kept === null ? {} : { 'Retry-After': kept } };
    if (Array.isArray(value)) return { ...answer, value: { list: value } };
    if (isFields(value)) return { ...answer, value };
    throw new Refusal(response.status >= 400 ? response.status : 502, 'The service did not answer as its API does: check the base URL of the relay.');
  }
}

/** The text of an answer, as far as an answer of the API may be long. */
async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  const reader = body?.getReader();
  let text = '';
  let size = 0;
  for (;;) {
    const { value } = (await reader?.read()) ?? {};
    if (value === undefined) return text + decoder.decode();
    size += value.byteLength;
    if (size > LIMIT) {
      await reader?.cancel();
      throw new Refusal(502, `The service's answer is longer than ${LIMIT} bytes: ask for less at once.`);
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** Whether a deletion has left nothing there. */
export const isGone = ({ status }: Answer): boolean => status < 300 || status === 404;

/** The service's answer for the page. */
export function passed({ status, value, headers }: Answer): Response {
  if (status === 204) return new Response(null, { status });
  // A key that is wrong is no fault of the page's.
  const shown = status === 401 || status === 403 ? 502 : status;
  return json(shown, shown === status ? value : { message: 'The relay may not ask the service for this: its API key lacks a right.' }, headers);
}
