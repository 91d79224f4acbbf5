import { textOf } from './body.js';
import { checkWritable } from './json.js';
import type { Rules } from './options.js';
import { Refusal } from './refusal.js';

/** A JSON object of a page's. */
export type Fields = Record<string, unknown>;

/** The most bytes that a page may send. */
const LIMIT = 100_000;

/** Refuses a value that a list does not have. */
export function allowed(what: string, value: unknown, list: readonly string[] | undefined): void {
  if (list === undefined || has(list, value)) return;
  if (value === undefined || value === null) throw new Refusal(403, `The ${what} has to be told here; allowed: ${list.join(', ')}.`);
  const shown = typeof value === 'string' ? value : JSON.stringify(value).slice(0, 100);
  throw new Refusal(403, `The ${what} ${shown} is not allowed here; allowed: ${list.join(', ')}.`);
}

/** Whether a page may ask for this conversion, as a list of the service's offers it; `*` is every format. */
export function isOffered(rules: Rules, operation: unknown, input: unknown, output: unknown): boolean {
  const may = (list: readonly string[] | undefined, value: unknown) => list === undefined || value === '*' || has(list, value);
  return may(rules.operations ?? ['convert'], operation) && may(rules.from, input) && may(rules.to, output);
}

/** Whether a list has a text, in capitals or not. */
function has(list: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && list.some((each) => each.toLowerCase() === value.toLowerCase());
}

/** Refuses content that stands in the request itself and is too large. */
export function small(content: unknown, isBase64: boolean, rules: Rules): void {
  if (rules.maxSize === undefined || typeof content !== 'string') return;
  const size = isBase64 ? Math.floor((content.replace(/[^\w+/-]/g, '').length * 3) / 4) : new TextEncoder().encode(content).length;
  if (isTooLarge(size, rules)) throw tooLarge(rules);
}

/** A size that the service tells, also as a text; nothing where it tells none. */
export function sizeOf(told: unknown): number | undefined {
  return typeof told === 'number' || (typeof told === 'string' && /^\d{1,18}$/.test(told)) ? Number(told) : undefined;
}

/** Whether an input of so many bytes is not allowed. */
export function isTooLarge(size: unknown, { maxSize = Infinity }: Rules): boolean {
  return (sizeOf(size) ?? 0) > maxSize;
}

/** The refusal of an input that has more bytes than are allowed. */
export function tooLarge({ maxSize }: Rules): Refusal {
  return new Refusal(413, `The input has more than ${maxSize} bytes, which is not allowed here: choose a smaller one.`);
}

/** The refusal of what does not tell its format. */
export function unknown(what: string, operation: string, list: readonly string[]): Refusal {
  return new Refusal(403, `The ${what} of ${operation} is not known beforehand; allowed here: ${list.join(', ')}.`);
}

/** Refuses fields that a page has no business to set. */
export function only(fields: Fields, names: readonly string[]): void {
  const other = Object.keys(fields).find((name) => !names.includes(name));
  if (other !== undefined) throw new Refusal(403, `The field ${other} is not allowed here: leave it out.`);
}

/** These members of an object. */
export function pick(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
}

/** The JSON object that a page sent. A request without this type could come from a form of another site. */
export async function fieldsOf(request: Request): Promise<Fields> {
  if (!request.headers.get('content-type')?.startsWith('application/json')) {
    throw new Refusal(415, 'A request has to be JSON: send it as `application/json`.');
  }
  // JSON is UTF-8; what is not is no JSON.
  const text = await textOf(request, LIMIT, new TextDecoder('utf-8', { fatal: true })).catch(() => '');
  if (text === undefined) throw new Refusal(413, 'The request is too long: leave out what is not needed.');
  const value: unknown = await Promise.resolve(text).then(JSON.parse).catch(() => undefined);
  if (!isFields(value)) throw new Refusal(400, 'The request is not a JSON object: write it as one.');
  checkWritable(value);
  return value;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
