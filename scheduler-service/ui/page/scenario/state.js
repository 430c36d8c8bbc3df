// What the scenario screen knows: the scenario that is booked from, the drafts, the one that is shown with
// its edits, and what the service has found about it.
import { batch, computed, effect, signal } from '../vendor/preact.js';
import { ask, keyWanted, Problem } from '../api.js';
import { may as mayDo } from '../client.js';
import { shortDate, today, zone } from '../time.js';
import { announce, guard } from '../parts.js';
import { append, at, freeId, pointerOf, put, without } from './model.js';
import { begun } from './fields.js';
import { say } from './words.js';

/** @typedef {import('./model.js').Path} Path @typedef {import('./fields.js').List} List */
/** @typedef {{ severity: 'error' | 'warning', pointer: string, code: string, message: string }} Finding */

const ADDRESS = new URLSearchParams(location.hash.split('?')[1]);

export const tab = signal(ADDRESS.get('tab') ?? 'sites');
/** The draft that is shown; `''`: what is booked from. */
export const chosen = signal(ADDRESS.get('draft') ?? '');
/** What is known of drafts, without their scenarios. */
export const drafts = signal(/** @type {any[]} */ ([]));
/** The scenario that is booked from, with its version. */
export const booked = signal(/** @type {{ data: any, version: number } | null} */ (null));
/** The draft that is shown, without its scenario. */
export const draft = signal(/** @type {any} */ (null));
/** The scenario as it is shown. */
export const scenario = signal(/** @type {any} */ (null));
const past = signal(/** @type {any[]} */ ([]));
const future = signal(/** @type {any[]} */ ([]));
export const canUndo = computed(() => past.value.length > 0);
export const canRedo = computed(() => future.value.length > 0);
export const findings = signal(/** @type {Finding[]} */ ([]));
/** Whether the service has looked at the draft as it is. */
export const looked = signal(false);
export const problem = signal(/** @type {Problem | null} */ (null));
/** Whether what is shown is with the service. */
export const saving = signal(/** @type {'saved' | 'waiting' | 'saving' | 'stale'} */ ('saved'));
/** The entry whose details are shown. */
export const selected = signal(/** @type {{ list: List, index: number } | null} */ (null));
/** What the panel over the tables shows. */
export const panel = signal(/** @type {'' | 'changes' | 'apply' | 'versions' | 'workbook'} */ (''));
export const changes = signal(/** @type {any} */ (null));
export const versions = signal(/** @type {any[]} */ ([]));
/** What applying would come to, or came to. */
export const outcome = signal(/** @type {{ applied: boolean, answer: any } | null} */ (null));
export const busy = signal(false);
/** Where the focus goes once it is drawn. */
export const wanted = signal('');

/** Whether whoever looks may change anything. */
export const may = computed(() => mayDo('planning:write'));

const guarded = guard(problem);

/** Does what takes a while, one thing at a time. @param {() => Promise<void>} work */
export const working = (work) => guarded(async () => {
  busy.value = true;
  try {
    await work();
  } finally {
    busy.value = false;
  }
});

// What lists refer to. Each only changes where its list does.

const part = (/** @type {string} */ name) => computed(() => scenario.value?.[name]);
const parts = Object.fromEntries(['sites', 'rooms', 'services', 'staff'].map((name) => [name, part(name)]));
const wordsOf = (/** @type {string[]} */ lists, /** @type {string} */ field) => computed(() => {
  const all = lists.flatMap((list) => (parts[list].value ?? []).flatMap((/** @type {any} */ one) => (Array.isArray(one?.[field]) ? one[field] : [])));
  return [...new Set(/** @type {string[]} */ (all))].sort().map((word) => ({ id: word, name: word }));
});
/** Ids and names that a field may have, by the list that it names. */
export const known = /** @type {Record<string, { value: { id: string, name: string }[] }>} */ ({
  ...Object.fromEntries(Object.entries(parts).map(([name, list]) => [name, computed(() => (list.value ?? []).map((/** @type {any} */ one) => ({ id: one?.id, name: one?.name ?? one?.id })))])),
  shift_templates: computed(() => (scenario.value?.staffing?.shift_templates ?? []).map((/** @type {any} */ one) => ({ id: one?.id, name: one?.id }))),
  skills: wordsOf(['staff', 'services'], 'skills'),
  equipment: wordsOf(['rooms', 'services'], 'equipment'),
});

/** What was found, by the pointer of its place. */
export const found = computed(() => {
  /** @type {Map<string, Finding[]>} */
  const all = new Map();
  for (const one of findings.value) all.set(one.pointer, [...(all.get(one.pointer) ?? []), one]);
  return all;
});
/** What was found at or below a path. @param {Path} path @returns {Finding[]} */
export function foundBelow(path) {
  const pointer = pointerOf(path);
  return findings.value.filter((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`));
}

export const load = () => guarded(async () => {
  const [held, list] = await Promise.all([ask('GET', '/v1/scenario'), ask('GET', '/v1/drafts?limit=100')]);
  batch(() => {
    zone.value = held.data.time_zone;
    booked.value = { data: held.data, version: Number(held.etag.replaceAll('"', '')) };
    drafts.value = list.data.drafts;
  });
  const asked = new URLSearchParams(location.hash.split('?')[1]).get('draft');
  // Edits that are not saved stay.
  if (saving.value === 'saved') await open(asked ?? chosen.value);
});

// What could not be sent as the session had ended is sent once somebody has signed in again.
effect(() => {
  if (!keyWanted.value && saving.peek() === 'waiting') void guarded(save);
});

/** Shows a draft, or what is booked from. @param {string} id */
async function open(id) {
  const read = id ? await ask('GET', `/v1/drafts/${id}`) : null;
  const { scenario: body, ...head } = read?.data ?? { scenario: booked.value?.data };
  batch(() => {
    chosen.value = id;
    draft.value = read ? head : null;
    scenario.value = body;
    past.value = [];
    future.value = [];
    findings.value = [];
    selected.value = null;
    panel.value = '';
    outcome.value = null;
    saving.value = 'saved';
  });
  if (id) await look();
}

/** @param {string} id */
export const show = (id) => guarded(async () => {
  await save();
  await open(id);
});

/** The address names what is shown, so that it can be sent to somebody, and is there after a reload. */
effect(() => {
  const query = new URLSearchParams({ tab: tab.value, ...(chosen.value && { draft: chosen.value }) });
  if (location.hash.startsWith('#/scenario')) history.replaceState(null, '', `#/scenario?${query}`);
});

async function look() {
  const id = chosen.value;
  const { data } = await ask('GET', `/v1/drafts/${id}/findings`);
  if (id !== chosen.value) return;
  findings.value = data.findings;
  looked.value = data.version === draft.value?.version;
}

// Edits. They are sent a moment after the last, one request at a time.

const PAUSE = 600;
let timer = 0;
/** @type {Promise<void> | null} */
let sending = null;

/** @param {any} next */
function set(next) {
  batch(() => {
    scenario.value = next;
    saving.value = 'waiting';
    outcome.value = null;
  });
  clearTimeout(timer);
  timer = setTimeout(() => void guarded(save), PAUSE);
}

/** @param {any} next */
function edit(next) {
  past.value = [...past.value.slice(-199), scenario.value];
  future.value = [];
  set(next);
}

/** Changes what is at a path; `undefined` takes it away. @param {Path} path @param {any} value */
export function change(path, value) {
  if (JSON.stringify(at(scenario.value, path)) !== JSON.stringify(value)) edit(put(scenario.value, path, value));
}

/** Changes several at once. @param {[Path, any][]} all */
export function changeAll(all) {
  const next = all.reduce((value, [path, to]) => put(value, path, to), scenario.value);
  if (all.length > 0) edit(next);
}

/** Puts something else in the place of all. @param {any} next */
export const replace = (next) => edit(next);

/** A new entry of a list. @param {List} list @param {number} index @returns {any} */
export const fresh = (list, index) => ({ ...begun(list.fields, scenario.value), ...(list.stem && { id: `${list.stem}-${index + 1}` }) });

/** Adds an entry, like one where one is given, and shows it. @param {List} list @param {any} [like] */
export function add(list, like) {
  const all = at(scenario.value, list.path) ?? [];
  const entry = structuredClone(like ?? begun(list.fields, scenario.value));
  if (list.stem) entry.id = freeId(all, like?.id ?? all.at(-1)?.id ?? list.stem);
  edit(append(scenario.value, list.path, [entry]));
  selected.value = { list, index: all.length };
  wanted.value = `${pointerOf(list.path)}/${all.length}/${list.fields[0].name}`;
  announce(say('added'));
}

/** @param {List} list @param {number} index */
export function remove(list, index) {
  edit(without(scenario.value, list.path, index));
  batch(() => {
    selected.value = null;
    findings.value = findings.value.filter((one) => !one.pointer.startsWith(pointerOf(list.path)));
  });
  announce(say('removed'));
}

export function undo() {
  const before = past.value.at(-1);
  if (!before) return;
  batch(() => {
    future.value = [scenario.value, ...future.value];
    past.value = past.value.slice(0, -1);
    set(before);
  });
}

export function redo() {
  const next = future.value[0];
  if (!next) return;
  batch(() => {
    past.value = [...past.value, scenario.value];
    future.value = future.value.slice(1);
    set(next);
  });
}

/** Sends what was edited: the first edit of what is booked from makes a draft. */
export async function save() {
  clearTimeout(timer);
  while (sending) await sending;
  if (saving.value !== 'waiting') return;
  sending = send().finally(() => (sending = null));
  await sending;
  // What was edited meanwhile.
  if (saving.value === 'waiting') await save();
}

async function send() {
  const of = scenario.value;
  saving.value = 'saving';
  try {
    const { data } = draft.value
      ? await ask('PUT', `/v1/drafts/${draft.value.id}`, { body: { scenario: of }, match: `"${draft.value.version}"` })
      : await ask('POST', '/v1/drafts', { body: { name: say('draft_of', { date: shortDate(today()) }), scenario: of } });
    received(data);
    saving.value = scenario.value === of ? 'saved' : 'waiting';
  } catch (error) {
    saving.value = error instanceof Problem && error.code === 'stale' ? 'stale' : 'waiting';
    throw error;
  }
  await look();
  if (panel.value === 'changes') await readChanges();
}

/** @param {any} head */
function received(head) {
  batch(() => {
    chosen.value = head.id;
    draft.value = head;
    drafts.value = drafts.value.some((one) => one.id === head.id)
      ? drafts.value.map((one) => (one.id === head.id ? head : one)) : [head, ...drafts.value];
  });
}

// Leaving the page would lose what is not sent.
addEventListener('beforeunload', (event) => {
  if (saving.value === 'saved') return;
  void guarded(save);
  event.preventDefault();
});

/** Somebody else has changed the draft: theirs is shown, or mine put in its place. @param {boolean} mine */
export const settle = (mine) => guarded(async () => {
  if (!draft.value) return;
  if (!mine) return open(draft.value.id);
  const { data } = await ask('GET', `/v1/drafts/${draft.value.id}`);
  const { scenario: _, ...head } = data;
  received(head);
  saving.value = 'waiting';
  await save();
});

// Drafts.

/** Makes a draft: of what is booked from, or of another scenario. @param {{ name: string, scenario: any }} [of] */
export const make = (of) => guarded(async () => {
  await save();
  const { data } = await ask('POST', '/v1/drafts', { body: of ?? { name: say('draft_of', { date: shortDate(today()) }) } });
  drafts.value = [data, ...drafts.value];
  await open(data.id);
  announce(say('made'));
});

/** @param {{ name?: string, note?: string }} patch */
export const rename = (patch) => guarded(async () => {
  await save();
  const { id, version } = draft.value;
  received((await ask('PUT', `/v1/drafts/${id}`, { body: patch, match: `"${version}"` })).data);
});

export const drop = () => guarded(async () => {
  clearTimeout(timer);
  while (sending) await sending;
  const { id, version } = draft.value;
  await ask('DELETE', `/v1/drafts/${id}`, { match: `"${version}"` });
  drafts.value = drafts.value.filter((one) => one.id !== id);
  await open('');
  announce(say('dropped'));
});

async function readChanges() {
  changes.value = draft.value ? (await ask('GET', `/v1/drafts/${draft.value.id}/changes`)).data : null;
}

/** @param {'changes' | 'apply' | 'versions'} which */
export const toggle = (which) => guarded(async () => {
  // What was edited since is looked at anew.
  const outdated = which === 'apply' && (!outcome.value || outcome.value.applied);
  if (panel.value === which && !outdated) {
    panel.value = '';
    return;
  }
  await save();
  panel.value = which;
  outcome.value = null;
  if (which === 'changes') await readChanges();
  if (which === 'versions') versions.value = (await ask('GET', `/v1/drafts/${draft.value.id}/versions`)).data.versions;
  if (which === 'apply') await askApply(true);
});

/** Shows the scenario of an older version as an edit, which can be undone. @param {number} version */
export const restore = (version) => guarded(async () => {
  const { data } = await ask('GET', `/v1/drafts/${draft.value.id}?version=${version}`);
  edit(data.scenario);
  await save();
  announce(say('restored'));
});

/** Takes back one change: the place is as it was, or as others have made it. @param {any} change @param {any} to */
export function revert(change, to) {
  const path = pathOf(scenario.value, change.path);
  if (!path) return;
  const last = path.at(-1);
  if (typeof last !== 'number') return edit(put(scenario.value, path, to));
  const list = path.slice(0, -1);
  if (to === undefined) edit(without(scenario.value, list, last));
  else if (last < at(scenario.value, list).length) edit(put(scenario.value, path, to));
  else edit(append(scenario.value, list, [to]));
}

/** Names and ids as a path with positions; one after the last where an entry is not there. @param {any} value @param {string[]} names */
function pathOf(value, names) {
  /** @type {Path} */
  const path = [];
  let here = value;
  for (const name of names) {
    const list = Array.isArray(here) ? here : null;
    const position = list?.findIndex((one) => one?.id === name) ?? -1;
    const step = !list ? name : position < 0 ? list.length : position;
    path.push(step);
    here = here?.[step];
  }
  return path;
}

/** @param {boolean} dry @param {boolean} [repair] */
async function askApply(dry, repair = true) {
  busy.value = true;
  try {
    const { id, version } = draft.value;
    const seen = dry ? '' : `&scenario_version=${outcome.value?.answer.change.version}`;
    const { data } = await ask('POST', `/v1/drafts/${id}/apply?dry_run=${dry}&repair=${repair}${seen}`, { match: `"${version}"` });
    outcome.value = { applied: !dry, answer: data };
    received(data.draft);
  } finally {
    busy.value = false;
  }
}

/** Makes the draft what is booked from. */
export const apply = () => guarded(async () => {
  await askApply(false);
  const after = outcome.value;
  announce(say('applied'));
  const held = await ask('GET', '/v1/scenario');
  booked.value = { data: held.data, version: Number(held.etag.replaceAll('"', '')) };
  const { data } = await ask('GET', `/v1/drafts/${chosen.value}`);
  batch(() => {
    scenario.value = data.scenario;
    past.value = [];
    future.value = [];
    outcome.value = after;
  });
});

