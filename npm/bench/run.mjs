// `cargo xtask bench web`: what the package costs a page, beside what the page could do without it, in one run.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { download } from './download.mjs';
import { large } from './large.mjs';
import { loading } from './loading.mjs';
import { sizes } from './sizes.mjs';
import { upload } from './upload.mjs';

const MEASUREMENTS = {
  sizes,
  loading: (at) => loading({ ...at, rounds: 15 }),
  upload: (at) => upload({ ...at, rounds: 15 }),
  download: (at) => download({ ...at, rounds: 5 }),
  large,
};

const wanted = process.argv.slice(2);
const service = fork(fileURLToPath(new URL('service.mjs', import.meta.url)), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
try {
  const [address] = await once(createInterface(service.stdout), 'line');
  for (const [name, measure] of Object.entries(MEASUREMENTS)) {
    if (wanted.length === 0 || wanted.includes(name)) await measure({ address, service });
  }
} finally {
  service.kill();
}
