// One conversion by each client, as its documentation shows it.
import CloudConvert from 'cloudconvert';

const KEY = 'KEY';
const INPUT = new TextEncoder().encode('an input');
const real = globalThis.fetch;

/** `cloudconvert` 3, unmodified: its hosts are those of the service. */
async function official(base) {
  globalThis.fetch = (url, options) => {
    // A conversion that hangs leaves this behind, and the next one asks by it.
    const there = new URL(url instanceof Request ? url.url : url);
    if (!there.hostname.endsWith('cloudconvert.com')) return real(url, options);
    const prefix = there.hostname.startsWith('sync.') ? '/sync' : '';
    return real(base + prefix + there.pathname + there.search, options);
  };
  try {
    const api = new CloudConvert(KEY);
    let job = await api.jobs.create({
      tasks: {
        'import-it': { operation: 'import/upload' },
        'convert-it': { operation: 'convert', input: 'import-it', input_format: 'png', output_format: 'jpg' },
        'export-it': { operation: 'export/url', input: 'convert-it' },
      },
    });
    const task = job.tasks.find(({ name }) => name === 'import-it');
    await api.tasks.upload(task, new Blob([INPUT]), 'input.png', INPUT.length);
    job = await api.jobs.wait(job.id);
    const [file] = api.jobs.getExportUrls(job);
    const answer = await real(file.url);
    const bytes = Buffer.from(await answer.arrayBuffer());
    await api.jobs.delete(job.id);
    return bytes;
  } finally {
    globalThis.fetch = real;
  }
}

/** This kit. */
async function kit(base) {
  const { CloudConvert } = await import('../../npm/dist/node/index.js');
  const client = new CloudConvert({ apiKey: KEY, baseUrl: `${base}/v2` });
  const { files } = await client.convert(new File([INPUT], 'input.png'), { to: 'jpg', deadline: 60_000 });
  return Buffer.from(await files[0].arrayBuffer());
}

export const CLIENTS = { cloudconvert: official, 'cloudconvert-kit': kit };
