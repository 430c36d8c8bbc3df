// How fast the pages are. A busy machine is slow, so that bounds are wide; the figures are told.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browse, open, serve } from './support.js';
import { DAY, ZONE } from './town.js';

let browser;
let service;
before(async () => {
  browser = await browse();
  service = await serve();
});
after(async () => {
  await browser?.close();
  await service?.end();
});

const ROWS = 600;

/** A day of six hundred clerks with fifteen bars each, in the form of `GET /v1/plan`. */
function large() {
  const at = (minute) => `${DAY}T${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00${offset()}`;
  const [staff, rooms, shifts, promises, slots, breaks, blocks, stays] = [{}, {}, [], [], [], [], [], []];
  for (let i = 0; i < ROWS; i++) {
    const [id, room] = [`clerk-${i}`, `room-${i}`];
    staff[id] = `Clerk ${i}`;
    rooms[room] = `Room ${i}`;
    shifts.push({ staff: id, start: at(450), end: at(960), absences: [] });
    stays.push({ staff: id, room, start: at(450), end: at(960) });
    for (let bar = 0; bar < 13; bar++) {
      const [start, end, appointment] = [at(450 + bar * 30), at(470 + bar * 30 + (i % 3) * 5), `${i}-${bar}`];
      const service_ = ['card', 'move', 'stamp'][bar % 3];
      promises.push({ id: appointment, start, end, basket: [{ service: service_, persons: 1 }], staff: id, room, status: 'booked', pinned: false });
      slots.push({ service: service_, site: 'hall', staff: id, room, start, end, appointment });
    }
    breaks.push({ staff: id, start: at(850), end: at(880) });
    blocks.push({ staff: id, room, site: 'hall', start: at(890), end: at(950) });
  }
  return {
    scenario_version: 1, time_zone: ZONE, names: { sites: { hall: 'Town hall' }, staff, rooms, services: { card: 'Identity card', move: 'Change of address', stamp: 'Certification' } },
    days: [{ date: DAY, site: 'hall', appointment_minutes: 1000, promised_minutes: 900, shifts, promises, walk_in_blocks: blocks, breaks, stays, stranded: [] }],
    plan: { schema: 'plan/1', slots, walk_in_blocks: blocks, breaks },
  };
}

const offset = () => {
  const [, sign, hours] = /GMT([+-])(\d+)$/.exec(ZONE) ?? [null, '-', '0'];
  return `${sign === '-' ? '+' : '-'}${hours.padStart(2, '0')}:00`;
};

/** The middle one. */
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

test('six hundred rows are scrolled', async (context) => {
  const opened = await open(browser, `${service.base}/#/today`, { viewport: { width: 1440, height: 900 } });
  const { page, close } = opened;
  const plan = large();
  await page.route('**/v1/plan?date=*', (route) => route.fulfill({ json: plan, headers: { ETag: '"1"' } }));
  await page.route('**/v1/plans/check', (route) => route.fulfill({ json: { valid: true, violations: [], warnings: [], objective: 1, stays: 600, moves: 0, shortages: [] } }));
  const begin = Date.now();
  await page.goto(`${service.base}/#/plan?date=${DAY}`);
  await page.reload();
  await page.locator('.gantt .bar').first().waitFor();
  context.diagnostic(`first bars of ${ROWS} rows after ${Date.now() - begin} ms`);
  await page.locator('.verdict[aria-busy="false"]').waitFor();
  // What the main thread works, by its own clock: on a busy machine it waits for the painter, which is
  // no work of the page. Of ten stretches of fifteen frames the middle one.
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const clocks = async () => Object.fromEntries((await session.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value * 1000]));
  const scroll = (frames) => page.evaluate((count) => new Promise((done) => {
    const chart = document.querySelector('.gantt');
    const frame = () => {
      chart.scrollTop += 60;
      if (--count > 0) requestAnimationFrame(frame);
      else requestAnimationFrame(() => done(chart.querySelectorAll('.gantt-row').length));
    };
    requestAnimationFrame(frame);
  }), frames);
  const [FRAMES, stretches] = [15, []];
  let drawn = 0;
  for (let i = 0; i < 10; i++) {
    const before = await clocks();
    drawn = await scroll(FRAMES);
    const after = await clocks();
    const of = (name) => (after[name] - before[name]) / FRAMES;
    stretches.push({ task: of('TaskDuration'), script: of('ScriptDuration'), style: of('RecalcStyleDuration'), layout: of('LayoutDuration') });
  }
  const middle = (name) => median(stretches.map((one) => one[name]));
  context.diagnostic(`main-thread work of a frame: median ${middle('task').toFixed(1)} ms (script ${middle('script').toFixed(1)}, style ${middle('style').toFixed(1)}, layout ${middle('layout').toFixed(1)}), ${drawn} rows drawn`);
  assert.ok(drawn < 60, 'rows out of sight are not drawn');
  assert.equal(await page.locator('.gantt-sheet').getAttribute('aria-rowcount'), String(ROWS));
  assert.ok(middle('task') <= 32, `${middle('task')} ms`);
  await close();
});

test('the verdict comes soon after a drag', async (context) => {
  await service.book(DAY, 'card', 10);
  const { page, close } = await open(browser, `${service.base}/#/plan?date=${DAY}`);
  await page.locator('.gantt .bar.breaks').first().waitFor();
  await page.locator('.verdict[aria-busy="false"]').waitFor();
  // From the drop to the picture with the new verdict.
  await page.evaluate(() => {
    window.verdicts = [];
    let dropped = 0;
    addEventListener('pointerup', () => (dropped = performance.now()), true);
    new MutationObserver(() => {
      if (!dropped || document.querySelector('.verdict').getAttribute('aria-busy') !== 'false') return;
      const from = dropped;
      dropped = 0;
      requestAnimationFrame(() => window.verdicts.push(performance.now() - from));
    }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ['aria-busy'] });
  });
  for (let i = 1; i <= 9; i++) {
    const box = await page.locator('.gantt .bar.breaks').first().boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + (i % 2 ? 40 : -40), box.y + 10, { steps: 4 });
    await page.mouse.up();
    await page.waitForFunction((count) => window.verdicts.length >= count, i);
  }
  const times = await page.evaluate(() => window.verdicts);
  context.diagnostic(`verdict after a drag: median ${median(times).toFixed(0)} ms, longest ${Math.max(...times).toFixed(0)} ms`);
  assert.ok(median(times) < 1500, `${median(times)} ms`);
  await page.getByRole('button', { name: 'Drop edits' }).click();
  await close();
});

test('what becomes of promises is said at once before a draft is applied', async (context) => {
  const { data } = await service.ask('POST', '/v1/drafts', { name: 'Fewer clerks' });
  const { data: draft } = await service.ask('GET', `/v1/drafts/${data.id}`);
  draft.scenario.staff.splice(0, 1);
  await service.ask('PUT', `/v1/drafts/${data.id}`, { scenario: draft.scenario }, { 'If-Match': '"1"' });
  const times = [];
  for (let i = 0; i < 5; i++) {
    const begin = performance.now();
    const answer = await service.ask('POST', `/v1/drafts/${data.id}/apply?dry_run=true&repair=true`, undefined, { 'If-Match': '"2"' });
    times.push(performance.now() - begin);
    assert.equal(answer.status, 200, JSON.stringify(answer.data));
  }
  context.diagnostic(`preview of applying: median ${median(times).toFixed(0)} ms`);
  assert.ok(median(times) < 2000, `${median(times)} ms`);
});
