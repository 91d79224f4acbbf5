/**
 * A service of one's own that adds the API key, for pages that hold none: the page's client is given its address as the
 * base URL, and only what its owner allows gets through. Bytes of files never pass: pages send them to the service's
 * storage, and fetch them from there.
 *
 * @packageDocumentation
 */
import { Forward } from './forward.js';
import { Limits } from './limits.js';
import { Refusal, refused } from './refusal.js';
import type { RelayOptions } from './options.js';
import { Seal } from './seal.js';
import { version1 } from './v1.js';
import { version2 } from './v2.js';

export { toNode } from './node.js';
export type { RelayOptions, Rules } from './options.js';

/**
 * Makes the handler. It takes what is asked under a path with `/v2/` in it (`/v1/` for a service of version 1, with which
 * the page's client wants an `apiKey`: any text, for the relay does not pass it on).
 *
 * @example
 * ```js
 * const handler = relay({
 *   apiKey,
 *   allow: { from: ['png', 'heic'], to: ['jpg'], maxSize: 20_000_000 },
 *   who: (request) => userOf(request),
 * });
 * // In the page: new CloudConvert({ baseUrl: new URL('/convert/v2', location).href })
 * ```
 */
export function relay(options: RelayOptions): (request: Request) => Promise<Response> {
  const base = (options.baseUrl ?? 'https://api.cloudconvert.com/v2').replace(/\/+$/, '');
  const [version, answer] = base.endsWith('/v2') ? (['v2', version2] as const) : (['v1', version1] as const);
  const forward = new Forward(base, options);
  const limits = new Limits(options.allow);
  const seal = new Seal(options.secret ?? options.apiKey);

  const handle = async (request: Request): Promise<Response> => {
    const { pathname, searchParams: query } = new URL(request.url);
    const at = pathname.lastIndexOf(`/${version}/`);
    if (at < 0) throw new Refusal(404, `This relay speaks ${version}, under a path with /${version}/ in it.`);
    // Not before somebody asks: frameworks load their routes where they build, without the secrets of the server.
    if (!options.apiKey) throw new Error('the relay has no API key: pass `apiKey`');
    const who = await options.who(request);
    if (!who) throw new Refusal(401, 'You have to sign in first.');
    limits.asked(who);
    const path = pathname.slice(at + version.length + 2);
    const gone = request.method === 'GET' ? request.signal : undefined;
    const answered = answer({ request, gone, path, query, who, rules: options.allow, limits, seal, forward });
    // What begins or ends a conversion has to be counted, also where its page has gone.
    if (gone === undefined) options.waitUntil?.(answered.catch(() => undefined));
    return answered;
  };

  return async (request) => {
    const origin = request.headers.get('origin');
    if (origin !== null && !isOwn(origin, request) && !options.origins?.includes(origin)) {
      return refused(new Refusal(403, `Pages of ${origin} may not ask this relay: name them in its option origins.`));
    }
    const response = request.method === 'OPTIONS' ? new Response(null, { status: 204 }) : await handle(request).catch(refused);
    if (origin !== null) share(response.headers, origin);
    return response;
  };
}

/**
 * Whether a page lies where it asks. Browsers say it themselves, by a header that no page can set. Where they do not, its host
 * is looked at: a proxy may have ended its TLS, and some servers write another host into the URL than the one that was asked.
 */
function isOwn(origin: string, { url, headers }: Request): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null || !URL.canParse(origin)) return site === 'same-origin';
  const { protocol, host } = new URL(origin);
  const isHost = (asked: string) => URL.canParse(`${protocol}//${asked}`) && new URL(`${protocol}//${asked}`).host === host;
  return isHost(new URL(url).host) || isHost(headers.get('host') ?? '');
}

/** Lets a page of another origin read the answer. */
function share(headers: Headers, origin: string): void {
  headers.set('Access-Control-Allow-Origin', origin);
  headers.set('Access-Control-Allow-Credentials', 'true');
  headers.set('Access-Control-Allow-Methods', 'GET, POST, DELETE');
  headers.set('Access-Control-Allow-Headers', 'Content-Type, Authorization');
  headers.set('Access-Control-Expose-Headers', 'Retry-After');
  headers.append('Vary', 'Origin');
}
