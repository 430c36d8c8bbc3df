import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { de } from '../page/words-de.js';
import { en } from '../page/words-en.js';
import { accessible, browse, open, picture, serve } from './support.js';

let service;
let browser;
before(async () => {
  browser = await browse();
  service = await serve();
});
after(async () => {
  await browser?.close();
  await service?.end();
});

for (const [name, locale, words, colorScheme] of [['en', 'en-GB', en, 'light'], ['de', 'de-DE', de, 'dark']]) {
  test(`two variants are compared with the office as it is, in ${name}`, async () => {
    const { page, close } = await open(browser, `${service.base}/#/variants`, { locale, colorScheme });
    await page.getByRole('button', { name: words.new_variant }).click();
    const first = page.locator('.card').first();
    await first.getByLabel(words.name).fill('One more in the hall');
    await first.getByLabel(words.name).press('Tab');
    // One by the keys of the slider, the other by the field.
    await first.getByRole('slider', { name: words.edit_clerks.replace('{site}', 'Town hall') }).press('ArrowRight');
    await page.getByRole('button', { name: words.new_variant }).click();
    const second = page.locator('.card').nth(1);
    await second.getByRole('spinbutton', { name: words.edit_walk_ins }).fill('150');
    await second.getByRole('spinbutton', { name: words.edit_walk_ins }).press('Tab');
    await accessible(page, `variants ${name}`);
    await page.getByRole('button', { name: words.compare }).click();
    await page.getByRole('group', { name: words.comparing }).waitFor();
    await page.getByRole('heading', { name: words.results }).waitFor({ timeout: 60_000 });
    const row = page.getByRole('row', { name: words.kpi_wait_walk_in });
    assert.equal(await row.locator('td').count(), 3);
    assert.match(await row.locator('td').first().innerText(), /\d ± \d/);
    const said = [words.verdict_better, words.verdict_worse, words.verdict_not_distinguishable].join('|');
    assert.match(await row.locator('td').nth(2).innerText(), new RegExp(said));
    await accessible(page, `results ${name}`);
    await picture(page, `variants-${name}`);
    await page.locator('.result').scrollIntoViewIfNeeded();
    await page.locator('.result .list').evaluate((element) => element.scrollIntoView());
    await picture(page, `variants-result-${name}`);
    await page.getByRole('button', { name: 'Annex', exact: true }).click();
    await accessible(page, `results of a site ${name}`);

    // They are there again when the page is.
    await page.reload();
    await page.locator('.card').nth(1).waitFor();
    assert.equal(await page.locator('.card').first().getByLabel(words.name).inputValue(), 'One more in the hall');
    await close();
  });
}
