// Five things that a head of office does, each in German and in English, by mouse and by keyboard alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { de } from '../page/words-de.js';
import { en } from '../page/words-en.js';
import { de as scenarioDe } from '../page/scenario/words-de.js';
import { en as scenarioEn } from '../page/scenario/words-en.js';
import { browse, open, picture, serve } from './support.js';
import { TODAY, TOWN } from './town.js';

const LANGUAGES = /** @type {const} */ ([['en', 'en-GB', { ...en, ...scenarioEn }], ['de', 'de-DE', { ...de, ...scenarioDe }]]);

let browser;
before(async () => {
  browser = await browse();
});
after(() => browser?.close());

/** The next Thursday of the town. */
const THURSDAY = (() => {
  const date = new Date(`${TODAY}T12:00:00Z`);
  while (date.getUTCDay() !== 4) date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
})();

/** The town, where on Thursday mornings far more people want to tell of a move than anybody could serve. */
const BUSY = { ...TOWN, demand: [...TOWN.demand, { id: 'thursday', service: 'move', sites: ['hall'], days: ['thu'], from: '07:00', until: '10:00', mean: 60 }] };

/** How somebody works: with the mouse, or with keys alone. */
const HANDS = {
  mouse: (page) => ({
    press: (target) => target.click(),
    fill: async (target, text) => {
      await target.click();
      await target.fill(text);
      await page.locator('h1').click();
    },
    check: (target) => target.check(),
    choose: (target, value) => target.selectOption(value),
    go: (name) => page.getByRole('link', { name, exact: true }).click(),
  }),
  keys: (page) => {
    /** Tab, forwards and then backwards, until the focus is there. */
    const reach = async (target) => {
      await target.waitFor();
      for (const [key, most] of [['Tab', 150], ['Shift+Tab', 300]]) {
        for (let i = 0; i < most; i++) {
          if (await target.evaluate((element) => element === document.activeElement)) return;
          await page.keyboard.press(key);
        }
      }
      assert.fail(`no way by keys to ${target}`);
    };
    return {
      reach,
      press: async (target) => {
        await reach(target);
        await page.keyboard.press('Enter');
      },
      fill: async (target, text) => {
        await reach(target);
        await page.keyboard.press('Control+a');
        await page.keyboard.type(text);
        await page.keyboard.press('Tab');
      },
      check: async (target) => {
        await reach(target);
        await page.keyboard.press('Space');
      },
      choose: async (target, value) => {
        await reach(target);
        const text = await target.evaluate((element, wanted) => [...element.options].find((one) => one.value === wanted).text, value);
        await page.keyboard.type(text);
      },
      go: async (name) => {
        const link = page.getByRole('link', { name, exact: true });
        await reach(link);
        await page.keyboard.press('Enter');
      },
    };
  },
};

for (const [name, locale, words] of LANGUAGES) {
  for (const hands of /** @type {const} */ (['mouse', 'keys'])) {
    test(`five tasks in ${name} by ${hands}`, async (context) => {
      const service = await serve({ scenario: BUSY });
      const { page, close } = await open(browser, `${service.base}/`, { locale });
      const { press, fill, check, choose, go, reach } = HANDS[hands](page);
      await page.getByRole('heading', { level: 1 }).waitFor();

      await context.test("find Thursday's bottleneck", async () => {
        await page.locator('.gantt, .empty').first().waitFor();
        for (let i = 0; i < 7; i++) {
          if (await page.getByLabel(words.date, { exact: true }).and(page.locator('input')).inputValue() === THURSDAY) break;
          const heading = await page.getByRole('heading', { level: 1 }).innerText();
          await press(page.getByRole('button', { name: words.day_after, exact: true }));
          await page.waitForFunction((before) => document.querySelector('h1').innerText !== before, heading);
        }
        assert.equal(await page.getByLabel(words.date, { exact: true }).and(page.locator('input')).inputValue(), THURSDAY);
        await page.locator('.verdict[aria-busy="false"]').waitFor();
        await choose(page.getByLabel(words.how_long), '11');
        await press(page.getByRole('button', { name: words.calculate, exact: true }));
        await page.getByRole('button', { name: words.as_calculated, pressed: true }).waitFor();
        // Which service, where, when, and who limits it; and a button that makes a variant of it.
        const limit = page.locator('.limits li').first();
        await limit.waitFor();
        const [service_, rest] = words.limit_clerks.split('{from}');
        assert.match(await limit.innerText(), new RegExp(`^${service_.replace('{service}', 'Change of address').replace('{site}', 'Town hall')}07:00–10:00`));
        assert.match(await limit.innerText(), new RegExp(rest.split('{busy}')[1].trim()), 'clerks limit it');
        await page.locator('.limits').scrollIntoViewIfNeeded();
        await picture(page, `task-1-${name}-${hands}`);
        await press(page.locator('.limits').getByRole('button', { name: `${words.try_variant}: ` }).first());
        await page.locator('.card').waitFor();
        assert.match(await page.locator('.card .knob.turned').first().innerText(), /\+1|1 /);
        await press(page.locator('.card').getByRole('button', { name: `${words.remove}: ` }).first());
        await go(words.plan);
      });

      await context.test('move a break and see the verdict', async () => {
        const rest = page.locator('.gantt .bar.breaks').first();
        await rest.waitFor();
        await page.locator('.verdict[aria-busy="false"]').waitFor();
        const before = await rest.getAttribute('aria-label');
        const id = await rest.getAttribute('data-bar');
        const bar = page.locator(`[data-bar="${id}"]`);
        if (hands === 'mouse') {
          const box = await bar.boundingBox();
          await page.mouse.move(box.x + box.width / 2, box.y + 10);
          await page.mouse.down();
          await page.mouse.move(box.x + box.width / 2 + 60, box.y + 10, { steps: 5 });
          await page.mouse.up();
        } else {
          await reach(page.locator('.gantt .bar[tabindex="0"]'));
          // By arrows to a break; each press goes to the next bar of the row, or to the next row.
          for (let i = 0; i < 80; i++) {
            if (await page.evaluate(() => document.activeElement.classList.contains('breaks'))) break;
            const at = await page.evaluate(() => document.activeElement.dataset.bar);
            await page.keyboard.press('ArrowRight');
            await page.waitForTimeout(60);
            if (await page.evaluate(() => document.activeElement.dataset.bar) === at) await page.keyboard.press('ArrowDown');
            await page.waitForTimeout(60);
          }
          assert.ok(await page.evaluate(() => document.activeElement.classList.contains('breaks')), 'a break has the focus');
          await page.keyboard.press('Alt+ArrowRight');
        }
        await page.locator('.change').waitFor();
        await page.locator('.verdict[aria-busy="false"]').waitFor();
        assert.match(await page.locator('.verdict').innerText(), new RegExp(`${words.rules_kept}|${words.rules_broken.split('{n}')[1]}|${words.rules_broken_one}`));
        if (hands === 'mouse') assert.notEqual(await bar.getAttribute('aria-label'), before);
        await picture(page, `task-2-${name}-${hands}`);
        await press(page.getByRole('button', { name: words.drop_edits }));
      });

      await context.test('try one clerk more and read the change of the walk-in wait', async () => {
        await go(words.variants);
        await press(page.getByRole('button', { name: words.new_variant }).first());
        const knob = page.locator('.card').first().getByRole('spinbutton', { name: words.edit_clerks.replace('{site}', 'Town hall') });
        await fill(knob, '1');
        await press(page.getByRole('button', { name: words.compare }));
        await page.getByRole('heading', { name: words.results }).waitFor();
        const row = page.getByRole('row', { name: words.kpi_wait_walk_in });
        assert.match(await row.locator('td').nth(1).innerText(), new RegExp([words.verdict_better, words.verdict_worse, words.verdict_not_distinguishable].join('|')));
        await picture(page, `task-3-${name}-${hands}`);
      });

      await context.test('call in two people ill and print the call list', async () => {
        await service.book(TODAY, 'card', 8);
        await go(words.today);
        await page.getByText(`${words.by_time} (8)`).waitFor();
        for (const who of ['Hall 1', 'Hall 2']) await check(page.getByLabel(who, { exact: true }));
        await press(page.getByRole('button', { name: words.preview }));
        const preview = page.getByRole('region', { name: words.preview_title });
        await preview.waitFor();
        await press(preview.getByRole('button', { name: words.apply, exact: true }));
        const applied = page.getByRole('region', { name: words.applied_title });
        await applied.waitFor();
        await page.evaluate(() => (window.print = () => (window.printed = true)));
        // Whom to phone, where anybody has to be: the list is printed.
        const print = applied.getByRole('button', { name: words.print_list });
        if (await print.count() > 0) {
          await press(print);
          assert.equal(await page.evaluate(() => window.printed), true);
        } else {
          await applied.getByText(words.sick_none).waitFor();
        }
        await page.emulateMedia({ media: 'print' });
        assert.ok(await applied.isVisible());
        await page.emulateMedia({ media: 'screen' });
        await picture(page, `task-4-${name}-${hands}`);
      });

      await context.test('add a quota and apply it', async () => {
        await go(words.scenario);
        await page.getByRole('tablist').waitFor();
        if (hands === 'mouse') await press(page.getByRole('tab', { name: words.tab_quotas }));
        else {
          // Tabs are one stop; arrows go from one to the next.
          await reach(page.getByRole('tab', { selected: true }));
          for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
        }
        await page.getByRole('tab', { name: words.tab_quotas, selected: true }).waitFor();
        await press(page.getByRole('button', { name: `${words.add}: ${words.list_walk_in_quotas}` }));
        // The new row has the focus.
        await page.waitForFunction(() => document.activeElement?.getAttribute('data-at') === '/walk_in_quotas/1/id');
        const at = (field) => page.locator(`.sheet-of [data-at="/walk_in_quotas/1/${field}"]`);
        await fill(at('id'), 'annex-morning');
        await choose(at('site'), 'annex');
        await fill(at('until'), '11');
        await fill(at('min_share'), '25');
        await page.getByText(words.no_findings).waitFor();
        await press(page.getByRole('button', { name: words.apply_dots }));
        await page.getByText(words.all_kept).or(page.getByText(words.would_move.split('{moved}')[1].split(',')[0].trim())).first().waitFor();
        await picture(page, `task-5-${name}-${hands}`);
        await press(page.locator('.apply').getByRole('button', { name: words.apply, exact: true }));
        await page.getByRole('region', { name: words.applied_title }).waitFor();
        const quotas = (await service.ask('GET', '/v1/scenario')).data.walk_in_quotas;
        const { id, site, from, until, min_share } = quotas[1];
        assert.deepEqual({ id, site, from, until, min_share }, { id: 'annex-morning', site: 'annex', from: '08:00', until: '11:00', min_share: 0.25 });
        assert.ok((await service.ask('GET', '/v1/scenario')).data.staff.some((clerk) => clerk.absent_on?.includes(TODAY)), 'the sick call stays');
      });

      await close();
      await service.end();
    });
  }
}
