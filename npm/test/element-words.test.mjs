// What the element says: every language has all of it, fills in the same, and is right about one as about many.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const FOLDER = new URL('../src/element/words/', import.meta.url);
const read = (name) => Object.fromEntries([...readFileSync(new URL(name, FOLDER), 'utf8').matchAll(/^ {2}(\w+): '(.+)',$/gm)].map(([, word, text]) => [word, text]));
const tables = Object.fromEntries(readdirSync(FOLDER).map((name) => [name.replace('.ts', ''), read(name)]));
const gaps = (text) => (text.match(/\{\w+\}/g) ?? []).sort();

test('there are four languages', () => assert.deepEqual(Object.keys(tables).sort(), ['de', 'en', 'es', 'fr']));

for (const [language, words] of Object.entries(tables)) {
  test(language, () => {
    assert.ok(Object.keys(words).length > 40);
    assert.deepEqual(Object.keys(words), Object.keys(tables.en));
    for (const [word, text] of Object.entries(words)) {
      assert.deepEqual(gaps(text), gaps(tables.en[word]), word);
      // What is counted stands beside no number: `1 files` would be wrong, and languages have more forms than two.
      assert.doesNotMatch(text, /\{number\}\s+(files|Dateien|fichiers|archivos)/, word);
    }
  });
}

test('French has no-break spaces inside its quotation marks and before its colons', () => {
  for (const text of Object.values(tables.fr)) assert.doesNotMatch(text, /« | »| :/);
});
