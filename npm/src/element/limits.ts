import type { Attributes } from './attributes.js';
import type { Refused } from './events.js';

/** Why a file is not taken, beside `count` others; undefined where it is. */
export function refusal(file: File, count: number, { accept, maxSize, maxFiles, multiple }: Attributes): Refused['reason'] | undefined {
  if (count >= (multiple ? maxFiles : 1)) return 'tooMany';
  if (file.size > maxSize) return 'tooLarge';
  return accepts(accept, file) ? undefined : 'wrongType';
}

function accepts(accept: string, { name, type }: File): boolean {
  const kinds = accept.toLowerCase().match(/[^\s,]+/g);
  return !kinds || kinds.some((kind) => {
    if (kind.startsWith('.')) return name.toLowerCase().endsWith(kind);
    return kind.endsWith('/*') ? type.startsWith(kind.slice(0, -1)) : type === kind;
  });
}
