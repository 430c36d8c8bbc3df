// A real service on a free port with a database of its own, and a real browser.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import assert from 'node:assert/strict';
import AxeBuilder from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import { TOWN, ZONE } from './town.js';

const BINARY = resolve(process.env.SCHEDULER ?? '../../target/debug/scheduler');
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** Where pictures of the screens go, where somebody wants to look at them. */
const PICTURES = process.env.PICTURES;

/** Ends with the tests, whatever becomes of them. */
function started(child) {
  process.on('exit', () => child.kill());
  return child;
}

/**
 * A service, `base` its address. With `keys` it asks for them.
 * @param {{ scenario?: object, keys?: string[][], more?: string[], port?: number }} [options]
 */
export async function serve({ scenario = TOWN, keys = [], more = [], port: wanted = 0 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'scheduler-ui-'));
  const file = join(folder, 'town.json');
  const database = join(folder, 'town.db');
  writeFileSync(file, JSON.stringify(scenario));
  const made = keys.map((arguments_) => {
    const { stdout, stderr, status } = spawnSync(BINARY, ['keys', 'add', ...arguments_], { encoding: 'utf8', env: { ...process.env, DATABASE_URL: database } });
    assert.equal(status, 0, stderr);
    return /sk_[0-9a-f]{64}/.exec(stdout + stderr)[0];
  });
  const start = async (port) => {
    const child = started(spawn(BINARY, ['serve', file, '--listen', `127.0.0.1:${port}`, '--database', database,
      '--horizon-days', '14', '--plan-seconds', '1', '--seating-at', 'off', '--log', 'warn', ...more], { stdio: ['ignore', 'pipe', 'inherit'] }));
    let text = '';
    const address = await new Promise((done, failed) => {
      child.stdout.on('data', (data) => {
        text += data;
        const [, found] = /(http:\/\/127\.0\.0\.1:\d+)/.exec(text) ?? [];
        if (found) done(found);
      });
      child.on('exit', (code) => failed(new Error(`the service ended with ${code}: ${text}`)));
    });
    return { child, address };
  };
  let { child, address } = await start(wanted);
  const stop = () => new Promise((done) => {
    child.removeAllListeners('exit');
    child.on('exit', done);
    child.kill('SIGTERM');
  });
  return {
    base: address, keys: made, stop,
    /** Starts it again at the same address. */
    async again() {
      ({ child } = await start(new URL(address).port));
    },
    async end() {
      await stop();
      rmSync(folder, { recursive: true });
    },
    /** Asks, as a program does. */
    async ask(method, path, body, headers = {}) {
      const response = await fetch(address + path, {
        method, headers: { 'Content-Type': 'application/json', ...headers }, body: body && JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, etag: response.headers.get('etag'), headers: response.headers, data: text && JSON.parse(text) };
    },
    /** Books the first times of a date, and gives the appointments. */
    async book(date, service, count, sites = ['hall'], persons = 1) {
      const basket = [{ service, persons }];
      const booked = [];
      for (let i = 0; i < count; i++) {
        const found = await this.ask('POST', '/v1/slots/search', { basket, sites, window: { from: date, until: date }, limit: 40 });
        const slot = found.data.slots[(i * 7) % found.data.slots.length];
        const hold = await this.ask('POST', '/v1/holds', { site: slot.site, start: slot.start, basket }, { 'Idempotency-Key': `h${date}${service}${i}${Math.random()}` });
        assert.equal(hold.status, 201, JSON.stringify(hold.data));
        const done = await this.ask('POST', '/v1/appointments', { hold_id: hold.data.id, reference: `T-${service}-${i + 1}` }, { 'Idempotency-Key': `c${hold.data.id}` });
        assert.equal(done.status, 201, JSON.stringify(done.data));
        booked.push(done.data);
      }
      return booked;
    },
  };
}

/** @returns {Promise<import('playwright-core').Browser>} */
export const browse = () => chromium.launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/**
 * A window in a language. What the console has to complain of, and requests to anywhere else, fail the
 * test at `close`.
 */
export async function open(browser, url, { locale = 'en-GB', colorScheme = 'light', viewport = { width: 1360, height: 850 }, mayFail = false } = {}) {
  const context = await browser.newContext({ locale, colorScheme, viewport, timezoneId: ZONE, acceptDownloads: true });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== new URL(url).origin) complaints.push(`asked ${request.url()}`);
  });
  await page.goto(url);
  return {
    page,
    async close() {
      await context.close();
      if (!mayFail) assert.deepEqual(complaints, []);
    },
  };
}

/** Exchanges a key for a session, as the page does. */
export const signIn = (page, key) => page.evaluate((given) => fetch('/v1/sessions', { method: 'POST', headers: { Authorization: `Bearer ${given}` } }), key);

/** No violation that axe knows of. */
export async function accessible(page, about) {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
  const found = violations.map((one) => `${about}: ${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.failureSummary?.split('\n')[1] ?? ''}`).join(' | ')}`);
  assert.deepEqual(found, []);
}

/** Keeps a picture, where pictures are wanted. */
export async function picture(page, name) {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}
