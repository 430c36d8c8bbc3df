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
  test(`the page asks for a key, keeps it nowhere, and signs out, in ${name}`, async () => {
    const { page, close } = await open(browser, `${service.base}/#/today`, { locale, mayFail: true });
    const field = () => page.getByLabel(words.key, { exact: false }).first();
    await page.getByRole('heading', { name: words.key_title }).waitFor();
    await accessible(page, `key ${name}`);
    await picture(page, `key-${name}`);
    await field().fill('sk_wrong');
    await field().press('Enter');
    await page.getByText(words.key_wrong).waitFor();
    await field().fill(service.keys[1]);
    await page.keyboard.press('Enter');
    await page.getByText(words.trouble_forbidden).waitFor();
    await page.getByRole('button', { name: words.sign_out }).click();
    await field().fill(service.keys[0]);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByText(words.no_promises).waitFor();
    await page.reload();
    await page.getByText(words.no_promises).waitFor();
    // No script finds what lets the page in.
    const found = await page.evaluate(() => JSON.stringify([document.cookie, { ...sessionStorage }, { ...localStorage }]));
    assert.doesNotMatch(found, /s[ks]_[0-9a-f]{8}/);
    const [cookie] = (await page.context().cookies()).filter((one) => one.name === 'scheduler_session');
    assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, 'Strict', '/']);
    await page.getByRole('button', { name: words.sign_out }).click();
    await page.getByRole('heading', { name: words.key_title }).waitFor();
    const asked = await page.context().request.get(`${service.base}/v1/sites`, { headers: { Cookie: `${cookie.name}=${cookie.value}` } });
    assert.equal(asked.status(), 401);
    await close();
  });

  test(`a session that ends takes nothing that was typed with it, in ${name}`, async () => {
    const { page, close } = await open(browser, `${service.base}/#/scenario`, { locale, mayFail: true });
    const field = () => page.getByLabel(words.key, { exact: false }).first();
    await field().fill(service.keys[0]);
    await field().press('Enter');
    const cell = page.locator('.sheet-of [data-at="/sites/0/name"]');
    await cell.waitFor();
    // It ends while somebody edits.
    const ended = await page.evaluate(async () => {
      const { csrf_token } = await (await fetch('/v1/sessions/current')).json();
      return (await fetch('/v1/sessions/current', { method: 'DELETE', headers: { 'X-CSRF-Token': csrf_token } })).status;
    });
    assert.equal(ended, 204);
    await cell.fill(`Halle ${name}`);
    await cell.press('Enter');
    await page.getByRole('dialog').getByRole('heading', { name: words.session_ended }).waitFor();
    await accessible(page, `ended ${name}`);
    await picture(page, `ended-${name}`);
    await page.keyboard.press('Escape');
    assert.equal(await cell.inputValue(), `Halle ${name}`);
    await field().fill(service.keys[0]);
    await field().press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await cell.inputValue(), `Halle ${name}`);
    // What could not be sent is sent now.
    await page.waitForURL(/draft=/);
    const id = /draft=([^&]+)/.exec(page.url())[1];
    const kept = await service.ask('GET', `/v1/drafts/${id}`, undefined, { Authorization: `Bearer ${service.keys[0]}` });
    assert.equal(kept.data.scenario.sites[0].name, `Halle ${name}`);
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
