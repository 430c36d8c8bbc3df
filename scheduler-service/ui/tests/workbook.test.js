// Workbooks on the scenario screen, and what it says of staffing.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { de } from '../page/scenario/words-de.js';
import { en } from '../page/scenario/words-en.js';
import { accessible, browse, open, picture, serve } from './support.js';
import { TOWN } from './town.js';

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

const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A scenario as a workbook, as a spreadsheet would have saved it. */
async function workbook(name, scenario, locale) {
  const response = await fetch(`${service.base}/v1/scenarios/to-workbook`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', 'Accept-Language': locale }, body: JSON.stringify(scenario),
  });
  assert.equal(response.status, 200);
  return { name, mimeType: TYPE, buffer: Buffer.from(await response.arrayBuffer()) };
}

const drafts = async () => (await service.ask('GET', '/v1/drafts')).data.drafts;
const drop = async (page, words) => {
  await page.getByRole('button', { name: words.delete_draft }).click();
  await page.getByRole('button', { name: words.delete, exact: true }).click();
  await page.getByText(words.booked_text).waitFor();
};

for (const [name, locale, words, colorScheme] of [['en', 'en-GB', en, 'light'], ['de', 'de-DE', de, 'dark']]) {
  test(`a workbook is read, its errors named by cell, its changes shown, and made a draft, in ${name}`, async () => {
    const { page, close } = await open(browser, `${service.base}/#/scenario?tab=staff`, { locale, colorScheme });
    const file = page.locator('input[type=file]');
    const shown = page.getByRole('region', { name: words.workbook });
    await file.waitFor({ state: 'attached' });

    // A room at a site that there is not: the sheet and the cell are named, and nothing can be taken.
    const wrong = structuredClone(TOWN);
    wrong.rooms[0].site = 'nowhere';
    await file.setInputFiles(await workbook('Wrong.xlsx', wrong, locale));
    await shown.getByText(words.workbook_errors_one).waitFor();
    const row = shown.locator('tbody tr').first();
    assert.equal(await row.locator('th').innerText(), name === 'de' ? 'Räume' : 'Rooms');
    assert.match(await row.locator('td').first().innerText(), /^[A-Z]+2$/);
    assert.equal(await row.locator('td').nth(1).innerText(), 'nowhere');
    assert.equal(await shown.getByRole('button', { name: words.workbook_draft }).count(), 0);
    await accessible(page, `workbook with errors ${name}`);
    await picture(page, `scenario-workbook-wrong-${name}`);

    // Another, with one clerk more and one who is called otherwise.
    const more = structuredClone(TOWN);
    more.staff[0].name = 'Zoë Öz';
    more.staff.push({ ...TOWN.staff[1], id: 'hall-9', name: 'Hall 9' });
    const load = page.getByRole('button', { name: words.workbook_load });
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), load.press('Enter')]);
    await chooser.setFiles(await workbook('More clerks.xlsx', more, locale));
    await shown.getByText(words.workbook_fine).waitFor();
    const staff = shown.locator('tbody tr', { hasText: words.list_staff });
    assert.deepEqual(await staff.locator('td').allInnerTexts(), ['1: Hall 9', '–', '1: Zoë Öz']);
    assert.deepEqual(await drafts(), [], 'looking changes nothing');
    await accessible(page, `workbook ${name}`);
    await picture(page, `scenario-workbook-${name}`);
    await shown.getByRole('button', { name: words.workbook_draft }).press('Enter');
    await page.getByRole('button', { name: words.delete_draft }).waitFor();
    const [draft] = await drafts();
    assert.equal(draft.name, 'More clerks');
    assert.equal((await service.ask('GET', `/v1/drafts/${draft.id}`)).data.scenario.staff.length, 7);

    // And out again, as it is shown.
    const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: words.workbook_save }).press('Enter')]);
    assert.equal(saved.suggestedFilename(), 'More clerks.xlsx');
    const again = await fetch(`${service.base}/v1/scenarios/from-workbook`, { method: 'POST', headers: { 'Content-Type': TYPE }, body: readFileSync(await saved.path()) });
    const { scenario } = await again.json();
    assert.deepEqual(scenario.staff.map((clerk) => clerk.name), more.staff.map((clerk) => clerk.name));
    await drop(page, words);

    // What is no workbook is told, and what is shown stays.
    await file.setInputFiles({ name: 'letter.xlsx', mimeType: TYPE, buffer: Buffer.from('Dear colleagues') });
    await shown.getByText(words.workbook_errors_one).waitFor();
    await close();
  });

  test(`targets, shifts and contracts are edited, in ${name}`, async () => {
    const { page, close } = await open(browser, `${service.base}/#/scenario?tab=staffing`, { locale, colorScheme });
    const add = (list) => page.getByRole('button', { name: `${words.add}: ${words[`list_staffing_${list}`]}` }).press('Enter');
    const cell = (pointer) => page.locator(`.sheet-of [data-at="${pointer}"]`);
    await add('shift_templates');
    await cell('/staffing/shift_templates/0/id').fill('day');
    await add('contracts');
    await cell('/staffing/contracts/0/id').fill('full-time');
    await add('targets');
    await cell('/staffing/targets/0/minutes').fill('30');
    await cell('/staffing/targets/0/at_least').fill('80 %');
    await page.keyboard.press('Enter');
    await page.getByText(words.saving_saved).waitFor();
    await page.getByText(words.no_findings).waitFor();
    await accessible(page, `staffing ${name}`);
    await picture(page, `scenario-staffing-${name}`);
    const [draft] = await drafts();
    const { staffing } = (await service.ask('GET', `/v1/drafts/${draft.id}`)).data.scenario;
    assert.deepEqual([staffing.targets[0].of, staffing.targets[0].minutes, staffing.targets[0].at_least], ['walk_ins_within', 30, 0.8]);
    assert.deepEqual([staffing.shift_templates[0].id, staffing.shift_templates[0].minutes, staffing.contracts[0].most_hours], ['day', 480, 39]);
    // What is wrong stands at its cell.
    await cell('/staffing/targets/0/minutes').fill('');
    await page.keyboard.press('Enter');
    await page.locator('.said .error').first().waitFor();
    await drop(page, words);
    await close();
  });
}
