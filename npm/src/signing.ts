/** What a secret signs in version 2 of the API: webhooks that the service sends, and URLs that run a job. For servers. */
import init, { sign_url, verify_url, verify_webhook } from '../wasm/cloudconvert_wasm_signing.js';
import { CloudConvertError, type ErrorFacts } from './errors.js';
import { unpacked } from './unpacked.js';

export { CloudConvertError, type ErrorCode, type ErrorFacts } from './errors.js';

/** What the service says by a webhook. */
export interface Webhook {
  /** `job.created`, `job.finished`, `job.failed`, or one that comes later. */
  event: string;
  /** The ID of the job. */
  jobId: string;
  /** The whole job with its tasks, as the service wrote it. It holds signed URLs. */
  job: Record<string, unknown>;
}

/** A URL that runs a job when somebody opens it, and redirects to the file. Whoever has it can read the job. */
export interface SignedUrl {
  /** The body of the job's creation: `{ tasks: { … } }`. When: always. */
  job: Record<string, unknown>;
  /**
   * Requests with the same key share one result for a day. Default: none: each request runs the job and costs. When: many people open
   * the same URL.
   */
  cacheKey?: string;
}

let started: Promise<unknown> | undefined;

/**
 * For runtimes that compile no WebAssembly while they run (Cloudflare's workers): give them the package's
 * `cloudconvert_wasm_signing_bg.wasm` before the first use. Everywhere else it is loaded by itself.
 *
 * @example
 * ```js
 * await load(compiled); // import compiled from 'cloudconvert-kit/cloudconvert_wasm_signing_bg.wasm';
 * ```
 */
export async function load(wasm: WebAssembly.Module): Promise<void> {
  await (started = init({ module_or_path: wasm }));
}

/**
 * Checks the signature of a webhook in constant time, then reads it.
 *
 * @param body The raw body of the request. JSON that was parsed and written again has another signature.
 * @param signature Its header `CloudConvert-Signature`.
 * @param secret The signing secret of that webhook.
 * @throws {CloudConvertError} `unauthorized`: it is not signed with this secret, and nothing of it is to be believed;
 * `bad_request`: the secret is empty, or the body is not raw; `invalid_response`: it is signed, and not a webhook.
 *
 * @example
 * ```js
 * const { event, jobId } = await verifyWebhook(await request.text(), request.headers.get('CloudConvert-Signature'), secret);
 * console.log(event, jobId);
 * ```
 */
export async function verifyWebhook(
  body: string | ArrayBuffer | Uint8Array,
  signature: string | null | undefined,
  secret: string,
): Promise<Webhook> {
  const raw = bytes(body);
  return JSON.parse(await call(() => verify_webhook(raw, text(signature), text(secret)))) as Webhook;
}

/**
 * Makes a signed URL of the base and the secret that the account's dashboard shows.
 *
 * @throws {CloudConvertError} `bad_request`: the base is no URL, the secret is empty, the job has no task `export/url`, or
 * the cache key has other characters than letters, digits, `_` and `-`.
 *
 * @example
 * ```js
 * const tasks = {
 *   page: { operation: 'capture-website', url: 'https://example.org', output_format: 'pdf' },
 *   file: { operation: 'export/url', input: 'page' },
 * };
 * console.log(await signUrl({ job: { tasks }, cacheKey: 'today' }, 'https://s.cloudconvert.com/b3d85428', secret));
 * ```
 */
export async function signUrl({ job, cacheKey }: SignedUrl = {} as SignedUrl, base: string | URL, secret: string): Promise<string> {
  return call(() => sign_url(text(base), text(secret), json(job), cacheKey === undefined ? undefined : text(cacheKey)));
}

/**
 * Checks a signed URL, byte for byte as it was requested, and reads it.
 *
 * @throws {CloudConvertError} `unauthorized`: it is not signed with this secret; `bad_request`: the secret is empty, or a
 * signed URL holds no job.
 *
 * @example
 * ```js
 * const url = await signUrl({ job: { tasks: { file: { operation: 'export/url', input: 'page' } } } }, 'https://s.cloudconvert.com/b3d85428', secret);
 * const { job } = await verifyUrl(url, secret);
 * console.log(job.tasks);
 * ```
 */
export async function verifyUrl(url: string | URL, secret: string): Promise<SignedUrl> {
  return JSON.parse(await call(() => verify_url(text(url), text(secret)))) as SignedUrl;
}

function bytes(body: string | ArrayBuffer | Uint8Array): Uint8Array {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  throw new CloudConvertError({ code: 'bad_request', message: 'pass the raw body of the request, before anything parses it' });
}

function json(job: unknown): string {
  try {
    // What has no JSON is no job.
    return JSON.stringify(job) ?? 'null';
  } catch (error) {
    throw new CloudConvertError({ code: 'bad_request', message: `the job has a value that JSON cannot hold: ${(error as Error).message}` }, error);
  }
}

// What is no text is none at all, such as a secret that the environment lacks.
function text(value: unknown): string {
  return typeof value === 'string' || value instanceof URL ? String(value) : '';
}

async function call(signed: () => string): Promise<string> {
  await (started ??= init({ module_or_path: unpacked() }).catch((error: unknown) => {
    started = undefined;
    throw error;
  }));
  try {
    return signed();
  } catch (error) {
    throw typeof error === 'string' ? new CloudConvertError(JSON.parse(error) as ErrorFacts) : error;
  }
}
