/** Text of base64 that holds a gzip, unpacked, as it would come from a server. */
export function unpack(packed: string): Response {
  const bytes = new Blob([Uint8Array.from(atob(packed), (character) => character.charCodeAt(0))]);
  const stream = bytes.stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream, { headers: { 'Content-Type': 'application/wasm' } });
}
