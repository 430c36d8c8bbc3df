import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { de } from '../page/book/words-de.js';
import { en } from '../page/book/words-en.js';
import { accessible, browse, open, picture, serve } from './support.js';
import { TODAY } from './town.js';

let service;
let browser;
before(async () => {
  browser = await browse();
  service = await serve({ more: ['--hold-seconds', '120'] });
});
after(async () => {
  await browser?.close();
  await service?.end();
});

const choose = async (page, words, what = 'Identity card', where = 'Town hall') => {
  await page.getByLabel(words.service).selectOption(what);
  await page.getByLabel(words.where).selectOption(where);
  await page.getByRole('button', { name: words.find }).click();
  await page.locator('.times button').first().waitFor();
};

for (const [name, locale, words] of [['en', 'en-GB', en], ['de', 'de-DE', de]]) {
  test(`somebody books, moves and cancels, in ${name}`, async () => {
    const { page, close } = await open(browser, `${service.base}/book`, { locale });
    await page.getByLabel(words.service).waitFor();
    await accessible(page, `what ${name}`);
    await page.getByLabel(words.service).selectOption('Identity card');
    await page.getByLabel(words.persons).fill('2');
    await page.getByText(words.minutes.replace('{n}', '25')).waitFor();
    await picture(page, `book-what-${name}`);
    await page.getByRole('button', { name: words.find }).press('Enter');
    await page.locator('.times button').first().waitFor();
    await accessible(page, `when ${name}`);
    await picture(page, `book-when-${name}`);

    await page.locator('.times button').nth(3).press('Enter');
    await page.getByRole('timer').waitFor();
    assert.match(await page.getByRole('timer').innerText(), /\b[12]:\d\d\b/);
    await accessible(page, `confirm ${name}`);
    await picture(page, `book-confirm-${name}`);
    await page.getByRole('button', { name: words.confirm, exact: true }).press('Enter');
    await page.getByText(words.done).waitFor();
    await accessible(page, `done ${name}`);
    await picture(page, `book-done-${name}`);
    const number = await page.locator('.number').innerText();
    assert.match(number, /^[A-Z2-9]{3}-[A-Z2-9]{3}$/);

    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: words.ics }).click()]);
    const text = readFileSync(await file.path(), 'utf8');
    assert.match(text, /^BEGIN:VCALENDAR\r\n/);
    assert.match(text, /DTSTART:\d{8}T\d{6}Z\r\n/);
    assert.ok(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75));

    // By the address of the appointment, in another window.
    const address = await page.locator('.address a').getAttribute('href');
    await close();
    const later = await open(browser, address, { locale });
    await later.page.getByText(number).waitFor();
    const before = await later.page.locator('.card').innerText();
    await accessible(later.page, `manage ${name}`);
    await later.page.getByRole('button', { name: words.other_time }).click();
    await later.page.locator('.times button').nth(9).click();
    await later.page.getByText(words.moved).waitFor();
    assert.notEqual(await later.page.locator('.card').innerText(), before);
    await later.page.getByRole('button', { name: words.manage }).click();
    await later.page.getByRole('button', { name: words.cancel }).click();
    await later.page.getByRole('button', { name: words.cancel_sure }).click();
    await later.page.getByText(words.cancelled).waitFor();
    await picture(later.page, `book-cancelled-${name}`);
    await later.close();
  });

  test(`a time that somebody else takes is told, with others near it, in ${name}`, async () => {
    const { page, close } = await open(browser, `${service.base}/book`, { locale, mayFail: true });
    await page.getByLabel(words.service).waitFor();
    await choose(page, words, 'Certification', 'Annex');
    const button = page.locator('.times button').nth(2);
    const time = (await button.innerText()).trim();
    // Whatever can be had at that time is taken by others meanwhile.
    const basket = [{ service: 'stamp', persons: 1 }];
    const { data } = await service.ask('POST', '/v1/slots/search', { basket, sites: ['annex'], window: { from: TODAY, until: TODAY }, limit: 1000 });
    const first = data.slots.find((slot) => slot.start.includes(`T${time}`));
    for (let i = 0; i < 5; i++) {
      await service.ask('POST', '/v1/holds', { site: 'annex', start: first.start, basket }, { 'Idempotency-Key': `rival-${name}-${i}` });
    }
    await button.click();
    await page.getByText(words.gone).waitFor();
    await accessible(page, `gone ${name}`);
    await picture(page, `book-gone-${name}`);
    const near = page.locator('.note .times button');
    assert.ok(await near.count() >= 1 && await near.count() <= 3);
    await near.first().click();
    await page.getByRole('timer').waitFor();
    await page.getByRole('button', { name: words.give_back }).click();
    await page.locator('.times button').first().waitFor();
    await close();
  });
}

test('a hold that runs out is told, and nothing is booked', async () => {
  const short = await serve({ more: ['--hold-seconds', '2'] });
  const { page, close } = await open(browser, `${short.base}/book`);
  await page.getByLabel(en.service).waitFor();
  await choose(page, en);
  await page.locator('.times button').first().click();
  await page.getByRole('timer').waitFor();
  await page.getByText(en.expired).waitFor();
  await page.locator('.times button').first().waitFor();
  await close();
  await short.end();
});

test('it asks for the link of the office where it has no key, and books with one', async () => {
  const keyed = await serve({ keys: [['web', '--scopes', 'slots:read,appointments:book']] });
  const without = await open(browser, `${keyed.base}/book`, { mayFail: true });
  await without.page.getByText(en.no_key).waitFor();
  await without.close();
  const { page, close } = await open(browser, `${keyed.base}/book#key=${keyed.keys[0]}`, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
  await page.getByLabel(en.service).waitFor();
  await choose(page, en);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await accessible(page, 'book dark on a phone');
  await picture(page, 'book-phone-dark');
  await page.locator('.times button').nth(4).click();
  await page.getByRole('button', { name: en.confirm, exact: true }).click();
  await page.getByText(en.done).waitFor();
  const address = await page.locator('.address a').getAttribute('href');
  await close();
  // Everybody may read the key; what was booked is reached by the secret in its address.
  assert.match(address, /secret=as_[0-9a-f]{32}/);
  const later = await open(browser, address);
  await later.page.getByRole('button', { name: en.cancel }).click();
  await later.page.getByRole('button', { name: en.cancel_sure }).click();
  await later.page.getByText(en.cancelled).waitFor();
  await later.close();
  await keyed.end();
});

test('a page of somebody else shows it with one script, and no third one can', async () => {
  const host = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(`<!doctype html><html lang="de"><title>Amt</title><h1>Amt</h1>
      <appointment-booking service="card" site="hall"></appointment-booking>
      <script src="${shown.base}/ui/embed.js"></script></html>`);
  });
  await new Promise((done) => host.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${host.address().port}`;
  const shown = await serve({ more: ['--cors', origin] });
  const context = await browser.newContext({ viewport: { width: 900, height: 700 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(origin);
  const frame = page.frameLocator('appointment-booking iframe');
  await frame.getByLabel(de.service).waitFor();
  assert.equal(await frame.getByLabel(de.service).inputValue(), 'card');
  assert.equal(await page.locator('appointment-booking iframe').getAttribute('title'), de.title);
  await frame.getByRole('button', { name: de.find }).click();
  await frame.locator('.times button').first().waitFor();
  // It is as high as what it shows.
  await page.waitForFunction(() => document.querySelector('appointment-booking').getBoundingClientRect().height > 700);
  await picture(page, 'book-embedded');
  await frame.locator('.times button').nth(5).click();
  await frame.getByRole('button', { name: de.confirm, exact: true }).click();
  await frame.getByText(de.done).waitFor();
  // In English, where the page says so.
  await page.locator('appointment-booking').evaluate((element) => element.setAttribute('lang', 'en'));
  await frame.getByText(en.title).waitFor();
  await context.close();
  host.close();
  await shown.end();
  // A service that was not told of the origin is shown nowhere else.
  const policy = (await fetch(`${service.base}/book`)).headers.get('content-security-policy');
  assert.match(policy, /frame-ancestors 'self'$/);
});

test('what is known of accessibility is told in both languages, with whom to tell', async () => {
  const told = await serve({ more: ['--contact', 'mailto:office@example.org'] });
  const { page, close } = await open(browser, `${told.base}/accessibility`);
  await page.getByRole('heading', { name: 'Erklärung zur Barrierefreiheit' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Write to us.' }).getAttribute('href'), 'mailto:office@example.org');
  await accessible(page, 'statement');
  await picture(page, 'accessibility');
  await close();
  await told.end();
  const without = await open(browser, `${service.base}/accessibility`);
  await without.page.getByRole('heading', { name: 'Accessibility statement' }).waitFor();
  assert.equal(await without.page.getByRole('link', { name: 'Write to us.' }).count(), 0);
  await without.close();
});
