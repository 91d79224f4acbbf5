/** What pages may ask for. What is not allowed is refused before the service hears of it. */
export interface Rules {
  /** The operations, as version 2 names them; with version 1 its modes. Default: `convert` alone. */
  operations?: readonly string[] | undefined;
  /** Where inputs may come from. Default: `upload` alone. */
  inputs?: readonly ('upload' | 'url' | 'raw' | 'base64')[] | undefined;
  /** Input formats, such as `png`. What does not tell its input format is refused then. Default: any. */
  from?: readonly string[] | undefined;
  /** Output formats, such as `jpg`. What does not tell its output format is refused then. Default: any. */
  to?: readonly string[] | undefined;
  /**
   * The largest input in bytes. A larger one is deleted as soon as the service tells its size: it takes the file from the
   * page, and may have begun to convert it. Default: any.
   */
  maxSize?: number | undefined;
  /** How many conversions one person may have at once, and so in one job. Default: 5. */
  atOnce?: number | undefined;
  /** How many conversions one person may begin in a minute. Default: 30. */
  perMinute?: number | undefined;
  /**
   * How many requests of any kind one person may make in a minute. A list counts once for every 100 jobs of the service.
   * Default: 600, or 20 for each conversion of `perMinute` where that is more.
   */
  requestsPerMinute?: number | undefined;
}

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
  /** How long the service may take to answer, in milliseconds. Then the page is told 502. Default: 120,000. */
  timeout?: number | undefined;
  /**
   * Takes what is to be done to its end, also where its page has gone: `waitUntil` of `cloudflare:workers` or of
   * `@vercel/functions`, `after` of Next.js. Where the platform ends what a request began with its connection, conversions
   * that have begun would not be counted without it. Default: nothing, which servers that go on need.
   */
  waitUntil?: ((work: Promise<unknown>) => void) | undefined;
  /** What sends requests to the service. Default: the global one. */
  fetch?: typeof fetch | undefined;
}
