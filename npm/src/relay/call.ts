import type { Forward } from './forward.js';
import type { Limits } from './limits.js';
import type { Rules } from './options.js';
import type { Seal } from './seal.js';

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
