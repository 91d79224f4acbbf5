// Converts one file: node convert.mjs INPUT OUTPUT
// The formats follow from the names. CLOUDCONVERT_API_KEY holds the key; CLOUDCONVERT_BASE_URL
// names another service than the public one.
import { basename, extname } from 'node:path';
import { CloudConvert } from 'cloudconvert-kit';
import { progressLine } from './progress.mjs';

const { CLOUDCONVERT_API_KEY: apiKey, CLOUDCONVERT_BASE_URL: baseUrl } = process.env;
const client = new CloudConvert({ apiKey, baseUrl });
const format = (path) => extname(path).slice(1).toLowerCase();

/** An error of the user, who needs no more than the words. */
class Mistake extends Error {}

async function main([input, output, ...more]) {
  if (!input || !output || more.length > 0) throw new Mistake('usage: node convert.mjs INPUT OUTPUT');
  const [from, to] = [format(input), format(output)];
  if (!from || !to) throw new Mistake(`${basename(from ? output : input)} needs an extension, such as .png`);

  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort(new Mistake('cancelled')));
  const progress = progressLine(process.stderr);
  try {
    const options = { from, to, saveTo: output, signal: stop.signal, onProgress: progress.show };
    const { paths } = await client.convert(input, options).catch((error) => explain(error, from, to));
    progress.end();
    for (const path of paths) console.log(path);
  } finally {
    progress.end();
  }
}

/** A pair that the service does not have is better answered with those it has. */
async function explain(error, from, to) {
  if (error.code !== 'bad_request') throw error;
  const pairs = await client.formats({ from });
  // A star stands for other modes than converting.
  const possible = [...new Set(pairs.map((pair) => pair.to))].filter((format) => format !== '*').sort();
  if (possible.includes(to)) throw error;
  if (possible.length === 0) throw new Mistake(`${from} files cannot be converted`);
  throw new Mistake(`${from} cannot be converted to ${to}; possible are ${possible.join(', ')}`);
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error instanceof Mistake ? error.message : `${error.message} (${error.code ?? error.name})`);
  process.exitCode = 1;
});
