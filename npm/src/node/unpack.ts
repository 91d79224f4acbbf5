import { gunzipSync } from 'node:zlib';

/** Text of base64 that holds a gzip, unpacked. */
export const unpack = (packed: string): BufferSource => new Uint8Array(gunzipSync(Buffer.from(packed, 'base64')));
