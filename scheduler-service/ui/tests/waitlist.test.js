// Who finds nothing waits, is offered what others give back, and takes or declines it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { de } from '../page/book/words-de.js';
import { en } from '../page/book/words-en.js';
import { accessible, browse, open, picture, serve } from './support.js';
import { DAY, TOWN } from './town.js';

let browser;
before(async () => {
  browser = await browse();
});
after(() => browser?.close());

const NEXT = new Date(Date.parse(`${DAY}T12:00:00Z`) + 864e5).toISOString().slice(0, 10);

/** An office with one clerk, who is there for an hour on two days: four appointments. */
const SMALL = {
  ...TOWN, walk_in_quotas: [], demand: [], operations: undefined,
  services: [{ ...TOWN.services[0], minutes: 30, equipment: [] }],
  staff: [{ ...TOWN.staff[0], shifts: [{ site: 'hall', from: '12:00', until: '13:00', from_date: DAY, until_date: NEXT }] }],
};

const BASKET = [{ service: 'card', persons: 1 }];
const once = () => ({ 'Idempotency-Key': `k${Math.random()}` });

/** Books all of a date, in order of time. */
async function full(service, date) {
  const booked = [];
  for (const time of ['12:00', '12:30']) {
    const { data } = await service.ask('POST', '/v1/slots/search', { basket: BASKET, window: { from: date, until: date }, limit: 100 });
    const start = data.slots.find((slot) => slot.start.includes(`T${time}`));
    const hold = await service.ask('POST', '/v1/holds', { site: 'hall', start: start.start, basket: BASKET }, once());
    const done = await service.ask('POST', '/v1/appointments', { hold_id: hold.data.id, reference: `T-${date}-${time}` }, once());
    assert.equal(done.status, 201, JSON.stringify(done.data));
    booked.push(done.data);
  }
  return booked;
}

const cancel = async (service, { id }) => {
  const { status, data } = await service.ask('POST', `/v1/appointments/${id}/cancel`, {}, once());
  assert.equal(status, 200, JSON.stringify(data));
};

for (const [name, locale, words, colorScheme] of [['en', 'en-GB', en, 'light'], ['de', 'de-DE', de, 'dark']]) {
  test(`somebody waits, declines an offer and takes the next, in ${name}`, async () => {
    const service = await serve({ scenario: SMALL });
    const [first, second] = await full(service, DAY);
    await full(service, NEXT);
    const { page, close } = await open(browser, `${service.base}/book`, { locale, colorScheme, viewport: { width: 390, height: 844 } });
    await page.getByLabel(words.service).selectOption('Identity card');
    await page.getByRole('button', { name: words.find }).press('Enter');
    await page.getByText(words.none_anywhere).waitFor();
    await accessible(page, `nothing ${name}`);
    await page.getByRole('button', { name: words.wait_other }).press('Enter');
    await page.getByText(words.wait_how).waitFor();
    // At noon, on any day.
    await page.getByRole('group', { name: words.wait_hours }).getByRole('checkbox').nth(2).press(' ');
    await accessible(page, `wait ${name}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await picture(page, `book-wait-${name}`);
    await page.getByRole('button', { name: words.wait_join }).press('Enter');
    await page.getByText(words.wish_waiting).waitFor();
    await accessible(page, `waiting ${name}`);
    await picture(page, `book-waiting-${name}`);
    const { wishes } = (await service.ask('GET', '/v1/waitlist')).data;
    assert.deepEqual(wishes.map((wish) => [wish.status, wish.hours, wish.days]), [['waiting', [{ from: '12:00', until: '15:00' }], []]]);

    // What is given back is offered, on the open page and by the address.
    await cancel(service, first);
    const take = page.getByRole('button', { name: words.wait_accept });
    await take.waitFor();
    await accessible(page, `offered ${name}`);
    await picture(page, `book-offered-${name}`);
    await page.getByRole('button', { name: words.wait_decline }).press('Enter');
    await page.getByText(words.wish_waiting).waitFor();
    const address = await page.locator('.address a').getAttribute('href');
    await close();

    const later = await open(browser, address, { locale, colorScheme });
    await later.page.getByText(words.wish_waiting).waitFor();
    await cancel(service, second);
    await later.page.getByText('12:30').first().waitFor();
    await later.page.getByRole('button', { name: words.wait_accept }).press('Enter');
    await later.page.getByText(words.done).waitFor();
    assert.match(await later.page.locator('.number').innerText(), /^[A-Z2-9]{3}-[A-Z2-9]{3}$/);
    await later.close();
    // Its address leads to what it has become.
    const end = await open(browser, address, { locale });
    await end.page.getByText(words.wish_booked).waitFor();
    await end.page.getByRole('link', { name: words.step_done }).click();
    await end.page.getByRole('button', { name: words.cancel }).waitFor();
    await end.close();
    await service.end();
  });
}

test('who has an appointment waits for an earlier one, which takes its place', async () => {
  const service = await serve({ scenario: SMALL });
  const [first] = await full(service, DAY);
  const [mine] = await full(service, NEXT);
  const { page, close } = await open(browser, `${service.base}/book#appointment=${mine.id}`);
  await page.getByRole('button', { name: en.wait_earlier }).click();
  await page.getByRole('button', { name: en.wait_join }).click();
  await page.getByText(en.wish_waiting).waitFor();
  const [wish] = (await service.ask('GET', '/v1/waitlist')).data.wishes;
  assert.equal(wish.window.until, DAY);
  assert.equal((await service.ask('GET', `/v1/appointments/${mine.id}`)).data.status, 'booked');
  await cancel(service, first);
  await page.getByRole('button', { name: en.wait_accept }).click();
  await page.getByText(en.moved).waitFor();
  assert.equal((await service.ask('GET', `/v1/appointments/${mine.id}`)).data.status, 'cancelled');
  // Who stops waiting is asked for nothing more.
  await page.getByRole('button', { name: en.manage }).click();
  await close();
  await service.end();
});

test('who leaves the waitlist is offered nothing', async () => {
  const service = await serve({ scenario: SMALL });
  const [first] = await full(service, DAY);
  await full(service, NEXT);
  const { page, close } = await open(browser, `${service.base}/book#service=card`);
  await page.getByRole('button', { name: en.find }).click();
  await page.getByRole('button', { name: en.wait_other }).click();
  await page.getByRole('button', { name: en.wait_join }).click();
  await page.getByRole('button', { name: en.wait_stop }).click();
  await page.getByText(en.wish_withdrawn).waitFor();
  await cancel(service, first);
  const [wish] = (await service.ask('GET', '/v1/waitlist')).data.wishes;
  assert.equal(wish.status, 'withdrawn');
  await close();
  await service.end();
});
