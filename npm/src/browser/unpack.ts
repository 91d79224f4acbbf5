/** Text of base64 that holds a gzip, unpacked, as it would come from a server. */
export function unpack(packed: string): Response {
  const text = atob(packed);
  // An iterator over the text would take several times as long as everything else here.
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream, { headers: { 'Content-Type': 'application/wasm' } });
}
