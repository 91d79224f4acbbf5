// The tables of the README about the element, against the element: each name in both, and none in one alone.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { CloudConvertUpload } from 'cloudconvert-kit/element';

const FOLDER = new URL('../src/element/', import.meta.url);
const read = (name) => readFileSync(new URL(name, FOLDER), 'utf8');
const scripts = readdirSync(FOLDER).filter((name) => name.endsWith('.ts')).map(read).join('\n');
/** What a pattern finds, each once. */
const found = (text, pattern) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))];
const names = (text) => found(text, /'(\w+)'/g);

const [section] = readFileSync(new URL('../README.md', import.meta.url), 'utf8').split('\n## An element for pages\n')[1].split('\n## ');
/** The names in the first column of the table with this head. */
function told(head) {
  const table = section.split(`\n| ${head} |`)[1]?.split('\n\n')[0].split('\n').slice(2) ?? [];
  return table.flatMap((row) => found(row.split(' | ')[0], /`([^`]+)`/g));
}

const face = Object.entries(Object.getOwnPropertyDescriptors(CloudConvertUpload.prototype));
const [properties] = read('attributes.ts').split('export interface Properties {')[1].split('\n}');
const [buttons] = read('row.ts').split('const BUTTONS = [')[1].split(']');

const TABLES = {
  attribute: CloudConvertUpload.observedAttributes,
  'property alone': [...found(properties, /^ {2}(\w+): /gm), ...face.filter(([, { get }]) => get).map(([name]) => name)],
  method: face.filter(([name, { value }]) => value && !/^constructor$|Callback$/.test(name)).map(([name]) => name),
  'event, which bubbles': [...found(read('events.ts'), /^ {2}(\w+): CustomEvent/gm), ...found(scripts, /new Event\('(\w+)'/g)],
  'custom property': found(read('style.css'), /var\((--cloudconvert-[\w-]+)/g),
  part: ['button', ...found(scripts, /part: '(\w+)'/g), ...found(scripts, /(?:button|#link)\('(\w+)'/g), ...names(buttons)],
};

for (const [head, own] of Object.entries(TABLES)) {
  test(`README: ${head}`, () => {
    assert.ok(own.length > 1, 'the element has some');
    assert.deepEqual(told(head).sort(), [...new Set(own)].sort());
  });
}
