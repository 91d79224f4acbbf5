import { Refusal } from './refusal.js';

/** The most arrays and objects in each other. Every runtime reads and writes so many; some fail at a thousand. */
const LEVELS = 100;

/** Refuses JSON of a page's that would not be the same when it is written again, or could not be. */
export function checkWritable(value: unknown): void {
  if (isTooDeep(value)) throw new Refusal(400, `The request has more than ${LEVELS} lists and objects in each other: take them apart.`);
  if (hasInexact(value)) throw new Refusal(400, `The request has a number beyond ${Number.MAX_SAFE_INTEGER}, which could become another: give a smaller one.`);
}

/** Whether more lists and objects stand in each other than every runtime reads and writes. */
export function isTooDeep(value: unknown, levels = LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isTooDeep(each, levels - 1));
}

/** Whether there is a number that JavaScript does not hold exactly, where another runtime does. */
function hasInexact(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasInexact);
}
