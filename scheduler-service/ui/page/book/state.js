// Where a citizen is on the way to an appointment, and what the service has said so far.
import { batch, computed, signal } from '../vendor/core.js';
import { ask, key, once, Problem, useKey } from '../api.js';
import { addDays, dateOf, today, zone } from '../time.js';

/**
 * @typedef {{ service: string, persons: number }} Item
 * @typedef {{ site: string, start: string, end: string, date?: string }} Time
 * @typedef {'what' | 'when' | 'confirm' | 'done' | 'manage' | 'wait' | 'waiting'} Step
 */

// No server and no log sees what is after #: the office's key, which everybody may read, the secret of an
// appointment, and that of a place on the waitlist, its id.
const given = new URLSearchParams(location.hash.slice(1));
if (given.get('key')) useKey(/** @type {string} */ (given.get('key')));

export const step = signal(/** @type {Step} */ (given.get('wish') ? 'waiting' : given.get('appointment') ? 'manage' : 'what'));
export const services = signal(/** @type {any[]} */ ([]));
export const places = signal(/** @type {any} */ (null));
export const basket = signal(/** @type {Item[]} */ ([{ service: given.get('service') ?? '', persons: 1 }]));
export const site = signal(given.get('site') ?? '');
/** First day of the week that is shown. */
export const from = signal('');
export const found = signal(/** @type {{ slots: Time[], next?: Time, reasons: any[] } | null} */ (null));
/** The hold, or the appointment. */
export const booking = signal(/** @type {any} */ (null));
export const etag = signal('');
/** By which the appointment is reached. */
export let secret = given.get('secret') ?? '';
/** The appointment that is to be moved. */
export const moving = signal(/** @type {any} */ (null));
/** The place on the waitlist. */
export const wish = signal(/** @type {any} */ (null));
/** The appointment that somebody has who waits for an earlier one. */
export const instead = signal(/** @type {any} */ (null));
export const message = signal('');
/** Starts near one that is gone. */
export const alternatives = signal(/** @type {Time[] | null} */ (null));
export const problem = signal(/** @type {Problem | null} */ (null));
export const busy = signal(false);
/** When the hold ends, by the clock of this page. */
export const deadline = signal(0);

/** By id. */
export const addable = signal(/** @type {Set<string> | null} */ (null));

export const DAYS = 7;
export const until = computed(() => addDays(from.value, DAYS - 1));

/** The address under which it is found again. @param {{ appointment?: string, wish?: string }} of */
export const addressOf = (of) => `${location.origin}${location.pathname}#${new URLSearchParams({ ...of, ...(of.appointment && secret && { secret }), ...(key.value && { key: key.value }) })}`;

/** @param {() => Promise<void>} work */
export async function guarded(work) {
  if (busy.value) return;
  batch(() => {
    busy.value = true;
    problem.value = null;
    message.value = '';
    alternatives.value = null;
  });
  try {
    await work();
  } catch (error) {
    problem.value = error instanceof Problem ? error : new Problem(-1, { detail: String(error) });
  } finally {
    busy.value = false;
  }
}

export const load = () => guarded(async () => {
  const [all, sites] = await Promise.all([ask('GET', '/v1/services'), ask('GET', '/v1/sites')]);
  zone.value = sites.data.time_zone;
  batch(() => {
    services.value = all.data.services.filter((/** @type {any} */ service) => service.sites.length > 0);
    places.value = sites.data;
    from.value = sites.data.from > today() ? sites.data.from : today();
  });
  const id = given.get('appointment');
  if (id) await read(id);
  if (step.value !== 'waiting') return;
  instead.value = booking.value;
  wish.value = (await ask('GET', `/v1/waitlist/${encodeURIComponent(given.get('wish') ?? '')}`)).data;
});

/** @param {string} id */
async function read(id) {
  const { data, etag: version } = await ask('GET', `/v1/appointments/${encodeURIComponent(id)}`, { secret });
  booking.value = data;
  etag.value = version;
}

/** Books what is held. @param {any} hold */
export async function book(hold) {
  const { data, etag: version } = await ask('POST', '/v1/appointments', {
    once: `confirm-${hold.id}`, body: { hold_id: hold.id, reference: (hold.reference ??= newNumber()), with_secret: true },
  });
  secret = data.secret ?? '';
  batch(() => {
    booking.value = data;
    etag.value = version;
    step.value = 'done';
    message.value = 'done';
  });
  history.replaceState(null, '', addressOf({ appointment: data.id }));
}

export const loadAddable = async () => {
  const chosen = basket.value.filter((item) => item.service);
  addable.value = null;
  if (chosen.length === 0) return;
  const query = new URLSearchParams(chosen.map((item) => ['basket', item.service]));
  try {
    const { data } = await ask('GET', `/v1/services?${query}`);
    addable.value = new Set(data.services.filter((/** @type {any} */ one) => one.sites.length > 0).map((/** @type {any} */ one) => one.id));
  } catch {
    // The search says what does not go together.
  }
};

export const chosen = () => basket.value.filter((item) => item.service);

const MOST = 1000;

/** @param {string} first @param {string} last */
const times = async (first, last) => (await ask('POST', '/v1/slots/search', {
  body: {
    basket: moving.value?.basket ?? chosen(), window: { from: first, until: last }, limit: MOST,
    ...(site.value && { sites: [site.value] }),
    ...(moving.value && { ignore: moving.value.id }),
  },
})).data;

async function find() {
  found.value = null;
  const calendar = readMonth();
  const last = until.value > places.value.until ? places.value.until : until.value;
  const data = await times(from.value, last);
  let { slots } = data;
  if (slots.length === MOST) {
    const dates = Array.from({ length: DAYS }, (_, index) => addDays(from.value, index)).filter((date) => date <= last);
    slots = (await Promise.all(dates.map((date) => times(date, date)))).flatMap((day) => day.slots);
  }
  await calendar;
  found.value = { ...data, slots: thinned(slots) };
}

/**
 * Of each quarter of an hour the time that takes least from others: nobody wants 08:05 or 08:10.
 * @param {(Time & { cost: number })[]} slots
 */
function thinned(slots) {
  /** @type {Map<string, Time & { cost: number }>} */
  const best = new Map();
  for (const slot of slots) {
    const quarter = `${slot.site} ${Math.floor(Date.parse(slot.start) / 9e5)}`;
    const other = best.get(quarter);
    if (!other || slot.cost < other.cost) best.set(quarter, slot);
  }
  return [...best.values()].sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
}

export const search = () => guarded(async () => {
  step.value = 'when';
  await find();
});

/** Times of each date of the month. */
export const month = signal(/** @type {Map<string, number> | null} */ (null));

/** @param {string} date */
export const firstOf = (date) => `${date.slice(0, 8)}01`;

async function readMonth() {
  const first = firstOf(from.value);
  const last = addDays(firstOf(addDays(first, 31)), -1);
  const query = new URLSearchParams([
    ...(moving.value?.basket ?? chosen()).map((/** @type {Item} */ item) => ['basket', `${item.service}:${item.persons}`]),
    ...(site.value ? [['site', site.value]] : []), ...(moving.value ? [['ignore', moving.value.id]] : []),
    ['from', first < today() ? today() : first], ['until', last > places.value.until ? places.value.until : last],
  ]);
  const { data } = await ask('GET', `/v1/days?${query}`);
  month.value = new Map(data.days.map((/** @type {any} */ day) => [day.date, day.starts + day.undecided]));
}

/** @param {string} to */
export const week = (to) => guarded(async () => {
  from.value = to < today() ? today() : to;
  await find();
});

/** @param {Time} time */
export const choose = (time) => guarded(async () => {
  try {
    if (moving.value) {
      const { data, etag: version } = await ask('POST', `/v1/appointments/${moving.value.id}/reschedule`, {
        once: once(), match: etag.value, secret, body: { site: time.site, start: time.start },
      });
      batch(() => {
        booking.value = data;
        etag.value = version;
        moving.value = null;
        step.value = 'done';
        message.value = 'moved';
      });
      return;
    }
    const { data } = await ask('POST', '/v1/holds', { once: once(), body: { site: time.site, start: time.start, basket: chosen() } });
    batch(() => {
      booking.value = data;
      // This clock may differ from the service's.
      deadline.value = Date.now() + Date.parse(data.expires_at) - Date.parse(data.updated_at);
      step.value = 'confirm';
    });
  } catch (error) {
    if (!(error instanceof Problem) || (error.status !== 409 && error.code !== 'not-offered')) throw error;
    step.value = 'when';
    await find();
    alternatives.value = error.details.alternatives ?? [];
  }
});

/** Without letters that look alike. */
function newNumber() {
  const letters = 'ABCDEFGHKLMNPRSTUVWXYZ23456789';
  const drawn = [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => letters[byte % letters.length]).join('');
  return `${drawn.slice(0, 3)}-${drawn.slice(3)}`;
}

export const confirm = () => guarded(async () => {
  try {
    await book(booking.value);
  } catch (error) {
    if (error instanceof Problem && error.code === 'hold-expired') await expire();
    else throw error;
  }
});

async function expire() {
  booking.value = null;
  step.value = 'when';
  await find();
  message.value = 'expired';
}

export const hasExpired = () => guarded(expire);

export const giveBack = () => guarded(async () => {
  const { id } = booking.value;
  booking.value = null;
  step.value = 'when';
  await ask('DELETE', `/v1/holds/${id}`);
  await find();
});

export const cancel = () => guarded(async () => {
  const { data, etag: version } = await ask('POST', `/v1/appointments/${booking.value.id}/cancel`, { once: once(), match: etag.value, secret });
  batch(() => {
    booking.value = data;
    etag.value = version;
    message.value = 'cancelled';
  });
});

export const move = () => guarded(async () => {
  batch(() => {
    moving.value = booking.value;
    from.value = dateOf(booking.value.start) > today() ? dateOf(booking.value.start) : today();
    step.value = 'when';
  });
  await find();
});

export function restart() {
  history.replaceState(null, '', location.pathname + location.search);
  batch(() => {
    booking.value = null;
    moving.value = null;
    wish.value = null;
    instead.value = null;
    basket.value = [{ service: '', persons: 1 }];
    message.value = '';
    problem.value = null;
    step.value = 'what';
    from.value = today();
  });
}
