/** A request that the relay does not let through, with the status and the words that the page is told. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** When it is worth to ask again: after how many seconds, or as the service wrote it. */
    readonly retryAfter?: number | string,
  ) {
    super(message);
  }
}

/** The answer that tells of a refusal, or that the relay itself failed. What failed inside is not for strangers. */
export function refused(error: unknown): Response {
  if (!(error instanceof Refusal)) {
    // Whoever runs the relay has to hear of it. That a page has gone is no failure.
    if ((error as Error | undefined)?.name !== 'AbortError') console.error('The relay has failed:', error);
    return json(502, { message: 'The service cannot be reached: try again later.' });
  }
  const headers: Record<string, string> = error.retryAfter === undefined ? {} : { 'Retry-After': String(error.retryAfter) };
  return json(error.status, { message: error.message }, headers);
}

/** An answer that nobody keeps: it may have a signed URL. */
export function json(status: number, value: unknown, headers: Record<string, string> = {}): Response {
  const shown = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers };
  return new Response(JSON.stringify(value), { status, headers: shown });
}
