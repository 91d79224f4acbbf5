import packed from '#packed';
import { unpack } from '#unpack';

/** The WebAssembly out of this script. */
export const unpacked = (): Response | BufferSource => unpack(packed);
