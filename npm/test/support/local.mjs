// Folders and servers of one test, gone after it.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Everything that an iterator gives. */
export async function all(each) {
  const list = [];
  for await (const entry of each) list.push(entry);
  return list;
}

export function folder(t) {
  const made = mkdtempSync(join(tmpdir(), 'cloudconvert-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Starts a server; gives its address. */
export async function listen(t, server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections?.();
    server.close();
  });
  return `127.0.0.1:${server.address().port}`;
}

/** An HTTP server of the test's own. */
export async function serve(t, answer) {
  return `http://${await listen(t, http.createServer(answer))}`;
}
