// The demo is as small as the README says, so that people read it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const FOLDER = new URL('../examples/demo/', import.meta.url);

test('page and server together have fewer than 150 lines, and none is longer than people read', () => {
  const texts = readdirSync(FOLDER).filter((name) => !name.endsWith('.png'));
  const lines = texts.flatMap((name) => readFileSync(new URL(name, FOLDER), 'utf8').trimEnd().split('\n'));
  assert.ok(texts.includes('server.mjs') && texts.includes('index.html'));
  assert.ok(lines.length < 150, `${lines.length} lines`);
  assert.deepEqual(lines.filter((line) => line.length > 180), []);
});
