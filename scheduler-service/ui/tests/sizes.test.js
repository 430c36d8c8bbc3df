import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const PAGE = join(dirname(fileURLToPath(import.meta.url)), '../page');

/**
 * Kilobytes of all that entries import, compressed one by one as the service does. Of the languages one
 * is loaded; German is the longer.
 */
function weight(...entries) {
  const seen = new Map();
  const read = (file) => {
    if (seen.has(file)) return;
    const text = readFileSync(file, 'utf8');
    seen.set(file, gzipSync(text).length);
    for (const [, path] of text.matchAll(/\b(?:from\s*|import\()["'](\.[^"']+)["']/g)) {
      // Screens are loaded when they are looked at.
      if (!path.endsWith('words-en.js') && !path.endsWith('/screen.js')) read(join(dirname(file), path));
    }
  };
  entries.forEach((entry) => read(join(PAGE, entry)));
  assert.ok(seen.size > 5, 'imports are found');
  return [...seen.values()].reduce((sum, size) => sum + size, 0) / 1024;
}

for (const [most, ...entries] of /** @type {[number, ...string[]][]} */ ([
  [60, 'app.js', 'plan/screen.js'], [60, 'app.js', 'today/screen.js'], [60, 'app.js', 'variants/screen.js'], [60, 'app.js', 'scenario/screen.js'], [20, 'book/book.js'],
])) {
  test(`${entries.join(' with ')} and all that it imports is at most ${most} KB`, (context) => {
    const size = weight(...entries);
    context.diagnostic(`${entries.join(' with ')}: ${size.toFixed(1)} KB compressed`);
    assert.ok(size <= most, `${size.toFixed(1)} KB`);
  });
}
