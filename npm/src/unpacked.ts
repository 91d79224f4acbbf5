import packed from '#packed';

/** The WebAssembly that is a part of this script, as it would come from a server. */
export async function unpacked(): Promise<Response> {
  const bytes = new Blob([Uint8Array.from(atob(packed), (character) => character.charCodeAt(0))]);
  const stream = bytes.stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream, { headers: { 'Content-Type': 'application/wasm' } });
}
