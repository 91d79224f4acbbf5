import { runtime } from '#host';

import { CloudConvertError } from './errors.js';
import type { ConvertOptions, StorageLocation } from './types/index.js';

/** The names of what the core calls the policy. */
const POLICY = 'retries throttles deadline requestTimeout download upload delete watch'.split(' ');
/** What is of no interest to it. */
const OWN = 'onProgress signal saveTo overwrite checkpoint'.split(' ');

/** The options whose names are wanted, under those that the core gives them. */
const named = (options: object, isWanted: (name: string) => boolean): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).flatMap(([name, value]) => (isWanted(name) ? [[snake(name), value]] : [])));

/** What the core calls the policy. */
export const policyOf = (options: object): Record<string, unknown> => ({
  pieces: runtime.takesPieces,
  observed: (options as ConvertOptions).onProgress !== undefined,
  ...named(options, (name) => POLICY.includes(name)),
});

/** Splits options into what the core calls the job and what it calls the policy. */
export function split(options: object): { job: Record<string, unknown>; policy: Record<string, unknown> } {
  const job = named(options, (name) => ![...POLICY, ...OWN].includes(name));
  if (job.output) job.output = plain(job.output);
  return { job, policy: policyOf(options) };
}

/** A storage with the names of its fields as the core reads them; what is none stays as it is. */
export function plain(storage: unknown): unknown {
  if (typeof storage !== 'object' || !storage) return storage;
  const fields = (given: object) => Object.entries(given ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return Object.fromEntries(Object.entries(storage as StorageLocation).map(([kind, given]) => [kind, Object.fromEntries(fields(given))]));
}

/** `requestTimeout` as `request_timeout`. */
export const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Options that are no options are what programs without types give. */
export function wished<T>(options: T, call: string): T {
  if (typeof options !== 'object' || options === null) throw bad(`there are no options; call ${call}`);
  return options;
}

/** A URL or a ticket that was handed out. */
export function address(url: unknown, call: string): string {
  if (!url || !(typeof url === 'string' || url instanceof URL)) throw bad(`there is no URL; call ${call}`);
  return String(url);
}

export function bad(message: string): CloudConvertError {
  return new CloudConvertError({ code: 'bad_request', message });
}
