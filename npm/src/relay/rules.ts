import type { Rules } from './options.js';
import { Refusal } from './refusal.js';

/** A JSON object of a page's. */
export type Fields = Record<string, unknown>;

/** Refuses a value that a list does not have. */
export function allowed(what: string, value: unknown, list: readonly string[] | undefined): void {
  if (list !== undefined && (typeof value !== 'string' || !list.includes(value.toLowerCase()))) {
    const shown = typeof value === 'string' ? value : JSON.stringify(value)?.slice(0, 100);
    throw new Refusal(403, `The ${what} ${shown} is not allowed here; allowed: ${list.join(', ')}.`);
  }
}

/** Whether a page may ask for this conversion, as a list of the service's offers it; `*` is every format. */
export function isOffered(rules: Rules, operation: unknown, input: unknown, output: unknown): boolean {
  const has = (list: readonly string[] | undefined, value: unknown) =>
    list === undefined || value === '*' || (typeof value === 'string' && list.includes(value.toLowerCase()));
  return has(rules.operations ?? ['convert'], operation) && has(rules.from, input) && has(rules.to, output);
}

/** The refusal of an input that has more bytes than are allowed, which its caller has deleted. */
export function tooLarge({ maxSize }: Rules): Refusal {
  return new Refusal(413, `The input has more than ${maxSize} bytes, which is not allowed here: choose a smaller one.`);
}

/** Refuses fields that a page has no business to set. */
export function only(fields: Fields, names: readonly string[]): void {
  const other = Object.keys(fields).find((name) => !names.includes(name));
  if (other !== undefined) throw new Refusal(403, `The field ${other} is not allowed here: leave it out.`);
}

/** The JSON object that a page sent. A request without this type could come from a form of another site. */
export async function fieldsOf(request: Request): Promise<Fields> {
  if (!request.headers.get('content-type')?.startsWith('application/json')) {
    throw new Refusal(415, 'A request has to be JSON: send it as `application/json`.');
  }
  const text = await request.text();
  if (text.length > 100_000) throw new Refusal(413, 'The request is too long: leave out what is not needed.');
  const value: unknown = await Promise.resolve(text).then(JSON.parse).catch(() => undefined);
  if (!isFields(value)) throw new Refusal(400, 'The request is not a JSON object: write it as one.');
  return value;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
