// Every call of a page × everything that a service can answer wrongly: the right file or the right error, and paid once. Both versions
// through a relay, version 1 by a ticket, and an upload alone; many at once in one page, each with a service of its own.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { browse } from './support/demo.mjs';
import { own } from './support/own.mjs';
import { KIT, site } from './support/site.mjs';

/** How many are tried at once. */
const LANES = 24;

const MISFORTUNES = {
  'a page with 502': { status: 502, body: '<html><h1>Bad Gateway</h1></html>' },
  500: { status: 500, body: '{"message": "something broke"}' },
  503: { status: 503, body: '{"message": "no capacity"}' },
  '503 with Retry-After': { status: 503, body: '{"message": "no capacity"}', headers: { 'Retry-After': '1' } },
  '429 with Retry-After': { status: 429, body: '{"message": "slow down"}', headers: { 'Retry-After': '1' } },
  429: { status: 429, body: '' },
  'an empty answer': { status: 200, body: '' },
  'half a JSON text': { status: 200, body: '{"data": {"id": "6559c2' },
  'no answer': { cut: 'before' },
  'an answer that is lost': { cut: 'after' },
  'an answer that comes too late': { delay_ms: 5000 },
  'a truncated answer': { cut_download_after: 10 },
};

const PAGE = `<!doctype html><meta charset="utf-8"><title>A page</title>
<script type="importmap">{ "imports": { "cloudconvert-kit": "${KIT}", "cloudconvert-kit/upload": "/kit/browser/upload.js" } }</script>
<script type="module">
import { CloudConvert } from 'cloudconvert-kit';
import { upload } from 'cloudconvert-kit/upload';
const file = () => new File(['# Hello'], 'hello.md');
const patience = { requestTimeout: 3000 };
const textOf = ({ files: [file] }) => file.text();
const ways = {
  // A client of version 1 wants a key, which its relay does not pass on.
  convert: ({ relay, ...options }) => new CloudConvert({ baseUrl: relay, ...(relay.endsWith('v1') && { apiKey: 'none' }) }).convert(file(), { to: 'html', ...patience, ...options }).then(textOf),
  alone: ({ ticket, ...options }) => upload(ticket, file(), { ...patience, ...options }).then(() => 'uploaded'),
  formats: async ({ relay, ...options }) => (await new CloudConvert({ baseUrl: relay }).formats({ from: 'md', ...patience, ...options })).length > 0 && 'formats',
  /** Cancels as soon as the conversion runs. */
  cancel({ relay, ...options }) {
    const stop = new AbortController();
    const onProgress = ({ stage }) => stage === 'convert' && stop.abort();
    return ways.convert({ relay, signal: stop.signal, onProgress, ...options });
  },
  async ticket({ ticket, isWatched, ...options }) {
    const client = new CloudConvert();
    await client.upload(ticket, file(), { ...patience, ...options });
    const onProgress = isWatched ? () => undefined : undefined;
    return textOf(await client.follow(ticket, { ...patience, onProgress, ...options }));
  },
};
globalThis.go = (way, what) => ways[way](what).then((text) => ({ text }), ({ name, code, message }) => ({ code: name === 'CloudConvertError' ? code : name, message }));
</script>`;

const [browser, url] = await Promise.all([browse(), site({ files: { '/': PAGE } })]);
const lanes = await Promise.all(Array.from({ length: LANES }, () => own(url)));

/** A page that does what it is told; each has the WebAssembly of one version. */
async function opened() {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction('globalThis.go');
  return (way, what) => page.evaluate(([way, what]) => globalThis.go(way, what), [way, what]);
}
const [goV1, goV2] = await Promise.all([opened(), opened()]);

const CONVERTED = /<h1[^>]*>Hello<\/h1>/;

/** Version 2, by the kind of call that a misfortune strikes: what the page does, and what else happens. */
const V2 = {
  create: {},
  upload: {},
  status: {},
  download: {},
  delete: {},
  // A job whose creation got lost is looked for.
  list: { before: [{ kind: 'create', cut: 'after' }] },
  types: { way: 'formats', comes: /^formats$/ },
  cancel: { way: 'cancel', before: [{ kind: 'run', delay_ms: 60_000 }], ends: ['AbortError'] },
};
/** Version 1, where a backend has prepared a process. */
const V1 = { upload: {}, status: { isWatched: true }, wait: {}, download: {}, delete: {} };
/** What only a relay adds to that. */
const V1_RELAYED = ['create', 'start'];
/** The answer is not understood, and the service has the file. */
const TAKEN = ['an answer that is lost', 'a truncated answer'];

/** Refusals, by the kind of call, with version 2, and what the page is told. */
const REFUSALS = {
  401: { status: 401, body: '{"message": "no such key"}' },
  403: { status: 403, body: '{"message": "not yours"}' },
  404: { status: 404, body: '{"message": "not here"}' },
  410: { status: 410, body: '{"message": "not here any more"}' },
};
// A refusal of the relay's key is no fault of the page's: it is told 502, and tries again.
const REFUSED = {
  create: { 401: ['file'], 403: ['file'], 404: ['not_found'], 410: ['not_found'] },
  upload: { 401: ['unauthorized'], 403: ['unauthorized'], 404: ['not_found'], 410: ['not_found'] },
  // Only 404 says that there is no such job.
  status: { 401: ['file'], 403: ['file'], 404: ['not_found'], 410: ['file'] },
  // Of a first request there is nothing to be asked. The output stays on the service.
  download: { 401: ['unauthorized'], 403: ['unauthorized'], 404: ['not_found'], 410: ['not_found'] },
  // The file is there already.
  delete: { 401: ['file'], 403: ['file'], 404: ['file'], 410: ['file'] },
  types: { 401: ['file'], 403: ['file'], 404: ['not_found'], 410: ['not_found'] },
};

/** An answer that says that it was done, and it was not: the file is sent again when the job has waited for it for a minute. */
const LIES = { upload: ['an empty answer', 'half a JSON text'] };
/** A deletion that is answered so counts as done, and a file that is there does not wait for one: it stays as long as the service keeps it. */
const LEFT = { 1: ['an empty answer', 'half a JSON text', 'an answer that comes too late'], 2: ['an empty answer', 'an answer that comes too late'] };
/** How it ends where it goes on and on: what was done and only not answered is found. */
const FOREVER = {
  'a page with 502': ['unavailable'],
  500: ['unavailable'],
  503: ['unavailable'],
  '503 with Retry-After': ['unavailable'],
  '429 with Retry-After': ['throttled'],
  429: ['throttled'],
  'an empty answer': ['invalid_response', 'unavailable', 'timeout'],
  'half a JSON text': ['invalid_response', 'unavailable', 'timeout'],
  'no answer': ['network', 'unavailable'],
  'an answer that is lost': ['network', 'unavailable', 'file'],
  'an answer that comes too late': ['network', 'timeout', 'file'],
  'a truncated answer': ['network', 'unavailable', 'invalid_response', 'file'],
};

/** Tries one with a service of its own. It ends with a file, or with one of these codes. */
function tried(name, rules, { go, way = 'convert', comes = CONVERTED, ends = ['file'], stays = false, what }) {
  test(name, async (t) => {
    const lane = lanes.pop();
    t.after(async () => {
      await lane.clear();
      lanes.push(lane);
    });
    const asked = await what(lane);
    await lane.misbehave(...rules);
    const { text, code = 'file', message } = await go(way, asked);
    assert.ok(ends.includes(code), `${code}: ${message}`);
    if (code === 'file') assert.match(text, comes);
    assert.deepEqual(await lane.waiting(), [], 'it has struck');
    const isDone = ({ kind, status }) => kind === 'create' && (status === 201 || (status === 0 && rules.some(({ kind, cut }) => kind === 'create' && cut === 'after')));
    const made = (await lane.requests()).filter(isDone);
    assert.ok(made.length <= 1, `paid ${made.length} times`);
    while (!stays && (await lane.left()).length > 0) t.signal.throwIfAborted();
  });
}

const LIMITS = { concurrency: LANES, timeout: 180_000 };

describe('once, by version 2 through a relay', LIMITS, () => {
  for (const [kind, { before = [], ...more }] of Object.entries(V2)) {
    for (const [misfortune, rule] of Object.entries(MISFORTUNES)) {
      const lies = LIES[kind]?.includes(misfortune);
      const what = ({ relays: { v2: relay } }) => ({ relay, ...(lies && { deadline: 5000 }) });
      const ends = lies ? ['timeout'] : more.ends;
      tried(`${misfortune} to ${kind}`, [...before, { kind, ...rule }], { ...more, go: goV2, what, ends, stays: kind === 'delete' && LEFT[2].includes(misfortune) });
    }
  }
});

describe('once, by version 1 with a ticket', LIMITS, () => {
  for (const [kind, more] of Object.entries(V1)) {
    for (const [misfortune, rule] of Object.entries(MISFORTUNES)) {
      const what = async ({ v1 }) => ({ ...(await v1.prepare({ from: 'md', to: 'html' })), ...more });
      const stays = kind === 'delete' && LEFT[1].includes(misfortune);
      tried(`${misfortune} to ${kind}`, [{ kind, ...rule }], { go: goV1, way: 'ticket', what, stays });
    }
  }
});

/** Without much time, where it goes on and on. */
const IMPATIENT = { retries: 1, throttles: 1, deadline: 20_000 };

describe('once, by version 1 through a relay', LIMITS, () => {
  for (const kind of V1_RELAYED) {
    for (const [misfortune, rule] of Object.entries(MISFORTUNES)) {
      // The relay makes an object of an empty answer, which a start may have.
      if (kind === 'start' && misfortune === 'an empty answer') continue;
      const what = ({ relays: { v1: relay } }) => ({ relay });
      tried(`${misfortune} to ${kind}`, [{ kind, ...rule }], { go: goV1, what, stays: true });
    }
  }
});

describe('once, to an upload alone', LIMITS, () => {
  const rules = { ...MISFORTUNES, 'a body that breaks off': { cut_upload_after: 3 } };
  for (const [version, go] of [['v1', goV1], ['v2', goV2]]) {
    for (const [misfortune, rule] of Object.entries(rules)) {
      const what = async (lane) => ({ ticket: (await lane[version].prepare({ from: 'md', to: 'html' })).ticket });
      // Nobody is asked whether it arrived, and a file is taken once.
      const ends = TAKEN.includes(misfortune) ? [version === 'v1' ? 'bad_request' : 'unauthorized'] : ['file'];
      tried(`${misfortune}, by ${version}`, [{ kind: 'upload', ...rule }], { go, way: 'alone', comes: /^uploaded$/, what, ends, stays: true });
    }
  }
});

describe('refused, by version 2 through a relay', LIMITS, () => {
  for (const [kind, told] of Object.entries(REFUSED)) {
    const { way, comes } = V2[kind];
    const what = ({ relays: { v2: relay } }) => ({ relay });
    for (const [status, ends] of Object.entries(told)) {
      tried(`${status} to ${kind}`, [{ kind, ...REFUSALS[status] }], { go: goV2, way, comes, what, ends, stays: true });
    }
  }
  for (const kind of ['upload', 'status', 'download']) {
    tried(`a job that is gone at ${kind}`, [{ kind, lose_process: true }], { go: goV2, what: ({ relays: { v2: relay } }) => ({ relay }), ends: ['not_found'] });
  }
  tried('a body that breaks off in an upload', [{ kind: 'upload', cut_upload_after: 3 }], { go: goV2, what: ({ relays: { v2: relay } }) => ({ relay }) });
});

describe('without an end, by version 1', LIMITS, () => {
  for (const kind of ['upload', 'status', 'download']) {
    for (const [misfortune, rule] of Object.entries(MISFORTUNES)) {
      const what = async ({ v1 }) => ({ ...(await v1.prepare({ from: 'md', to: 'html' })), ...V1[kind], ...IMPATIENT });
      tried(`${misfortune} to every ${kind}`, [{ kind, ...rule, times: 1000 }], { go: goV1, way: 'ticket', what, stays: true, ends: FOREVER[misfortune] });
    }
  }
});

describe('without an end, by version 2', LIMITS, () => {
  for (const kind of ['create', 'upload', 'status', 'download', 'types']) {
    const { way, comes } = V2[kind];
    for (const [misfortune, rule] of Object.entries(MISFORTUNES)) {
      const what = ({ relays: { v2: relay } }) => ({ relay, ...IMPATIENT });
      tried(`${misfortune} to every ${kind}`, [{ kind, ...rule, times: 1000 }], { go: goV2, way, comes, what, stays: true, ends: FOREVER[misfortune] });
    }
  }
});
