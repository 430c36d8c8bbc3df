import assert from 'node:assert/strict';
import { get } from 'node:http';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { serve } from './support.js';

let service;
before(async () => (service = await serve()));
after(() => service?.end());

/** A script as the service sends it to a browser: compressed bytes, and the text. */
const sent = (path) => new Promise((done, failed) => {
  get(new URL(path, service.base), { headers: { 'Accept-Encoding': 'gzip' } }, (response) => {
    const parts = [];
    response.on('data', (part) => parts.push(part));
    response.on('end', () => {
      const bytes = Buffer.concat(parts);
      if (response.statusCode !== 200) return failed(new Error(`${path}: ${response.statusCode}`));
      const packed = response.headers['content-encoding'] === 'gzip';
      done({ size: bytes.length, text: (packed ? gunzipSync(bytes) : bytes).toString() });
    });
  }).on('error', failed);
});

/**
 * Kilobytes of all that entries import, as they are sent. Of the languages one is loaded; German is the
 * longer.
 */
async function weight(...entries) {
  const seen = new Map();
  const read = async (path) => {
    if (seen.has(path)) return;
    seen.set(path, 0);
    const { size, text } = await sent(path);
    seen.set(path, size);
    for (const [, found] of text.matchAll(/\b(?:from\s*|import\()["'](\.[^"']+)["']/g)) {
      // Screens are loaded when they are looked at, and what makes a calendar file when one is wanted.
      if (!/words-en\.js$|\/screen\.js$|\/calendar\.js$/.test(found)) await read(new URL(found, new URL(path, service.base)).pathname);
    }
  };
  for (const entry of entries) await read(`/ui/${entry}`);
  assert.ok(seen.size > 5, 'imports are found');
  return [...seen.values()].reduce((sum, size) => sum + size, 0) / 1024;
}

for (const [most, ...entries] of /** @type {[number, ...string[]][]} */ ([
  [60, 'app.js', 'plan/screen.js'], [60, 'app.js', 'today/screen.js'], [60, 'app.js', 'variants/screen.js'], [60, 'app.js', 'scenario/screen.js'], [20, 'book/book.js'],
])) {
  test(`${entries.join(' with ')} and all that it imports is at most ${most} KB`, async (context) => {
    const size = await weight(...entries);
    context.diagnostic(`${entries.join(' with ')}: ${size.toFixed(1)} KB compressed`);
    assert.ok(size <= most, `${size.toFixed(1)} KB`);
  });
}
