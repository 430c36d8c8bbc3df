import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { de } from '../page/words-de.js';
import { en } from '../page/words-en.js';
import { accessible, browse, open, picture, serve } from './support.js';
import { DAY } from './town.js';

const LANGUAGES = /** @type {const} */ ([['en', 'en-GB', en], ['de', 'de-DE', de]]);

let service;
let browser;
before(async () => {
  browser = await browse();
  service = await serve();
  await service.book(DAY, 'card', 8);
  await service.book(DAY, 'move', 4);
});
after(async () => {
  await browser?.close();
  await service?.end();
});

const url = () => `${service.base}/#/plan?date=${DAY}`;
const bars = (page, kind) => page.locator(`.gantt .bar.${kind}`);
const verdict = (page) => page.locator('.verdict');
const judged = (page) => page.waitForSelector('.verdict[aria-busy="false"]');

for (const [name, locale, words] of LANGUAGES) {
  test(`a plan is read, calculated, edited and adopted, in ${name}`, async () => {
    const { page, close } = await open(browser, url(), { locale });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await bars(page, 'slots').first().waitFor();
    // What the other language has booked is there too.
    const promised = await bars(page, 'slots').count();
    assert.ok(promised >= 12);
    await judged(page);
    assert.match(await verdict(page).innerText(), new RegExp(words.rules_kept));
    await accessible(page, `plan ${name}`);
    await picture(page, `plan-book-${name}`);

    // Calculated, with what it is worth and a bound.
    await page.getByLabel(words.how_long).selectOption('60');
    await page.getByRole('button', { name: words.calculate, exact: true }).click();
    const live = page.getByRole('group', { name: words.calculating });
    await live.waitFor();
    // It may be done before there is anything to tell of the way.
    const there = page.getByRole('button', { name: words.as_calculated, pressed: true });
    await live.getByText(/(Value|Wert) [\d.,]+ ·/).or(there).first().waitFor({ timeout: 60_000 });
    if (!(await there.isVisible())) await live.getByRole('button', { name: words.stop }).click({ timeout: 5000 }).catch(() => {});
    await page.getByRole('button', { name: words.as_calculated, pressed: true }).waitFor();
    await judged(page);
    assert.match(await verdict(page).innerText(), new RegExp(words.rules_kept));
    assert.ok(await bars(page, 'slots').count() > 20);
    await page.getByText(words.bound_hint).waitFor();
    await accessible(page, `plan calculated ${name}`);
    await picture(page, `plan-calculated-${name}`);

    // A break that is moved by the form: five minutes at a time, and undone by keys.
    const rest = bars(page, 'breaks').first();
    const before = await rest.getAttribute('aria-label');
    await rest.click();
    const panel = page.getByRole('region', { name: words.selection });
    await panel.getByRole('button', { name: `${words.start} −5 min` }).click();
    await judged(page);
    await page.getByText(words.change.split('{')[0].trim()).waitFor();
    await page.keyboard.press('Control+z');
    await judged(page);
    assert.equal(await bars(page, 'breaks').first().getAttribute('aria-label'), before);

    // By keys alone it is made longer than it may be; the fault is shown at the bar and in words.
    await bars(page, 'breaks').first().focus();
    await page.keyboard.press('Alt+Shift+ArrowRight');
    await page.locator('.bar.breaks.faulty').first().waitFor();
    await judged(page);
    assert.match(await verdict(page).innerText(), new RegExp(words.rules_broken.split('{n}')[1] + '|' + words.rules_broken_one));
    assert.ok(await page.getByRole('button', { name: words.adopt }).isDisabled());
    await accessible(page, `plan with faults ${name}`);
    await picture(page, `plan-fault-${name}`);
    await page.getByRole('button', { name: words.drop_edits }).click();
    await judged(page);

    // A slot that nobody has booked goes; the value with it.
    await page.locator('.gantt .bar.slots:not(.promised)').first().focus();
    await page.keyboard.press('Delete');
    await judged(page);
    assert.match(await page.locator('.change').innerText(), /−\d/);
    await page.getByRole('button', { name: words.undo }).click();
    await judged(page);

    // Adopted: what the service holds has the breaks and blocks of it.
    await page.getByRole('button', { name: words.adopt }).click();
    await page.locator('.note', { hasText: words.adopted }).waitFor();
    assert.equal(await bars(page, 'slots').count(), promised);

    // The same as a table, and as a file.
    await page.getByRole('button', { name: words.table }).click();
    assert.ok(await page.locator('.plan-table tbody tr').count() >= 12);
    await accessible(page, `plan table ${name}`);
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: words.csv }).click()]);
    const lines = readFileSync(await file.path(), 'utf8').trim().split('\r\n');
    assert.equal(lines[0].split(name === 'de' ? ';' : ',').length, 9);
    assert.ok(lines.length > 12);

    // The week, and from there back to the day.
    await page.getByRole('button', { name: words.week, exact: true }).click();
    await page.locator('.heat').first().waitFor();
    assert.ok(await page.locator('.heat td[class^="heat-"]').count() > 20);
    await accessible(page, `week ${name}`);
    await picture(page, `week-${name}`);
    await page.locator('.heat thead button').nth(1).click();
    await page.locator('.plan-table').waitFor();
    await close();
  });

  test(`a bar is dragged to another clerk and adopted beside a booking of somebody else, in ${name}`, async () => {
    const { page, close } = await open(browser, url(), { locale, mayFail: true });
    // An appointment, and a clerk who can keep it and has nothing to do then.
    const { plan } = (await service.ask('GET', `/v1/plan?date=${DAY}`)).data;
    const all = [...plan.slots, ...plan.walk_in_blocks, ...plan.breaks];
    const isFree = (staff, { start, end }) => all.every((one) => one.staff !== staff || Date.parse(one.end) <= Date.parse(start) || Date.parse(one.start) >= Date.parse(end));
    const [slot, staff] = plan.slots.flatMap((one) => ['hall-1', 'hall-2', 'hall-3'].filter((id) => id !== one.staff && isFree(id, one)).map((id) => [one, id]))[0];
    const bar = page.locator(`[data-bar="slots/${slot.appointment}"]`);
    await bar.waitFor();
    await judged(page);
    const box = await bar.boundingBox();
    const row = await page.locator(`[data-row="${staff}"]`).boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, row.y + 10, { steps: 6 });
    await page.mouse.up();
    await judged(page);
    assert.equal(await bar.evaluate((element) => element.closest('[data-row]').dataset.row), staff);
    assert.match(await verdict(page).innerText(), new RegExp(words.rules_kept));

    const [other] = await service.book(DAY, 'stamp', 1);
    await page.getByRole('button', { name: words.adopt }).click();
    await page.locator('.note', { hasText: words.merged }).waitFor();
    await page.locator(`[data-bar="slots/${other.id}"]`).waitFor();
    await judged(page);
    await page.getByRole('button', { name: words.adopt }).click();
    await page.locator('.note', { hasText: words.adopted }).waitFor();
    const now = (await service.ask('GET', `/v1/plan?date=${DAY}`)).data.plan.slots;
    assert.equal(now.find((one) => one.appointment === slot.appointment).staff, staff);
    await close();
  });
}

test('it is dark where the reader likes it dark, and fits a phone', async () => {
  const dark = await open(browser, url(), { colorScheme: 'dark' });
  await bars(dark.page, 'slots').first().waitFor();
  await judged(dark.page);
  await accessible(dark.page, 'plan dark');
  await picture(dark.page, 'plan-dark');
  await dark.close();
  const phone = await open(browser, url(), { viewport: { width: 390, height: 800 } });
  await bars(phone.page, 'slots').first().waitFor();
  await accessible(phone.page, 'plan on a phone');
  assert.ok(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await picture(phone.page, 'plan-phone');
  await phone.close();
});

test('where the service is away it is said what to do', async () => {
  const { page, close } = await open(browser, url(), { mayFail: true });
  await bars(page, 'slots').first().waitFor();
  await service.stop();
  await page.getByRole('button', { name: en.day_after, exact: true }).click();
  await page.getByText(en.trouble_offline).waitFor();
  await service.again();
  await page.getByRole('button', { name: en.again }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByText(en.trouble_offline).waitFor({ state: 'detached' });
  await close();
});

test('edits wait where they were made, and others may look elsewhere meanwhile', async () => {
  const { page, close } = await open(browser, url());
  await bars(page, 'breaks').first().waitFor();
  await judged(page);
  const before = await bars(page, 'breaks').first().getAttribute('aria-label');
  await bars(page, 'breaks').first().focus();
  await page.keyboard.press('Alt+ArrowRight');
  await judged(page);
  const after = await bars(page, 'breaks').first().getAttribute('aria-label');
  assert.notEqual(after, before);
  await page.getByRole('button', { name: en.day_after, exact: true }).click();
  await page.getByRole('link', { name: en.today }).click();
  await page.getByRole('link', { name: en.plan, exact: true }).click();
  await page.getByRole('button', { name: en.day_before, exact: true }).click();
  await page.locator(`.bar.breaks[aria-label="${after}"]`).waitFor();
  await page.getByRole('button', { name: en.drop_edits }).click();
  await page.locator(`.bar.breaks[aria-label="${before}"]`).waitFor();
  await close();
});
