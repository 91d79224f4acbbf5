// As much of the service as the measurements need, and the pages they run in. A process of its own, so that what it costs
// is not taken for the browser's. It tells its address, and its parent when the first byte of each upload has come.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';

const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
const FOLDERS = { '/kit/': new URL('../dist/', import.meta.url), '/axios/': new URL('node_modules/axios/dist/esm/', import.meta.url) };
const PAGE = '<!doctype html><meta charset="utf-8"><title>Bench</title><link rel="icon" href="data:,"><input type="file">';
const CHUNK = Buffer.alloc(1 << 20, 'x');

const packed = new Map();

/** A file of the package or of its peer, as a web server has them ready. */
function file(pathname) {
  const folder = Object.keys(FOLDERS).find((name) => pathname.startsWith(name));
  if (!packed.has(pathname)) packed.set(pathname, gzipSync(readFileSync(new URL(pathname.slice(folder.length), FOLDERS[folder])), { level: 9 }));
  return packed.get(pathname);
}

/** Writes so many bytes as fast as they are taken. */
function fill(response, left) {
  while (left > 0) {
    const chunk = left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK;
    left -= chunk.length;
    if (!response.write(chunk)) return response.once('drain', () => fill(response, left));
  }
  return response.end();
}

function download(request, response, size) {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const first = Number(range?.[1] ?? 0);
  const last = Math.min(Number(range?.[2] || size), size - 1);
  const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': last + 1 - first, 'Accept-Ranges': 'bytes', ETag: '"1"' };
  if (range) headers['Content-Range'] = `bytes ${first}-${last}/${size}`;
  response.writeHead(range ? 206 : 200, headers);
  fill(response, last + 1 - first);
}

const server = http.createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  const [, call, size] = pathname.split('/');
  const json = (value) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
  if (pathname === '/') return response.writeHead(200, { 'Content-Type': 'text/html' }).end(PAGE);
  if (call === 'upload' || call === 'form') {
    process.send?.(performance.timeOrigin + performance.now());
    // A form of version 2 leads to a storage, which says nothing more.
    return request.on('data', () => {}).on('end', () => (call === 'form' ? response.writeHead(204).end() : json({ message: 'File saved.' })));
  }
  if (call === 'process' && request.method === 'DELETE') return json({ message: 'deleted' });
  if (call === 'process') return json({ id: 'p1', step: 'finished', output: { url: `//${request.headers.host}/download/${size}`, filename: 'output.bin', size: Number(size) } });
  if (call === 'download') return download(request, response, Number(size));
  const content = file(pathname);
  response.writeHead(200, { 'Content-Type': TYPES[extname(pathname)], 'Content-Encoding': 'gzip', 'Content-Length': content.length, 'Cache-Control': 'no-store' });
  return response.end(content);
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
