import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { de } from '../page/words-de.js';
import { en } from '../page/words-en.js';
import { de as scenarioDe } from '../page/scenario/words-de.js';
import { en as scenarioEn } from '../page/scenario/words-en.js';
import { accessible, browse, open, picture, serve, signIn } from './support.js';
import { TODAY } from './town.js';

const LANGUAGES = /** @type {const} */ ([
  ['en', 'en-GB', { ...en, ...scenarioEn }, 'light'], ['de', 'de-DE', { ...de, ...scenarioDe }, 'dark'],
]);

let service;
let browser;
before(async () => {
  browser = await browse();
  service = await serve({ keys: [['planner', '--scopes', 'planning:write,slots:read,appointments:write'], ['looker', '--scopes', 'planning:read,slots:read']] });
});
after(async () => {
  await browser?.close();
  await service?.end();
});

const cell = (page, pointer) => page.locator(`.sheet-of [data-at="${pointer}"]`);
const saved = (page, words) => page.getByRole('status').filter({ hasText: new RegExp(`^${words.saving_saved}`) }).waitFor();
const tab = (page, name) => page.getByRole('tab', { name });

/** A page that shows the scenario, for whoever has the key. */
async function scenario(key, options, path = 'scenario') {
  const opened = await open(browser, `${service.base}/#/today`, { ...options, mayFail: true });
  await signIn(opened.page, key);
  await opened.page.goto(`${service.base}/#/${path}`);
  await opened.page.reload();
  await opened.page.getByRole('tablist').waitFor();
  return opened;
}

const asked = (path, key = service.keys[0]) => service.ask('GET', path, undefined, { Authorization: `Bearer ${key}`, 'Accept-Language': 'en' });

for (const [name, locale, words, colorScheme] of LANGUAGES) {
  test(`every tab is shown and nothing is wrong with it, in ${name}`, async () => {
    const { page, close } = await scenario(service.keys[0], { locale, colorScheme });
    for (const id of ['sites', 'rooms', 'services', 'staff', 'quotas', 'demand', 'operations', 'weights', 'release']) {
      await tab(page, words[`tab_${id}`]).click();
      await page.getByText(words[`text_${id}`]).waitFor();
      assert.doesNotMatch(await page.locator('main').innerText(), /undefined|\[object|NaN/);
      await accessible(page, `scenario ${id} ${name}`);
      await picture(page, `scenario-${id}-${name}`);
    }
    await close();
  });

  test(`an edit makes a draft, mistakes are told at their place, and it is applied, in ${name}`, async () => {
    const { page, close } = await scenario(service.keys[0], { locale, colorScheme });
    await tab(page, words.tab_services).click();
    await cell(page, '/services/0/minutes').fill('-5');
    await page.keyboard.press('Enter');
    await cell(page, '/services/0/minutes').and(page.locator('[aria-invalid]')).waitFor();
    const said = await cell(page, '/services/0/minutes').getAttribute('aria-describedby');
    assert.ok((await page.locator(`[id="${said}"]`).innerText()).length > 10);
    assert.match(await tab(page, words.tab_services).innerText(), /✖ 1/);
    await page.getByText(words.errors_one).waitFor();
    await accessible(page, `scenario with a mistake ${name}`);
    await picture(page, `scenario-mistake-${name}`);
    await page.getByRole('button', { name: words.apply_dots }).click();
    assert.ok(await page.getByRole('region', { name: words.apply_title }).getByRole('button', { name: words.apply, exact: true }).count() === 0 ||
      await page.getByRole('button', { name: words.apply, exact: true }).isDisabled());
    await page.getByRole('button', { name: words.apply_dots }).click();

    // The list of findings leads to the place.
    await tab(page, words.tab_rooms).click();
    await page.locator('.faults button').first().click();
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-at') === '/services/0/minutes');
    // Undone by keys, and made otherwise: with a comma or a point as people of the language write.
    await page.getByRole('button', { name: words.undo }).click();
    await page.getByText(words.no_findings).waitFor();
    await cell(page, '/services/0/value').fill(name === 'de' ? '1,25' : '1.25');
    await page.keyboard.press('Tab');
    await saved(page, words);
    await page.getByText(words.no_findings).waitFor();

    await page.getByRole('button', { name: words.changes, exact: true }).click();
    const changes = page.getByRole('region', { name: words.changes, exact: true }).first();
    await changes.getByText(name === 'de' ? '1,25' : '1.25').first().waitFor();
    await accessible(page, `scenario changes ${name}`);
    await picture(page, `scenario-changes-${name}`);

    await page.getByRole('button', { name: words.apply_dots }).click();
    await page.getByText(words.all_kept).waitFor();
    assert.notEqual((await asked('/v1/scenario')).data.services[0].value, 1.25, 'nothing has happened');
    await accessible(page, `scenario preview ${name}`);
    await picture(page, `scenario-preview-${name}`);
    await page.getByRole('button', { name: words.apply, exact: true }).click();
    await page.getByRole('region', { name: words.applied_title }).waitFor();
    const now = await asked('/v1/scenario');
    assert.equal(now.data.services[0].value, 1.25);
    const list = (await asked('/v1/drafts')).data.drafts;
    assert.equal(list[0].applied.by, 'planner');
    assert.equal(`"${list[0].applied.scenario_version}"`, now.etag);
    await picture(page, `scenario-applied-${name}`);
    // Back, for the other language.
    await cell(page, '/services/0/value').fill('1');
    await page.keyboard.press('Tab');
    await saved(page, words);
    await page.getByRole('button', { name: words.apply_dots }).click();
    await page.getByRole('button', { name: words.apply, exact: true }).click();
    await page.getByRole('region', { name: words.applied_title }).waitFor();
    await page.getByRole('button', { name: words.delete_draft }).click();
    await page.getByRole('button', { name: words.delete, exact: true }).click();
    await page.getByText(words.booked_text).waitFor();
    assert.equal((await asked('/v1/drafts')).data.drafts.length, 0);
    await close();
  });

  test(`demand is a grid that takes numbers of one day and rows of a spreadsheet, in ${name}`, async () => {
    const { page, close } = await scenario(service.keys[0], { locale, colorScheme }, 'scenario?tab=demand');
    const grid = page.locator('.grid-of');
    const at = (row, column) => grid.locator('tbody tr').nth(row).locator('input').nth(column);
    await at(0, 0).waitFor();
    assert.equal(await at(0, 0).inputValue(), '14');
    // On Mondays alone.
    await page.getByRole('group', { name: words.f_days }).getByRole('button').nth(1).click();
    await at(0, 0).fill(name === 'de' ? '20,5' : '20.5');
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label')?.startsWith('Change of address'));
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label')?.includes('10:00–13:00'));
    await saved(page, words);
    const draft = (await asked('/v1/drafts')).data.drafts[0];
    const demand = async () => (await asked(`/v1/drafts/${draft.id}`)).data.scenario.demand.filter((one) => one.service === 'card' && one.from === '07:00');
    const entries = await demand();
    assert.deepEqual(entries.map((one) => [one.days?.length, one.mean]), [[6, 14], [1, 20.5]]);
    assert.deepEqual(entries[1].days, ['mon']);
    assert.equal((await asked(`/v1/drafts/${draft.id}/findings`)).data.valid, true);
    // On all days it is said that days differ.
    await page.getByRole('button', { name: words.all_days }).click();
    assert.match(await at(0, 0).getAttribute('placeholder'), name === 'de' ? /^14–20,5$/ : /^14–20.5$/);
    // A whole row, ten per cent more.
    await grid.getByRole('button', { name: 'Identity card: +10 %' }).click();
    await saved(page, words);
    assert.deepEqual((await demand()).map((one) => one.mean), [15.4, 22.55]);
    // Two rows of two cells, as a spreadsheet copies them.
    await at(1, 0).focus();
    await at(1, 0).evaluate((element, text) => {
      const data = new DataTransfer();
      data.setData('text/plain', text);
      element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    }, name === 'de' ? '3,5\t4\r\n5\t6\r\n' : '3.5\t4\n5\t6\n');
    await saved(page, words);
    const pasted = (await asked(`/v1/drafts/${draft.id}`)).data.scenario.demand;
    const mean = (service, from) => pasted.find((one) => one.service === service && one.from === from).mean;
    assert.deepEqual([mean('move', '07:00'), mean('move', '10:00'), mean('stamp', '07:00'), mean('stamp', '10:00')], [3.5, 4, 5, 6]);
    await accessible(page, `scenario demand ${name}`);
    await picture(page, `scenario-demand-edited-${name}`);
    await page.getByRole('button', { name: words.delete_draft }).click();
    await page.getByRole('button', { name: words.delete, exact: true }).click();
    await page.getByText(words.booked_text).waitFor();
    await close();
  });
}

test('shifts and absences are edited beside the table, and rows of a spreadsheet become clerks', async () => {
  const words = LANGUAGES[0][2];
  const { page, close } = await scenario(service.keys[0], { locale: 'en-GB' }, 'scenario?tab=staff');
  await page.getByRole('button', { name: `${words.details}: Hall 1` }).press('Enter');
  const panel = page.getByRole('region', { name: `${words.details}: Hall 1` });
  await panel.getByRole('button', { name: `${words.add}: ${words.f_shifts}` }).click();
  // Two shifts on all days overlap: the service says so at once.
  await page.getByText('✖ ').first().waitFor();
  await picture(page, 'scenario-shifts-en');
  await accessible(page, 'scenario shifts');
  await panel.getByRole('button', { name: `${words.remove}: ${words.f_shifts} 2` }).click();
  await page.getByText(words.no_findings).waitFor();
  // Away for three days.
  await panel.getByRole('button', { name: new RegExp(`^${words.f_absent_on}`) }).click();
  const pop = page.locator('.pop-box:popover-open');
  await pop.getByLabel(words.date_from).fill(TODAY);
  const last = new Date(Date.parse(`${TODAY}T12:00:00Z`) + 2 * 864e5).toISOString().slice(0, 10);
  await pop.getByLabel(words.date_until).fill(last);
  await pop.getByRole('button', { name: words.add }).click();
  await accessible(page, 'scenario absences');
  await picture(page, 'scenario-absences-en');
  await page.keyboard.press('Escape');
  await saved(page, words);
  const draft = (await asked('/v1/drafts')).data.drafts[0];
  const staff = async () => (await asked(`/v1/drafts/${draft.id}`)).data.scenario.staff;
  assert.equal((await staff())[0].absent_on.length, 3);
  // Another skill by the check boxes.
  await page.locator('.sheet-of').getByRole('button', { name: /^Skills Hall 4/ }).click();
  await page.locator('.pop-box:popover-open').getByLabel('papers').check();
  await page.keyboard.press('Escape');
  await cell(page, '/staff/5/id').focus();
  await cell(page, '/staff/5/id').evaluate((element) => {
    const data = new DataTransfer();
    data.setData('text/plain', 'annex-2\tAnnex 2\tpapers\nzoe\tZoë Öz\tpapers, french\n');
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await saved(page, words);
  const now = await staff();
  assert.deepEqual(now[3].skills, ['papers']);
  assert.deepEqual([now.length, now[6].id, now[6].name, now[6].skills], [7, 'zoe', 'Zoë Öz', ['papers', 'french']]);
  // The reload brings it back, and an older version can be taken again.
  await page.reload();
  await cell(page, '/staff/6/id').waitFor();
  await page.getByRole('button', { name: words.versions }).click();
  await page.getByRole('region', { name: words.versions }).first().getByRole('button', { name: `${words.take_again}: 1`, exact: true }).click();
  await cell(page, '/staff/6/id').waitFor({ state: 'detached' });
  await saved(page, words);
  await page.getByRole('button', { name: words.delete_draft }).click();
  await page.getByRole('button', { name: words.delete, exact: true }).click();
  await page.getByText(words.booked_text).waitFor();
  await close();
});

test('of two who edit one draft the second is asked', async () => {
  const words = LANGUAGES[0][2];
  const one = await scenario(service.keys[0], { locale: 'en-GB' }, 'scenario?tab=rooms');
  await one.page.getByRole('button', { name: `+ ${words.new_draft}` }).click();
  await one.page.getByRole('button', { name: words.delete_draft }).waitFor();
  const draft = (await asked('/v1/drafts')).data.drafts[0];
  const other = await scenario(service.keys[0], { locale: 'en-GB' }, `scenario?tab=rooms&draft=${draft.id}`);
  await cell(other.page, '/rooms/0/name').fill('Theirs');
  await other.page.keyboard.press('Tab');
  await saved(other.page, words);
  await cell(one.page, '/rooms/0/name').fill('Mine');
  await one.page.keyboard.press('Tab');
  await one.page.getByText(words.stale_text).waitFor();
  await accessible(one.page, 'scenario stale');
  await one.page.getByRole('button', { name: words.take_mine }).click();
  await one.page.getByText(words.stale_text).waitFor({ state: 'detached' });
  await saved(one.page, words);
  assert.equal((await asked(`/v1/drafts/${draft.id}`)).data.scenario.rooms[0].name, 'Mine');
  await one.page.getByRole('button', { name: words.delete_draft }).click();
  await one.page.getByRole('button', { name: words.delete, exact: true }).click();
  await one.page.getByText(words.booked_text).waitFor();
  await one.close();
  await other.close();
});

test('whoever may only look sees no buttons that change anything', async () => {
  const words = LANGUAGES[0][2];
  const { page, close } = await scenario(service.keys[1], { locale: 'en-GB' }, 'scenario?tab=staff');
  await page.getByText(words.look_text).waitFor();
  assert.equal(await page.locator('.sheet-of input').count(), 0);
  for (const name of [words.add, words.new_draft, words.undo, words.apply_dots]) assert.equal(await page.getByRole('button', { name }).count(), 0, name);
  await accessible(page, 'scenario for looking');
  await picture(page, 'scenario-look-en');
  await page.goto(`${service.base}/#/plan`);
  await page.locator('.gantt').waitFor();
  for (const name of [words.calculate, words.adopt, words.add]) assert.equal(await page.getByRole('button', { name, exact: true }).count(), 0, name);
  await page.goto(`${service.base}/#/today`);
  await page.getByText(words.there).waitFor();
  assert.equal(await page.getByText(words.sick_call).count(), 0);
  await close();
});

test('the scenario fits a phone and a page at 400 %, and is told in forced colours', async () => {
  const { page, close } = await scenario(service.keys[0], { locale: 'en-GB', viewport: { width: 340, height: 640 } }, 'scenario?tab=staff');
  await page.locator('.sheet-of').waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'only tables scroll to the side');
  await accessible(page, 'scenario on a phone');
  await picture(page, 'scenario-phone');
  await page.emulateMedia({ forcedColors: 'active' });
  await accessible(page, 'scenario in forced colours');
  await close();
});
