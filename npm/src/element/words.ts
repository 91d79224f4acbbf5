import { words as english } from './words/en.js';

/** Everything that the element says; `{…}` is filled in. */
export type Words = { [word in keyof typeof english]: string };

/** Each is loaded when it is first used. */
const OTHERS: Record<string, () => Promise<{ words: Words }>> = {
  de: () => import('./words/de.js'),
  es: () => import('./words/es.js'),
  fr: () => import('./words/fr.js'),
};

/** The words of a language, such as `de-AT`; English where there are no others, or where they cannot be loaded. */
export async function wordsOf(language: string): Promise<Words> {
  const load = OTHERS[language.split('-')[0]!.toLowerCase()];
  return load ? load().then(({ words }) => words, () => english) : english;
}

/** Words, numbers, sizes and times of one language. */
export class Speech {
  constructor(
    readonly language: string,
    readonly words: Words,
  ) {}

  say(word: keyof Words, filled: Record<string, string | number> = {}): string {
    return this.words[word].replace(/\{(\w+)\}/g, (_, name: string) => String(filled[name] ?? ''));
  }

  /** A size as people write it: `1.4 MB`; with `-per-second`, a speed. */
  size(bytes: number, per = ''): string {
    const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), 4);
    const unit = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'][power]! + per;
    return this.#measure(bytes / 1000 ** power, unit, power || per ? 'short' : 'long');
  }

  /** Milliseconds as people write them: `12 sec`. */
  time(milliseconds: number): string {
    const seconds = Math.ceil(milliseconds / 1000);
    return seconds < 100 ? this.#measure(seconds, 'second') : this.#measure(Math.ceil(seconds / 60), 'minute');
  }

  #measure(value: number, unit: string, unitDisplay: 'short' | 'long' = 'short'): string {
    return new Intl.NumberFormat(this.language, { style: 'unit', unit, unitDisplay, maximumFractionDigits: 1 }).format(value);
  }
}
