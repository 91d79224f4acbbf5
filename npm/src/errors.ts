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
}

/** A conversion that failed, in words for a person, with the facts that a program needs. */
export class CloudConvertError extends Error {
  override readonly name = 'CloudConvertError';
  /** The kind of failure. */
  readonly code: ErrorCode;
  /** The HTTP status that the service answered with. */
  readonly status: number | undefined;
  /** How long the service asked to wait, in milliseconds. */
  readonly retryAfter: number | undefined;
  /** The process that failed. */
  readonly processId: string | undefined;

  /** `cause` is what the runtime said of a broken connection or an unreadable file. */
  constructor(facts: ErrorFacts, cause?: unknown) {
    super(facts.message, cause === undefined ? {} : { cause });
    this.code = facts.code;
    this.status = facts.status;
    this.retryAfter = facts.retryAfter;
    this.processId = facts.processId;
  }
}
