// Whether a request is the one that a vector expects.
import assert from 'node:assert/strict';

const KNOWN = ['call', 'key', 'headers', 'json', 'file', 'files', 'fields', 'saved'];
/** What stands in scripts for the mark that a client gives the names of its tasks. */
export const MARK = 'ck0000000000000000';

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
    assert.deepEqual(JSON.parse(String(body).replaceAll(markOf(body) ?? MARK, MARK)), expect.json, call);
  } else if (names === undefined) {
    assert.equal(body.length, 0, `a body in ${call}`);
  } else {
    assert.equal(headers['content-length'], body.length, 'the length is announced');
    if (method === 'PUT') assert.equal(String(body), contents[0], call);
    else assertForm(await parts(headers['content-type'], body), expect.fields ?? [], names, contents);
  }
}

/** The mark in the names of a request's tasks, if there is one. */
export const markOf = (body) => /-(ck[0-9a-z]{16})/.exec(String(body))?.[1];

/** The fields in their order, then the files. A form for each file has one of the contents. */
function assertForm(parts, fields, names, contents) {
  const files = parts.slice(fields.length);
  assert.deepEqual(parts.slice(0, fields.length), fields.map(([field, text]) => ({ field, text })));
  assert.deepEqual(files.map(({ field, name }) => [field, name]), names.map((name) => ['file', name]));
  if (names.length === 1) assert.ok(contents.includes(files[0].content), files[0].content);
  else assert.deepEqual(files.map(({ content }) => content), contents);
}

/** The fields and files of a form, read by another implementation than the one that wrote them; names as they stand on the wire. */
async function parts(contentType, body) {
  const form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
  const read = [...form].map(async ([field, file]) =>
    typeof file === 'string' ? { field, text: file } : { field, name: file.name.replaceAll('"', '%22'), content: await file.text() },
  );
  return Promise.all(read);
}
