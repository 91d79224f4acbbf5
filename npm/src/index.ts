/**
 * The package's face. Everything behind it (WebAssembly included) is loaded when it is first used.
 *
 * @packageDocumentation
 */
import { load } from '#load';

import type { Client } from './client.js';
import { CloudConvertError } from './errors.js';
import type { Calls } from './face/index.js';
import type { ClientOptions } from './types/index.js';

export { CloudConvertError, type ErrorCode } from './errors.js';
export type * from './types/index.js';

/** What pages load first. Everything else comes with the whole client, which pages load when that is first used. */
const FIRST = 'convert run prepare upload follow delete formats';
const LATER = 'resume calledBack launch create start status download me operations task retryTask cancelTask deleteTask createWebhook deleteWebhook';
/** What gives one after the other. */
const EACH = 'convertMany processes tasks webhooks';

type Given = (Record<string, unknown> | undefined)[];
/** A client that is loaded, by the names of its calls. */
type Loaded = Record<string, (...given: Given) => Promise<unknown> & AsyncIterable<unknown>>;

/**
 * A client of the CloudConvert API.
 *
 * @example
 * ```js
 * const { files } = await client.convert(file, { to: 'jpg' });
 * console.log(files[0].name);
 * ```
 */
export class CloudConvert {
  /** No `#private` member, for those cannot be read through a Proxy, such as Vue's; the options stay in its closure. */
  private declare readonly client: (whole?: boolean) => Promise<Client>;

  static {
    // Every call goes to what is behind the face, once that is loaded.
    const loaded = (face: CloudConvert, call: string, given: Given) => {
      const { checkpoint, watch } = given.at(-1) ?? {};
      return face.client(!!(checkpoint || watch || !FIRST.includes(call))) as unknown as Promise<Loaded>;
    };
    for (const call of `${FIRST} ${LATER}`.split(' ')) {
      this.prototype[call as 'me'] = async function (this: CloudConvert, ...given: Given): Promise<any> {
        return (await loaded(this, call, given))[call]!(...given);
      };
    }
    for (const call of EACH.split(' ')) {
      this.prototype[call as 'tasks'] = async function* (this: CloudConvert, ...given: Given): AsyncGenerator<any, void, void> {
        yield* (await loaded(this, call, given))[call]!(...given);
      };
    }
  }

  /** A page must hold no key: leave `apiKey` out there, and use {@link upload} and {@link follow}. */
  constructor(options: ClientOptions = {}) {
    if (typeof options !== 'object') {
      throw new CloudConvertError({ code: 'bad_request', message: 'call new CloudConvert({ apiKey })' });
    }
    Object.defineProperty(this, 'client', { value: loader({ ...options }) });
  }

  /**
   * Loads what the first call would load. A page that will convert soon, calls it while its user still looks for a file.
   *
   * @example
   * ```js
   * await client.load();
   * ```
   */
  async load(): Promise<void> {
    await this.client();
  }
}

export interface CloudConvert extends Calls {}

/** Loads a client once. A failed load (a lost connection, say) is tried again by the next call. */
function loader(options: ClientOptions): (whole?: boolean) => Promise<Client> {
  const clients: Promise<Client>[] = [];
  return (whole = false) => {
    const client = (clients[+whole] ??= load(options, whole));
    client.catch(() => delete clients[+whole]);
    return client;
  };
}
