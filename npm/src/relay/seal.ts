const ENCODER = new TextEncoder();
/** How many bytes AES-GCM wants beside its key. */
const NONCE = 12;

/** Tells whose a conversion is, without anything to remember. */
export class Seal {
  readonly #key: Promise<CryptoKey>;
  /** Made when it is first needed: version 2 closes nothing. */
  #cipherKey: Promise<CryptoKey> | undefined;

  constructor(secret: string) {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const bytes = ENCODER.encode(`cloudconvert-kit relay ${secret}`);
    this.#key = crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign']);
  }

  /** The mark of a person: 32 letters and digits. */
  async mark(who: string): Promise<string> {
    const signature = await this.#sign(JSON.stringify([who, '']));
    return [...new Uint8Array(signature, 0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  /** A text that nobody can read, for this person to hand in again. The same text is closed in the same way each time. */
  async close(who: string, text: string): Promise<string> {
    const nonce = new Uint8Array(await this.#sign(JSON.stringify([who, text])), 0, NONCE);
    const closed = await crypto.subtle.encrypt(how(nonce, who), await this.#cipher(), ENCODER.encode(text));
    const bytes = String.fromCharCode(...nonce, ...new Uint8Array(closed));
    return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  }

  /** The text that was closed for this person, if it was. */
  async open(who: string, closed: string): Promise<string | undefined> {
    try {
      const bytes = Uint8Array.from(atob(closed.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
      const text = await crypto.subtle.decrypt(how(bytes.slice(0, NONCE), who), await this.#cipher(), bytes.slice(NONCE));
      return new TextDecoder().decode(text);
    } catch {
      return undefined;
    }
  }

  #cipher(): Promise<CryptoKey> {
    const made = (bytes: ArrayBuffer) => crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
    return (this.#cipherKey ??= this.#sign('cipher').then(made));
  }

  async #sign(text: string): Promise<ArrayBuffer> {
    return crypto.subtle.sign('HMAC', await this.#key, ENCODER.encode(text));
  }
}

/** AES-GCM for one person. The nonce is made of the text, so it serves no second one. */
const how = (iv: Uint8Array<ArrayBuffer>, who: string) => ({ name: 'AES-GCM', iv, additionalData: ENCODER.encode(who) });
