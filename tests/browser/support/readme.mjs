// Examples of the documentation, for pages that run them as they stand.
import { readFileSync } from 'node:fs';

const read = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** The blocks of a section of a file, in a language. */
export function blocks(name, language, path = 'npm/README.md') {
  const section = read(path).split(/^## /m).find((section) => section.startsWith(`${name}\n`));
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, block]) => block);
}
