// Whether a request is the one that a vector expects.
import assert from 'node:assert/strict';

const KNOWN = ['call', 'key', 'headers', 'json', 'file', 'files'];

/** `contents` are those of the vector's files, as texts. */
export async function check({ method, url, headers, body }, expect, key, contents) {
  const unknown = Object.keys(expect).filter((name) => !KNOWN.includes(name));
  assert.deepEqual(unknown, [], 'this replay knows all that is expected');
  const call = `${method} ${url}`;
  assert.equal(call, expect.call);
  assert.equal(headers.authorization, expect.key ? `Bearer ${key}` : undefined, `the key of ${call}`);
  if (key) {
    const { authorization, ...others } = headers;
    assert.ok(!`${url}${JSON.stringify(others)}${body}`.includes(key), `the key in ${call}`);
  }
  for (const [name, value] of Object.entries(expect.headers ?? {})) assert.equal(headers[name], value, `${name} of ${call}`);

  const names = expect.files ?? (expect.file === undefined ? undefined : [expect.file]);
  if (expect.json !== undefined) {
    assert.match(headers['content-type'], /^application\/json/);
    assert.deepEqual(JSON.parse(body), expect.json, call);
  } else if (names === undefined) {
    assert.equal(body.length, 0, `a body in ${call}`);
  } else {
    assert.equal(headers['content-length'], body.length, 'the length is announced');
    if (method === 'PUT') assert.equal(String(body), contents[0], call);
    else assert.deepEqual(await parts(headers['content-type'], body), names.map((name, at) => ({ field: 'file', name, content: contents[at] })));
  }
}

/** The files of a form, read by another implementation than the one that wrote them; names as they stand on the wire. */
async function parts(contentType, body) {
  const form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
  const read = [...form].map(async ([field, file]) => ({ field, name: file.name.replaceAll('"', '%22'), content: await file.text() }));
  return Promise.all(read);
}
