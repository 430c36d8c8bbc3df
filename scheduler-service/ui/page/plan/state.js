// What the plan screen knows: the day as the service holds it, a plan that was calculated for it, the
// edits of each, and what the judge says.
import { batch, computed, signal } from '../vendor/preact.js';
import { ask, once, Problem } from '../api.js';
import { may } from '../client.js';
import { signed } from '../format.js';
import { today, zone } from '../time.js';
import { follow, stop } from '../jobs.js';
import { announce, asProblem, guard } from '../parts.js';
import { say } from '../words.js';
import { changed, entriesOf, faultsOf, fileOf, merged } from './model.js';
import { demandFor, scenarioOf } from './scenario.js';

/** @typedef {import('./model.js').Entries} Entries */
/** @typedef {import('./model.js').Entry} Entry */
/** @typedef {import('./model.js').Fault} Fault */

/**
 * @typedef {{ date: string, base: Entries, now: Entries, past: Entries[], future: Entries[], bound: number | null }} Draft
 * @typedef {{ of: Entries, verdict: any, faults: Fault[] }} Judgement
 * @typedef {'book' | 'calculated'} Source
 */

export const date = signal(new URLSearchParams(location.hash.split('?')[1]).get('date') ?? '');
/** `''`: all sites. */
export const site = signal('');
export const by = signal(/** @type {'staff' | 'rooms'} */ ('staff'));
export const view = signal(/** @type {'chart' | 'table'} */ ('chart'));
export const zoom = signal(1);
export const span = signal(/** @type {'day' | 'week'} */ ('day'));
export const source = signal(/** @type {Source} */ ('book'));
export const selected = signal(/** @type {string | null} */ (null));

/** The dates and sites that can be planned. */
export const places = signal(/** @type {any} */ (null));
/** The day as the service holds it, with its version. */
export const book = signal(/** @type {{ etag: string, data: any } | null} */ (null));
/** The scenario that the service holds. */
export const scenario = signal(/** @type {any} */ (null));
export const problem = signal(/** @type {Problem | null} */ (null));
export const loading = signal(false);
/** What was done, for a moment. */
export const notice = signal('');

const drafts = {
  book: signal(/** @type {Draft | null} */ (null)),
  calculated: signal(/** @type {Draft | null} */ (null)),
};
/** The plan that is shown and edited. */
export const draft = computed(() => drafts[source.value].value);
export const entries = computed(() => draft.value?.now ?? []);
export const isEdited = computed(() => draft.value !== null && draft.value.now !== draft.value.base);
export const hasCalculated = computed(() => drafts.calculated.value !== null);

const judgements = signal(/** @type {Map<Entries, Judgement>} */ (new Map()));
/** What the judge says of the plan as it is shown; the last that was said while it is asked again. */
export const judgement = signal(/** @type {Judgement | null} */ (null));
/** What it said before any edit. */
export const baseline = computed(() => (draft.value && judgements.value.get(draft.value.base)) ?? null);
export const isJudged = computed(() => judgement.value?.of === draft.value?.now);
/** Faults by the entry that they are about. */
export const faults = computed(() => {
  /** @type {Map<string, Fault[]>} */
  const found = new Map();
  const known = judgements.value.get(entries.value) ?? judgement.value;
  for (const fault of known?.faults ?? []) {
    if (fault.id) found.set(fault.id, [...(found.get(fault.id) ?? []), fault]);
  }
  return found;
});

/** Days of the sites that are shown. */
export const days = computed(() =>
  (book.value?.data.days ?? []).filter((/** @type {any} */ day) => !site.value || day.site === site.value));

/** The site at which a clerk is on shift at an instant; the first of the day where at none. */
function siteOf(/** @type {any[]} */ all) {
  return (/** @type {string} */ staff, /** @type {number} */ at) => {
    const here = all.filter((day) => day.shifts.some((/** @type {any} */ shift) => shift.staff === staff));
    const now = here.find((day) => day.shifts.some((/** @type {any} */ shift) =>
      shift.staff === staff && Date.parse(shift.start) <= at && at < Date.parse(shift.end)));
    return (now ?? here[0])?.site ?? '';
  };
}

/** @param {Entries} read @param {number | null} [bound] @returns {Draft} */
const begun = (read, bound = null) => ({ date: date.value, base: read, now: read, past: [], future: [], bound });

const guarded = guard(problem);

/** @returns {Promise<{ etag: string, data: any }>} */
async function readBook() {
  const { etag, data } = await ask('GET', `/v1/plan?date=${date.value}`);
  return { etag, data };
}

/** Reads the day anew; edits are put onto it. */
export const load = () => guarded(async () => {
  loading.value = true;
  try {
    places.value ??= (await ask('GET', '/v1/sites')).data;
    zone.value = places.value.time_zone;
    const { from, until } = places.value;
    if (date.value < from || date.value > until) date.value = from > today() ? from : today() > until ? until : today();
    const wanted = date.value;
    const read = await readBook();
    if (wanted !== date.value) return;
    batch(() => {
      show(read);
      if (drafts.calculated.value?.date !== wanted) {
        drafts.calculated.value = null;
        source.value = 'book';
      }
    });
    // The picture of the day does not wait for it: that of a large town has megabytes.
    scenario.value ??= (await ask('GET', '/v1/scenario')).data;
    resume();
  } finally {
    loading.value = false;
  }
});

/** Edits that are not adopted yet, by date: they are there again when the date is. @type {Map<string, Draft>} */
const unsaved = new Map();

// Leaving the page would lose them.
addEventListener('beforeunload', (event) => unsaved.size > 0 && event.preventDefault());

/** @param {{ etag: string, data: any }} read */
function show(read) {
  book.value = read;
  const file = read.data.plan ?? { slots: [], walk_in_blocks: [], breaks: [] };
  const theirs = begun(entriesOf(file, siteOf(read.data.days)));
  const mine = unsaved.get(date.value);
  drafts.book.value = mine ? { ...theirs, now: merged(mine.base, mine.now, theirs.base) } : theirs;
  if (source.value === 'book') judge();
}

/** @param {string} to */
export function go(to) {
  date.value = to;
  selected.value = null;
  void load();
}

/** @param {Source} to */
export function showSource(to) {
  source.value = to;
  selected.value = null;
  judge();
}

// The judge. One question at a time; of edits that come meanwhile only the last is asked about.

let asking = false;

/** Asks the judge about the plan as it is shown. */
export function judge() {
  const known = judgements.value.get(entries.value);
  if (known) judgement.value = known;
  if (!known && !asking) void askJudge();
}

async function askJudge() {
  asking = true;
  try {
    for (let of = entries.value; draft.value && !judgements.value.has(of); of = entries.value) {
      const bound = draft.value.bound === null ? {} : { upper_bound: draft.value.bound };
      const { data } = await ask('POST', '/v1/plans/check', { body: { plan: fileOf(of, bound) } });
      const said = { of, verdict: data, faults: faultsOf(of, data.violations) };
      batch(() => {
        // Of old ones only what edits are compared with is kept.
        const bases = [drafts.book.value?.base, drafts.calculated.value?.base];
        const kept = [...judgements.value].filter(([one], index, all) => index > all.length - 30 || bases.includes(one));
        judgements.value = new Map([...kept, [of, said]]);
        judgement.value = said;
      });
    }
  } catch (error) {
    problem.value = asProblem(error);
  } finally {
    asking = false;
  }
}

// Edits.

/** @param {Partial<Draft>} patch */
function set(patch) {
  const now = draft.value;
  if (!now) return;
  const next = { ...now, ...patch };
  drafts[source.value].value = next;
  if (source.value === 'book' && next.now !== next.base) unsaved.set(next.date, next);
  else if (source.value === 'book') unsaved.delete(next.date);
  notice.value = '';
  judge();
}

/** @param {Entries} next */
function edit(next) {
  const now = draft.value;
  if (now && may('planning:write')) set({ now: next, past: [...now.past, now.now], future: [] });
}

/** @param {string} id */
export const find = (id) => entries.value.find((entry) => entry.id === id) ?? null;

/** Changes an entry: another time, clerk, room, pin. @param {string} id @param {Partial<Entry>} patch */
export function change(id, patch) {
  const entry = find(id);
  if (!entry || Object.entries(patch).every(([field, value]) => entry[/** @type {keyof Entry} */ (field)] === value)) return;
  const next = { ...entry, ...patch };
  if (next.end - next.start < gridMs()) return;
  if (next.kind === 'slots' && scenario.value) patch = { ...patch, demand: demandFor(scenario.value, next) };
  edit(changed(entries.value, id, patch));
}

/** @param {string} id */
export function remove(id) {
  if (find(id)?.appointment) return;
  edit(entries.value.filter((entry) => entry.id !== id));
  selected.value = null;
  announce(say('deleted'));
}

/** @param {Entry} entry */
export function add(entry) {
  const demand = entry.kind === 'slots' && scenario.value ? demandFor(scenario.value, entry) : null;
  edit([...entries.value, { ...entry, demand }]);
  selected.value = entry.id;
}

export function undo() {
  const now = draft.value;
  const before = now?.past[now.past.length - 1];
  if (now && before) set({ now: before, past: now.past.slice(0, -1), future: [now.now, ...now.future] });
}

export function redo() {
  const now = draft.value;
  const next = now?.future[0];
  if (now && next) set({ now: next, past: [...now.past, now.now], future: now.future.slice(1) });
}

export function dropEdits() {
  const now = draft.value;
  if (now) set({ now: now.base, past: [], future: [] });
}

/** A change of what a plan is worth. @param {number} change */
export const signedMinutes = (change) => signed(change, 1);

export const gridMs = () => (scenario.value?.grid_minutes ?? 5) * 60e3;

/**
 * Puts the plan in the place of what the service would do. Where others have booked meanwhile, the
 * edits are put onto what there is now, and the planner looks again.
 */
export const adopt = () => guarded(async () => {
  const now = draft.value;
  if (!now || !book.value) return;
  try {
    const { etag, data } = await ask('PUT', `/v1/plan?date=${now.date}`, { body: fileOf(now.now), match: book.value.etag });
    unsaved.delete(now.date);
    batch(() => {
      drafts.calculated.value = null;
      source.value = 'book';
      selected.value = null;
      show({ etag, data });
    });
    notice.value = say('adopted');
    announce(notice.value);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'stale') throw error;
    const read = await readBook();
    const theirs = entriesOf(read.data.plan, siteOf(read.data.days));
    const base = source.value === 'book' ? now.base : [];
    const next = source.value === 'book' ? merged(base, now.now, theirs) : withPromises(now.now, theirs);
    batch(() => {
      book.value = read;
      drafts[source.value].value = { ...now, base: source.value === 'book' ? theirs : next, now: next, past: [], future: [] };
    });
    judge();
    notice.value = say('merged');
    announce(notice.value);
  }
});

/** A calculated plan with the appointments that there are now. @param {Entries} plan @param {Entries} theirs */
function withPromises(plan, theirs) {
  const planned = new Map(plan.filter((entry) => entry.appointment).map((entry) => [entry.id, entry]));
  const promises = theirs.filter((entry) => entry.appointment).map((entry) => {
    const seat = planned.get(entry.id);
    return seat ? { ...entry, staff: seat.staff, room: seat.room, pinned: seat.pinned } : entry;
  });
  return [...promises, ...plan.filter((entry) => !entry.appointment)];
}

// A plan that is calculated, as a job.

/** The job while it runs. */
export const job = signal(/** @type {{ id: string, date: string, seconds: number, progress: any, stopping: boolean } | null} */ (null));
/** Why there is no plan, where one was asked for. */
export const conflicts = signal(/** @type {any[]} */ ([]));
/** How the last one ended. */
export const planned = signal(/** @type {{ status: string, gap: number | null, objective: number, bound: number } | null} */ (null));

const STORED = 'scheduler-plan-job';
/** @type {AbortController | null} */
let watching = null;

/** @param {number} seconds */
export const calculate = (seconds) => guarded(async () => {
  if (!book.value || !scenario.value) return;
  conflicts.value = [];
  planned.value = null;
  const of = date.value;
  const pinned = (drafts.book.value?.now ?? []).filter((entry) => entry.pinned && !entry.appointment);
  const { data } = await ask('POST', '/v1/plans', {
    once: once(),
    body: {
      scenario: scenarioOf(scenario.value, of, book.value.data.days),
      seconds, relax: true,
      ...(pinned.length > 0 && { start: fileOf(pinned) }),
    },
  });
  const kept = { id: data.id, date: of, seconds };
  sessionStorage.setItem(STORED, JSON.stringify(kept));
  await watch(kept);
});

/** A job that was begun before the page was loaded again. */
function resume() {
  const stored = sessionStorage.getItem(STORED);
  if (!stored || job.value) return;
  const kept = JSON.parse(stored);
  if (kept.date === date.value) void guarded(() => watch(kept));
}

/** @param {{ id: string, date: string, seconds: number }} kept */
async function watch(kept) {
  watching?.abort();
  watching = new AbortController();
  job.value = { ...kept, progress: {}, stopping: false };
  try {
    const ended = await follow(kept.id, ({ progress }) => {
      if (job.value && progress) job.value = { ...job.value, progress };
    }, watching.signal);
    if (ended.status === 'failed') throw new Problem(422, ended.problem);
    if (ended.result) receive(kept.date, ended.result);
  } finally {
    job.value = null;
    sessionStorage.removeItem(STORED);
  }
}

/** @param {string} of @param {any} result */
function receive(of, result) {
  conflicts.value = result.conflicts ?? [];
  if (!result.plan) return;
  const { objective, upper_bound: bound = null, gap = null } = result.plan;
  if (of !== date.value) return;
  const promises = new Map((drafts.book.value?.base ?? []).map((entry) => [entry.appointment, entry]));
  const read = entriesOf(result.plan, siteOf(book.value?.data.days ?? [])).map((entry) => {
    // A basket was planned as a service of its own: it is called again what the book calls it.
    const promise = entry.appointment ? promises.get(entry.appointment) : undefined;
    return promise ? { ...entry, service: promise.service, start: promise.start, end: promise.end } : entry;
  });
  batch(() => {
    drafts.calculated.value = begun(read, bound);
    planned.value = { status: result.status, gap, objective, bound };
    source.value = 'calculated';
    selected.value = null;
  });
  judge();
  announce(say('planned'));
}

export const stopJob = () => guarded(async () => {
  if (!job.value) return;
  job.value = { ...job.value, stopping: true };
  await stop(job.value.id);
});
