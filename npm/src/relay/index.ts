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
import type { Rules } from './rules.js';
import { Seal } from './seal.js';
import { version1 } from './v1.js';
import { version2 } from './v2.js';

export { toNode } from './node.js';
export type { Rules } from './rules.js';

/** How a relay is set up. */
export interface RelayOptions {
  /** The API key. It goes to the service and nowhere else. */
  apiKey: string;
  /** Where the service is. A path that ends in `/v2` is version 2 of the API. Default: `https://api.cloudconvert.com/v2`. */
  baseUrl?: string | undefined;
  /** What pages may ask for. */
  allow: Rules;
  /**
   * Who asks: the ID of a user or of a session. Each sees its own conversions only, and has limits of its own. `undefined`
   * refuses the request with 401.
   */
  who: (request: Request) => string | undefined | Promise<string | undefined>;
  /** Other origins whose pages may ask, such as `https://www.example.org`. Default: only the relay's own. */
  origins?: readonly string[] | undefined;
  /** What marks whose a conversion is. Several processes of one relay need the same. Default: made from the API key. */
  secret?: string | undefined;
  /** What sends requests to the service. Default: the global one. */
  fetch?: typeof fetch | undefined;
}

/** What a relay is told of a request that it lets through. */
export interface Call {
  request: Request;
  /** The path behind the version, without a slash in front. */
  path: string;
  query: URLSearchParams;
  /** The relay's own base URL, as the page wrote it. */
  base: string;
  who: string;
  rules: Rules;
  limits: Limits;
  seal: Seal;
  forward: Forward;
}

/**
 * Makes the handler. It takes what is asked under a path with `/v2/` in it (`/v1/` for a service of version 1).
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
  const forward = new Forward(base, options.apiKey, options.fetch);
  const limits = new Limits(options.allow);
  const seal = new Seal(options.secret ?? options.apiKey);

  const handle = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const at = url.pathname.lastIndexOf(`/${version}/`);
    if (at < 0) throw new Refusal(404, `This relay speaks ${version}, under a path with /${version}/ in it.`);
    const who = await options.who(request);
    if (!who) throw new Refusal(401, 'You have to sign in first.');
    const path = url.pathname.slice(at + version.length + 2);
    const own = url.origin + url.pathname.slice(0, at + version.length + 1);
    return answer({ request, path, query: url.searchParams, base: own, who, rules: options.allow, limits, seal, forward });
  };

  return async (request) => {
    const origin = request.headers.get('origin');
    if (origin !== null && origin !== new URL(request.url).origin && !options.origins?.includes(origin)) {
      return refused(new Refusal(403, `Pages of ${origin} may not ask this relay.`));
    }
    const response = request.method === 'OPTIONS' ? new Response(null, { status: 204 }) : await handle(request).catch(refused);
    if (origin !== null) share(response.headers, origin);
    return response;
  };
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
