import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { de } from '../page/words-de.js';
import { en } from '../page/words-en.js';
import { accessible, browse, open, picture, serve } from './support.js';
import { TODAY } from './town.js';

let browser;
before(async () => {
  browser = await browse();
});
after(() => browser?.close());

for (const [name, locale, words] of [['en', 'en-GB', en], ['de', 'de-DE', de]]) {
  test(`a day at the counters and a sick call, in ${name}`, async () => {
    const service = await serve();
    const empty = await open(browser, `${service.base}/#/today`, { locale });
    await empty.page.getByText(words.no_promises).waitFor();
    await accessible(empty.page, `today empty ${name}`);

    // What others book appears by itself.
    await service.book(TODAY, 'card', 10);
    await service.book(TODAY, 'move', 6);
    await empty.page.getByText(`${words.by_time} (16)`).waitFor();
    const { page } = empty;
    await accessible(page, `today ${name}`);
    await picture(page, `today-${name}`);

    const row = page.locator('.promises tbody tr').first();
    const number = await row.locator('td').nth(1).locator('.hint').innerText();
    await row.getByRole('button', { name: words.arrive }).press('Enter');
    await row.locator('.status', { hasText: words.status_arrived }).waitFor();
    await row.getByRole('button', { name: words.fulfil }).press('Enter');
    await row.locator('.status', { hasText: words.status_fulfilled }).waitFor();
    await page.getByText(words.done_fulfil.replace('{what}', number)).waitFor({ state: 'attached' });

    // Two of the four of the hall are ill: a preview changes nothing.
    for (const who of ['Hall 1', 'Hall 2']) await page.getByLabel(who, { exact: true }).check();
    await page.getByRole('button', { name: words.preview }).click();
    const preview = page.getByRole('region', { name: words.preview_title });
    await preview.waitFor();
    await accessible(page, `sick preview ${name}`);
    await picture(page, `today-sick-${name}`);
    const asked = await service.ask('GET', '/v1/scenario');
    assert.ok(asked.data.staff.every((clerk) => !clerk.absent_on?.length));
    await preview.getByRole('button', { name: words.apply }).click();
    await page.getByRole('region', { name: words.applied_title }).waitFor();
    await page.getByText(`${words.absent}: `).waitFor();
    const then = await service.ask('GET', '/v1/scenario');
    assert.deepEqual(then.data.staff.filter((clerk) => clerk.absent_on?.includes(TODAY)).map((clerk) => clerk.id), ['hall-1', 'hall-2']);

    // On paper there is the list to phone.
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.getByRole('region', { name: words.applied_title }).isVisible());
    assert.ok(!(await page.locator('.promises').isVisible()));
    await empty.close();
    await service.end();
  });
}

test('today fits a phone and is dark at night', async () => {
  const service = await serve();
  await service.book(TODAY, 'card', 5);
  const { page, close } = await open(browser, `${service.base}/#/today`, { viewport: { width: 390, height: 800 }, colorScheme: 'dark' });
  await page.locator('.promises tbody tr').first().waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await accessible(page, 'today on a phone');
  await picture(page, 'today-phone-dark');
  await close();
  await service.end();
});
