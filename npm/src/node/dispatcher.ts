import { isDeepStrictEqual } from 'node:util';

/** Where Node keeps what its `fetch` sends requests by, and the package `undici` what a program has set instead. */
const DISPATCHER = Symbol.for('undici.globalDispatcher.1');
/** The same since version 8 of `undici`, which is in Node since version 26. In the former place it leaves a wrapper for older callers. */
const LATER = Symbol.for('undici.globalDispatcher.2');

interface Dispatcher {
  dispatch: unknown;
  constructor: { new (): Dispatcher; name: string; prototype: { dispatch: unknown } };
}

/**
 * Whether a program has set what `fetch` sends requests by: a proxy, certificates of its own. What cannot be told from
 * that counts as set.
 */
export function isSet(): boolean {
  const kept = (place: symbol) => (globalThis as Record<symbol, unknown>)[place] as Dispatcher | undefined;
  const former = kept(DISPATCHER);
  const dispatcher = former?.constructor.name === 'Dispatcher1Wrapper' ? (kept(LATER) ?? former) : former;
  // Node makes it when `fetch` is used for the first time.
  if (dispatcher === undefined) return false;
  const { constructor } = dispatcher;
  const isAgent = constructor.name === 'Agent' && dispatcher.dispatch === constructor.prototype.dispatch;
  return !(isAgent && isDeepStrictEqual(settings(dispatcher), settings(new constructor())));
}

/** How an agent was made. */
function settings(dispatcher: object): unknown[] {
  const members = Object.getOwnPropertySymbols(dispatcher).filter(({ description }) => ['options', 'factory'].includes(description!));
  // Without them it is another agent than those that are known, and equals none.
  return members.length === 2 ? members.map((member) => dispatcher[member as never]) : [Symbol()];
}
