// Single sign-on with a provider that others wrote, in a real browser.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import Provider from 'oidc-provider';
import { de } from '../page/words-de.js';
import { en } from '../page/words-en.js';
import { accessible, browse, open, picture, serve } from './support.js';

const SECRET = 'not a secret: for this test/only+';
const GROUPS = { ada: ['planners', 'all'], bob: ['all'] };

/** A port that nobody listens on. */
const freePort = () => new Promise((done) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

let service;
let browser;
let provider;
let folder;
before(async () => {
  const [port, own] = [await freePort(), await freePort()];
  // Another site than the service is, as for browsers localhost and 127.0.0.1 are two.
  const issuer = `http://localhost:${own}`;
  provider = new Provider(issuer, {
    clients: [{ client_id: 'scheduler', client_secret: SECRET, redirect_uris: [`http://127.0.0.1:${port}/sign-in/callback`] }],
    claims: { openid: ['sub'], profile: ['groups'] },
    // Each account is there, with any password.
    findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id, groups: GROUPS[id] ?? [] }) }),
  }).listen(own);
  folder = mkdtempSync(join(tmpdir(), 'scheduler-sign-in-'));
  const file = join(folder, 'secret');
  writeFileSync(file, `${SECRET}\n`);
  browser = await browse();
  service = await serve({
    port,
    more: ['--public-url', `http://127.0.0.1:${port}`, '--oidc-issuer', issuer, '--oidc-client-id', 'scheduler', '--oidc-client-secret-file', file,
      '--oidc-groups', 'planners=planning:write,planners=slots:read,planners=appointments:write'],
  });
});
after(async () => {
  await browser?.close();
  await service?.end();
  provider?.close();
  rmSync(folder, { recursive: true });
});

/** Goes to the provider and comes back as somebody. */
async function signIn(page, words, name) {
  await page.getByRole('link', { name: words.sso }).click();
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

for (const [name, locale, words] of [['en', 'en-GB', en], ['de', 'de-DE', de]]) {
  test(`who is in a group signs in and out, in ${name}`, async () => {
    const { page, close } = await open(browser, `${service.base}/#/today`, { locale, mayFail: true });
    const asked = [];
    page.on('request', (request) => request.url().includes('/sign-in/callback') && asked.push(request.url()));
    await page.getByRole('link', { name: words.sso }).waitFor();
    await accessible(page, `sign in ${name}`);
    await picture(page, `sign-in-${name}`);
    await signIn(page, words, 'ada');
    await page.getByRole('button', { name: words.sign_out }).waitFor();
    const current = await page.evaluate(async () => (await fetch('/v1/sessions/current')).json());
    assert.equal(current.client, 'sso:ada');
    assert.deepEqual(current.scopes, ['slots:read', 'appointments:book', 'appointments:write', 'studies:run', 'planning:read', 'planning:write']);
    const cookies = (await page.context().cookies(service.base)).filter((one) => one.name.startsWith('scheduler_'));
    assert.deepEqual(cookies.map((one) => [one.name, one.httpOnly, one.sameSite]), [['scheduler_session', true, 'Strict']]);

    // The way back is good once: neither the page nor a program gets in by it again.
    const [url] = asked;
    await page.getByRole('button', { name: words.sign_out }).click();
    await page.getByRole('link', { name: words.sso }).waitFor();
    await page.goto(url);
    await page.getByText(words.sso_failed).waitFor();
    const bare = await fetch(url, { redirect: 'manual' });
    assert.equal(bare.status, 303);
    assert.equal(bare.headers.get('location'), '/?sign_in=failed');
    await close();
  });

  test(`who is in no group is told so, in ${name}`, async () => {
    const { page, close } = await open(browser, `${service.base}/#/today`, { locale, mayFail: true });
    await signIn(page, words, 'bob');
    await page.getByText(words.sso_groups).waitFor();
    assert.equal(await page.evaluate(async () => (await fetch('/v1/sites')).status), 401);
    await close();
  });
}
