// Fails when a page would have to load more than was promised.
import { files, others, totals } from './sizes.mjs';

const LIMITS = { 'before first use': 1024, 'the client of version 1': 56_400, 'the client of version 2': 70_400, 'the element beside the client': 8 * 1024, 'an upload alone': 30_100 };

console.table(files);
console.table(others);
for (const [what, limit] of Object.entries(LIMITS)) {
  console.log(`${what}: ${totals[what]} bytes gzipped, at most ${limit}`);
  if (!(totals[what] <= limit)) process.exitCode = 1;
}
