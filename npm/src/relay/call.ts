import type { Forward } from './forward.js';
import type { Limits } from './limits.js';
import type { Rules } from './options.js';
import type { Seal } from './seal.js';

/** What a relay is told of a request that it lets through. */
export interface Call {
  request: Request;
  /** Tells that the page of a request that only reads has gone. What begins or ends a conversion is done all the same. */
  gone: AbortSignal | undefined;
  /** The path behind the version, without a slash in front. */
  path: string;
  query: URLSearchParams;
  who: string;
  rules: Rules;
  limits: Limits;
  seal: Seal;
  forward: Forward;
}

/** A path of the service, with the page's query. */
export const withQuery = ({ query }: Call, path: string): string => (query.size > 0 ? `${path}?${query}` : path);
