// What the screen of a day knows: who comes, who is there, and what an absence would come to.
import { batch, computed, signal } from '../vendor/preact.js';
import { ask, once } from '../api.js';
import { today, zone } from '../time.js';
import { announce, guard } from '../parts.js';
import { say } from '../words.js';

/** @typedef {import('../api.js').Problem} Problem */

export const date = signal('');
export const site = signal('');
export const places = signal(/** @type {any} */ (null));
export const book = signal(/** @type {any} */ (null));
export const problem = signal(/** @type {Problem | null} */ (null));
export const refreshed = signal(0);
/** Ids of appointments that are being changed. */
export const changing = signal(/** @type {Set<string>} */ (new Set()));
/** Clerks who are absent for the whole date, by id. */
export const absent = signal(/** @type {string[]} */ ([]));

let etag = '';

export const days = computed(() =>
  (book.value?.days ?? []).filter((/** @type {any} */ day) => !site.value || day.site === site.value));

/** Promises of the date by time, each with its site. */
export const promises = computed(() => days.value
  .flatMap((/** @type {any} */ day) => day.promises.map((/** @type {any} */ one) => ({ ...one, site: day.site })))
  .sort((/** @type {any} */ a, /** @type {any} */ b) => Date.parse(a.start) - Date.parse(b.start) || a.id.localeCompare(b.id)));

const guarded = guard(problem);

/** Reads the day; nothing is sent where nothing has changed. */
export const load = () => guarded(async () => {
  places.value ??= (await ask('GET', '/v1/sites')).data;
  zone.value = places.value.time_zone;
  const { from, until } = places.value;
  if (date.value < from || date.value > until) date.value = today() < from ? from : today() > until ? until : today();
  const wanted = date.value;
  const read = await ask('GET', `/v1/plan?date=${wanted}`, { known: book.value ? etag : undefined });
  if (wanted !== date.value) return;
  refreshed.value = Date.now();
  if (!read.data) return;
  const isNew = read.data.scenario_version !== book.value?.scenario_version;
  batch(() => {
    etag = read.etag;
    book.value = read.data;
  });
  if (isNew) await loadAbsent();
});

async function loadAbsent() {
  const { data } = await ask('GET', '/v1/scenario');
  absent.value = data.staff.filter((/** @type {any} */ clerk) => clerk.absent_on?.includes(date.value)).map((/** @type {any} */ clerk) => clerk.id);
}

/** @param {string} to */
export function go(to) {
  batch(() => {
    date.value = to;
    book.value = null;
    change.value = null;
    sick.value = new Set();
  });
  void load();
}

/**
 * Says what happened with an appointment.
 * @param {any} promise @param {'arrive' | 'fulfil' | 'no_show'} what
 */
export const tell = (promise, what) => guarded(async () => {
  changing.value = new Set([...changing.value, promise.id]);
  try {
    await ask('POST', `/v1/appointments/${promise.id}/${what.replace('_', '-')}`, { once: once() });
    announce(say(`done_${what}`, { what: promise.reference ?? promise.id.slice(0, 8) }));
    await load();
  } finally {
    changing.value = new Set([...changing.value].filter((id) => id !== promise.id));
  }
});

// A sick call.

export const sick = signal(/** @type {Set<string>} */ (new Set()));
/** What it comes to, with what was promised before. */
export const change = signal(/** @type {{ applied: boolean, sick: string[], answer: any, before: Map<string, any> } | null} */ (null));
export const asking = signal(false);

/** @param {boolean} apply */
export const repair = (apply) => guarded(async () => {
  asking.value = true;
  try {
    const who = [...sick.value];
    const before = change.value?.before ?? new Map((book.value?.days ?? []).flatMap((/** @type {any} */ day) =>
      [...day.promises, ...day.stranded].map((/** @type {any} */ one) => [one.id, one])));
    const { data } = await ask('POST', '/v1/repairs', {
      body: { absences: who.map((staff) => ({ staff, date: date.value })), dry_run: !apply },
    });
    change.value = { applied: apply, sick: who, answer: data, before };
    if (!apply) return;
    sick.value = new Set();
    announce(say('applied'));
    await load();
  } finally {
    asking.value = false;
  }
});
