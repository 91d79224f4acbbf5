/** What kind of failure it is. The codes are the same in every language of the kit. */
export type ErrorCode =
  | 'bad_request'
  | 'unauthorized'
  | 'not_found'
  | 'conversion_failed'
  | 'unavailable'
  | 'throttled'
  | 'network'
  | 'timeout'
  | 'cancelled'
  | 'invalid_response'
  | 'untrusted_url'
  | 'input'
  | 'output';

/** The facts of a failure. */
export interface ErrorFacts {
  code: ErrorCode;
  message: string;
  status?: number;
  retryAfter?: number;
  processId?: string;
  isRetryable?: boolean;
  method?: string;
  url?: string;
  serviceMessage?: string;
}

/** A conversion that failed, in words for a person, with the facts that a program needs. */
export class CloudConvertError extends Error {
  /** Minifiers rename the class. */
  static override readonly name = 'CloudConvertError';
  static {
    this.prototype.name = this.name;
  }
  /** The kind of failure. */
  declare readonly code: ErrorCode;
  /** The HTTP status that the service answered with. */
  declare readonly status: number | undefined;
  /** How long the service asked to wait, in milliseconds. */
  declare readonly retryAfter: number | undefined;
  /** The process that failed. */
  declare readonly processId: string | undefined;

  /** Whether the same may work later: the service or the network is to blame, not the job. */
  declare readonly isRetryable: boolean;
  /** The request that failed: its method, and its URL without the query. */
  declare readonly method: string | undefined;
  declare readonly url: string | undefined;
  /** What the service itself said. `message` may say more. */
  declare readonly serviceMessage: string | undefined;

  /** `cause` is what the runtime said of a broken connection, or of a file that it cannot read or write. */
  constructor({ message, ...facts }: ErrorFacts, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    Object.assign(this, { isRetryable: facts.code === 'network' }, facts);
  }
}
