import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { de } from '../page/words-de.js';
import { en } from '../page/words-en.js';
import { accessible, browse, open, picture, serve } from './support.js';

let service;
let browser;
before(async () => {
  browser = await browse();
  service = await serve({ keys: [['planner', '--scopes', 'planning:write,slots:read,appointments:write'], ['looker', '--scopes', 'slots:read']] });
});
after(async () => {
  await browser?.close();
  await service?.end();
});

test('browsers find the page at /, programs nothing as ever', async () => {
  const html = await fetch(`${service.base}/`, { headers: { Accept: 'text/html,*/*;q=0.8' } });
  assert.equal(html.status, 200);
  assert.match(html.headers.get('content-type'), /^text\/html/);
  const policy = html.headers.get('content-security-policy');
  for (const part of ["default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'", "frame-ancestors 'none'"]) assert.ok(policy.includes(part), part);
  const json = await fetch(`${service.base}/`, { headers: { Accept: 'application/json' } });
  assert.equal(json.status, 404);
  assert.equal((await json.json()).code, 'not-found');
  assert.equal((await fetch(`${service.base}/ui/nothing.js`)).status, 404);
  assert.equal((await fetch(`${service.base}/ui/..%2f..%2fCargo.toml`)).status, 404);
});

test('what a browser has already is not sent again', async () => {
  const first = await fetch(`${service.base}/ui/app.js`);
  assert.match(first.headers.get('content-type'), /javascript/);
  const again = await fetch(`${service.base}/ui/app.js`, { headers: { 'If-None-Match': first.headers.get('etag') } });
  assert.equal(again.status, 304);
});

for (const [name, locale, words] of [['en', 'en-GB', en], ['de', 'de-DE', de]]) {
  test(`the page asks for a key and forgets it, in ${name}`, async () => {
    const { page, close } = await open(browser, `${service.base}/#/today`, { locale, mayFail: true });
    await page.getByRole('heading', { name: words.key_title }).waitFor();
    await accessible(page, `key ${name}`);
    await picture(page, `key-${name}`);
    const field = page.getByLabel(words.key, { exact: false }).first();
    await field.fill('sk_wrong');
    await field.press('Enter');
    await page.getByText(words.key_wrong).waitFor();
    await page.getByLabel(words.key, { exact: false }).first().fill(service.keys[1]);
    await page.keyboard.press('Enter');
    await page.getByText(words.trouble_forbidden).waitFor();
    await page.getByRole('button', { name: words.key_forget }).click();
    await page.getByLabel(words.key, { exact: false }).first().fill(service.keys[0]);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByText(words.no_promises).waitFor();
    await page.reload();
    await page.getByText(words.no_promises).waitFor();
    await page.getByRole('button', { name: words.key_forget }).click();
    await page.getByRole('heading', { name: words.key_title }).waitFor();
    await close();
  });
}

test('the language changes where it is chosen, and stays', async () => {
  const open_ = await serve();
  const { page, close } = await open(browser, `${open_.base}/#/plan`);
  await page.getByRole('button', { name: 'Deutsch' }).click();
  await page.getByRole('link', { name: de.variants }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
  await page.reload();
  await page.getByRole('link', { name: de.variants }).waitFor();
  await close();
  await open_.end();
});
