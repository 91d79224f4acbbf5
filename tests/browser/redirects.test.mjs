// What a storage answers to a form of version 2, on the page's origin or another one: a browser follows redirects by itself, and what
// they tell has to arrive.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { browse } from './support/demo.mjs';
import { address, jobs } from './support/sandbox.mjs';
import { bodyOf, KIT, site } from './support/site.mjs';

const STORAGE = `${address}/v2/upload`;

/** How the storage answers, where it is, and whether it takes the file: the test says it. */
let answered;
/** What arrived, by the paths of the requests. */
const seen = [];
const SHARED = { 'Access-Control-Allow-Origin': '*' };
/** The storage: what it takes is the service's, and what it answers the test's. */
const storage = async (request, response) => {
  seen.push(request.url);
  const body = await bodyOf(request);
  const { status, location, text = '', stores = true } = answered;
  if (stores) await fetch(STORAGE + request.url.slice('/storage'.length), { method: 'POST', headers: { 'Content-Type': request.headers['content-type'] }, body });
  response.writeHead(status, { ...SHARED, ...(location !== undefined && { Location: location }) }).end(text);
};
const landed = (headers, text) => (request, response) => response.writeHead(200, headers).end(text);
const html = { 'Content-Type': 'text/html' };
const preflight = (request, response) => response.writeHead(204, { ...SHARED, 'Access-Control-Allow-Methods': 'GET, POST' }).end();
const storing = (more) => new Proxy(more, { get: (own, line) => own[line] ?? (line.startsWith('OPTIONS /storage') ? preflight : line.startsWith('POST /storage') ? storage : undefined) });
const [browser, other] = await Promise.all([
  browse(),
  site({ answers: storing({ 'OPTIONS /open': preflight, 'GET /open': landed({ ...html, ...SHARED }, '<!doctype html>Thank you'), 'GET /closed': landed(html, '<!doctype html>Thank you') }) }),
]);
let url;
/** The relay's way to the service: forms are those of the storage here. */
const send = async (...request) => {
  const answer = await fetch(...request);
  const text = await answer.text();
  const at = answered.at ?? url;
  return new Response(text === '' ? null : text.replaceAll('\\/', '/').replaceAll(STORAGE, `${at}/storage`), { status: answer.status, headers: answer.headers });
};
url = await site({ answers: storing({ 'GET /landed': landed(html, '<!doctype html>Sorry') }), allow: { to: ['html'] }, send });

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

const XML = '<?xml version="1.0" encoding="UTF-8"?><PostResponse><Bucket>tasks</Bucket><Key>a</Key><ETag>"00ff"</ETag></PostResponse>';
const STORED = {
  'with 201 and XML': { status: 201, text: XML, location: '/tasks/a' },
  'with 201 and XML by another origin': { status: 201, text: XML, location: '/tasks/a', at: other },
  'with 204': { status: 204 },
  'with 204 by another origin': { status: 204, at: other },
  'by a redirect to a page of the service': { status: 303, location: '/landed?status=201' },
  'by a redirect to another origin': { status: 303, location: `${other}/open?status=201` },
  'by a redirect to another origin that does not let the page look': { status: 303, location: `${other}/closed` },
};
const REFUSED = 'status=400&message=no+files%20to+process';
const NOT_STORED = {
  'by a redirect to a page of the service': { location: `/landed?${REFUSED}` },
  'by a redirect to another origin': { location: `${other}/open?${REFUSED}` },
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
  for (const [how, answer] of Object.entries(NOT_STORED)) {
    test(`${way}: an upload that is refused ${how} fails as that says`, async (t) => {
      answered = { ...answer, status: 303, stores: false };
      seen.length = 0;
      const { code, status, message } = await converted(t, way);
      assert.deepEqual({ code, status }, { code: 'bad_request', status: 400 });
      assert.match(message, /^no files to process/);
      assert.equal(seen.length, 1);
    });
  }
}
