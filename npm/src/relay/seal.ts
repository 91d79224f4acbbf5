const ENCODER = new TextEncoder();

/** Tells whose a conversion is, without anything to remember. */
export class Seal {
  readonly #key: Promise<CryptoKey>;

  constructor(secret: string) {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const bytes = ENCODER.encode(`cloudconvert-kit relay ${secret}`);
    this.#key = crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign']);
  }

  /** The mark of a person on something: 32 letters and digits. */
  async mark(who: string, what = ''): Promise<string> {
    const signature = await crypto.subtle.sign('HMAC', await this.#key, ENCODER.encode(JSON.stringify([who, what])));
    return [...new Uint8Array(signature, 0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  /** Whether it is that, in constant time. */
  async isMark(mark: string, who: string, what = ''): Promise<boolean> {
    const right = await this.mark(who, what);
    let different = mark.length ^ right.length;
    for (let at = 0; at < right.length; at++) different |= mark.charCodeAt(at) ^ right.charCodeAt(at);
    return different === 0;
  }
}
