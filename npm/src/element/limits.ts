import type { Attributes } from './attributes.js';
import type { Refused } from './events.js';
import { extension } from './formats.js';

/** Pictures of which a browser tells no type where its system knows none. */
const PICTURES = ['heic', 'heif', 'avif', 'dng'];

/** The type of a file; where nobody tells it, by its name. */
function typeOf({ name, type }: File): string {
  const format = extension(name);
  return type || (PICTURES.includes(format) ? `image/${format}` : '');
}

/** Why a file is not taken; undefined where it is. */
export function refusal(file: File, isFull: boolean, { accept, maxSize }: Attributes): Refused['reason'] | undefined {
  if (isFull) return 'tooMany';
  if (file.size > maxSize) return 'tooLarge';
  return accepts(accept, file) ? undefined : 'wrongType';
}

function accepts(accept: string, file: File): boolean {
  const kinds = accept.toLowerCase().match(/[^\s,]+/g);
  const type = typeOf(file);
  return !kinds || kinds.some((kind) => {
    if (kind.startsWith('.')) return file.name.toLowerCase().endsWith(kind);
    return kind.endsWith('/*') ? type.startsWith(kind.slice(0, -1)) : type === kind;
  });
}
