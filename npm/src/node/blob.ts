/** The chunks of a Blob, also of one that a test with a simulated page has: jsdom's can be read by its FileReader alone. */
export async function* chunks(blob: Blob): AsyncGenerator<Uint8Array> {
  if (typeof blob.stream === 'function') yield* blob.stream() as unknown as AsyncIterable<Uint8Array>;
  else yield new Uint8Array(await whole(blob));
}

function whole(blob: Blob): Promise<ArrayBuffer> {
  const reader = new FileReader();
  return new Promise((resolve, reject) => {
    reader.onload = () => resolve(reader.result as ArrayBuffer);
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(blob);
  });
}
