import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const PAGE = join(dirname(fileURLToPath(import.meta.url)), '../page');

/**
 * Kilobytes of all that an entry imports, compressed one by one as the service does. Of the languages
 * one is loaded; German is the longer.
 */
function weight(entry) {
  const seen = new Map();
  const read = (file) => {
    if (seen.has(file)) return;
    const text = readFileSync(file, 'utf8');
    seen.set(file, gzipSync(text).length);
    for (const [, path] of text.matchAll(/\b(?:from\s*|import\()["'](\.[^"']+)["']/g)) {
      if (!path.endsWith('words-en.js')) read(join(dirname(file), path));
    }
  };
  read(join(PAGE, entry));
  assert.ok(seen.size > 5, 'imports are found');
  return [...seen.values()].reduce((sum, size) => sum + size, 0) / 1024;
}

for (const [entry, most] of /** @type {const} */ ([['app.js', 60], ['book/book.js', 20]])) {
  test(`${entry} and all that it imports is at most ${most} KB`, (context) => {
    const size = weight(entry);
    context.diagnostic(`${entry}: ${size.toFixed(1)} KB compressed`);
    assert.ok(size <= most, `${size.toFixed(1)} KB`);
  });
}
