// Every client through every misfortune: a table of what each does.
import { CLIENTS } from './clients.mjs';
import { MISFORTUNES } from './misfortunes.mjs';
import { OUTPUT, serve } from './service.mjs';

const LIMIT = 90_000;

/** What a client made of a misfortune, in words, and whether it is right. */
async function outcome(convert, misfortune) {
  const service = await serve(misfortune);
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, LIMIT, { late: true })));
  const ran = convert(service.base).then((bytes) => ({ bytes }), (error) => ({ error }));
  const { bytes, error, late: hangs } = await Promise.race([ran, late]);
  clearTimeout(timer);
  const paid = service.state.jobs.length;
  service.close();
  if (hangs) return [false, `hangs for over ${LIMIT / 1000} s`];
  const price = paid > 1 ? `; paid ${paid} times` : error && paid && !misfortune.error ? '; paid for nothing' : '';
  if (error) {
    const said = [error.message, error.cause?.message].filter(Boolean).join(': ').replaceAll(/[|\n]/g, ' ').slice(0, 90);
    return [misfortune.error?.test(error.message) === true && !price, `error: ${said}${price}`];
  }
  if (!bytes.equals(OUTPUT)) return [false, `another file, and no error${price}`];
  return [!misfortune.error && !price, `the file${price}`];
}

const names = Object.keys(CLIENTS);
console.log(`| misfortune | ${names.join(' | ')} |\n|---|${'---|'.repeat(names.length)}`);
const right = Object.fromEntries(names.map((name) => [name, 0]));
for (const misfortune of MISFORTUNES) {
  const cells = [];
  for (const name of names) {
    const [fine, words] = await outcome(CLIENTS[name], misfortune);
    right[name] += Number(fine);
    cells.push(`${fine ? '✓' : '✗'} ${words}`);
  }
  console.log(`| ${misfortune.name} | ${cells.join(' | ')} |`);
}
console.log(`| right, of ${MISFORTUNES.length} | ${names.map((name) => right[name]).join(' | ')} |`);
if (right['cloudconvert-kit'] < MISFORTUNES.length) process.exitCode = 1;
process.exit();
