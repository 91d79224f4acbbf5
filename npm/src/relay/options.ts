/** What pages may ask for. What is not allowed is refused before the service hears of it. */
export interface Rules {
  /**
   * The operations, as version 2 names them; with version 1 its modes. Default: `convert` alone. When: pages optimize, join or read
   * files too.
   */
  operations?: readonly string[] | undefined;
  /** Where inputs may come from. Default: `upload` alone. When: pages name URLs that the service fetches, or send short texts. */
  inputs?: readonly ('upload' | 'url' | 'raw' | 'base64')[] | undefined;
  /**
   * Input formats, such as `png`. What does not tell its input format is refused then. Default: any. When: you pay only for what your
   * pages are for.
   */
  from?: readonly string[] | undefined;
  /** Output formats, such as `jpg`. What does not tell its output format is refused then. Default: any. When: the same. */
  to?: readonly string[] | undefined;
  /**
   * The largest input in bytes. A larger one is deleted as soon as the service tells its size: it takes the file from the
   * page, and may have begun to convert it. Default: any. When: always, for a public page.
   */
  maxSize?: number | undefined;
  /**
   * How many conversions one person may have at once, and so in one job. Default: 5. When: people convert many files, or your account
   * runs few.
   */
  atOnce?: number | undefined;
  /** How many conversions one person may begin in a minute. Default: 30. When: the page is public, or people convert whole folders. */
  perMinute?: number | undefined;
  /**
   * How many requests of any kind one person may make in a minute. A list counts once for every 100 jobs of the service.
   * Default: 600, or 20 for each conversion of `perMinute` where that is more. When: pages show long lists, or follow many conversions.
   */
  requestsPerMinute?: number | undefined;
}

/** How a relay is set up. */
export interface RelayOptions {
  /** The API key. It goes to the service and nowhere else. When: always. */
  apiKey: string;
  /**
   * Where the service is. A path that ends in `/v2` is version 2 of the API. Default: `https://api.cloudconvert.com/v2`. When: the
   * service is your own, or in another region.
   */
  baseUrl?: string | undefined;
  /** What pages may ask for. When: always; `{}` is every conversion of an upload. */
  allow: Rules;
  /**
   * Who asks: the ID of a user or of a session. Each sees its own conversions only, and has limits of its own. `undefined`
   * refuses the request with 401. When: always.
   */
  who: (request: Request) => string | undefined | Promise<string | undefined>;
  /**
   * Other origins whose pages may ask, such as `https://www.example.org`. Default: only the relay's own. When: the relay has a host of
   * its own.
   */
  origins?: readonly string[] | undefined;
  /**
   * What marks whose a conversion is. Several processes of one relay need the same. Default: made from the API key. When: the key
   * changes while conversions run.
   */
  secret?: string | undefined;
  /**
   * How long the service may take to answer, in milliseconds. Then the page is told 502. Default: 120,000. When: your platform ends
   * requests sooner.
   */
  timeout?: number | undefined;
  /**
   * Takes what is to be done to its end, also where its page has gone: `waitUntil` of `cloudflare:workers` or of
   * `@vercel/functions`, `after` of Next.js. Default: nothing, which servers that go on need. When: the platform ends what a request
   * began with its connection; conversions that have begun would not be counted without it.
   */
  waitUntil?: ((work: Promise<unknown>) => void) | undefined;
  /** What sends requests to the service. Default: the global one. When: a proxy or a test stands in between. */
  fetch?: typeof fetch | undefined;
}
