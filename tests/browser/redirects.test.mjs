// What a storage answers to a form of version 2: a browser follows redirects by itself, and what they tell has to arrive.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { browse } from './support/demo.mjs';
import { address, jobs } from './support/sandbox.mjs';
import { bodyOf, KIT, site } from './support/site.mjs';

const STORAGE = `${address}/v2/upload`;

/** How the storage answers: the test says it. */
let answered;
/** What arrived, by the paths of the requests. */
const seen = [];
/** The storage: what it takes is the service's, and what it answers the test's. */
const storage = async (request, response) => {
  seen.push(request.url);
  const body = await bodyOf(request);
  const { status, location } = answered;
  await fetch(STORAGE + request.url.slice('/storage'.length), { method: 'POST', headers: { 'Content-Type': request.headers['content-type'] }, body });
  response.writeHead(status, location === undefined ? {} : { Location: location }).end();
};
const landed = (headers, text) => (request, response) => response.writeHead(200, headers).end(text);
const html = { 'Content-Type': 'text/html' };
const [browser, other] = await Promise.all([
  browse(),
  site({ answers: { 'GET /open': landed({ ...html, 'Access-Control-Allow-Origin': '*' }, '<!doctype html>Thank you'), 'GET /closed': landed(html, '<!doctype html>Thank you') } }),
]);
let url;
/** The relay's way to the service: forms are those of the storage here. */
const send = async (...request) => {
  const answer = await fetch(...request);
  const text = await answer.text();
  return new Response(text === '' ? null : text.replaceAll('\\/', '/').replaceAll(STORAGE, `${url}/storage`), { status: answer.status, headers: answer.headers });
};
const answers = new Proxy({}, { get: (_, line) => (line.startsWith('POST /storage') ? storage : line === 'GET /landed' ? landed(html, '<!doctype html>Sorry') : undefined) });
url = await site({ answers, allow: { to: ['html'] }, send });

afterEach(async () => assert.deepEqual(await jobs(), [], 'nothing is left on the service'));

/** Converts in a page; gives the text of the result, or what went wrong. */
async function converted(t, way) {
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(url);
  return page.evaluate(async ([kit, way]) => {
    const { CloudConvert } = await import(kit);
    const client = new CloudConvert({ baseUrl: new URL('/convert/v2', location).href, ...(way === 'fetch' && { fetch: (...request) => fetch(...request) }) });
    const ended = client.convert(new File(['# Hello'], 'hello.md'), { to: 'html' });
    return ended.then(async ({ files }) => ({ text: await files[0].text() }), ({ code, status, message }) => ({ code, status, message }));
  }, [KIT, way]);
}

const STORED = {
  'with 204': { status: 204 },
  'by a redirect to a page of the service': { status: 303, location: '/landed?status=201' },
  'by a redirect to another origin': { status: 303, location: `${other}/open?status=201` },
  'by a redirect to another origin that does not let the page look': { status: 303, location: `${other}/closed` },
};

for (const way of ['XMLHttpRequest', 'fetch']) {
  for (const [how, answer] of Object.entries(STORED)) {
    test(`${way}: an upload that is answered ${how} is stored, and sent once`, async (t) => {
      answered = answer;
      seen.length = 0;
      const { text, ...problem } = await converted(t, way);
      assert.deepEqual(problem, {});
      assert.match(text, /<h1[^>]*>Hello<\/h1>/);
      assert.equal(seen.length, 1);
    });
  }
}
