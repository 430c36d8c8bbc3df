// A plan while it is edited: what the service calls slots, walk-in blocks and breaks are entries of one
// list here. Edits make new lists, so that undo only has to keep the old ones.

/**
 * @typedef {'slots' | 'walk_in_blocks' | 'breaks'} Kind
 * @typedef {{
 *   id: string, kind: Kind, start: number, end: number, staff: string, room: string | null,
 *   site: string, service: string, appointment: string | null, demand: string | null, pinned: boolean,
 * }} Entry
 * @typedef {Entry[]} Entries
 * @typedef {{ code: string, message: string, pointer: string, severity: string }} Finding
 * @typedef {{ id: string | null, code: string, message: string }} Fault `id` of the entry that it is about
 */

/** @type {Kind[]} */
const KINDS = ['slots', 'walk_in_blocks', 'breaks'];

let made = 0;

/** An id that no entry has had. @param {Kind} kind */
export const newId = (kind) => `${kind}/new-${++made}`;

/**
 * The entries of a plan file. Breaks name no site: they are where their clerk's shift is.
 * @param {any} file @param {(staff: string, at: number) => string} siteOf
 * @returns {Entries}
 */
export function entriesOf(file, siteOf) {
  return KINDS.flatMap((kind) => file[kind].map((/** @type {any} */ raw, /** @type {number} */ index) => {
    const start = Date.parse(raw.start);
    return {
      id: `${kind}/${raw.appointment ?? index}`,
      kind, start, end: Date.parse(raw.end), staff: raw.staff, room: raw.room ?? null,
      site: raw.site ?? siteOf(raw.staff, start), service: raw.service ?? '',
      appointment: raw.appointment ?? null, demand: raw.demand ?? null, pinned: raw.pinned ?? false,
    };
  }));
}

/**
 * A plan file of the entries. The grid counts from local midnight, and the service reads any offset.
 * @param {Entries} entries @param {{ upper_bound?: number }} [claims]
 */
export function fileOf(entries, claims = {}) {
  const instant = (/** @type {number} */ at) => new Date(at).toISOString();
  const all = (/** @type {Kind} */ kind, /** @type {(entry: Entry) => object} */ more) =>
    entries.filter((entry) => entry.kind === kind).map((entry) => ({
      staff: entry.staff, start: instant(entry.start), end: instant(entry.end), pinned: entry.pinned, ...more(entry),
    }));
  return {
    schema: 'plan/1', ...claims,
    slots: all('slots', ({ service, site, room, demand, appointment }) => ({ service, site, room, demand, appointment })),
    walk_in_blocks: all('walk_in_blocks', ({ site, room }) => ({ site, room })),
    breaks: all('breaks', () => ({})),
  };
}

/**
 * The entries that findings about `fileOf(entries)` are about.
 * @param {Entries} entries @param {Finding[]} findings
 * @returns {Fault[]}
 */
export const faultsOf = (entries, findings) => findings.map(({ pointer, code, message }) => {
  const [, kind, index] = pointer.match(/^\/(\w+)\/(\d+)/) ?? [];
  const found = entries.filter((entry) => entry.kind === kind)[Number(index)];
  return { id: found?.id ?? null, code, message };
});

/** @param {Entries} entries @param {string} id @param {Partial<Entry>} patch */
export const changed = (entries, id, patch) =>
  entries.map((entry) => (entry.id === id ? { ...entry, ...patch } : entry));

/**
 * Who sits where from when to when: neighbouring tasks of a clerk in one room between which nobody else
 * is there.
 * @param {Entries} entries
 * @returns {{ staff: string, room: string, site: string, start: number, end: number }[]}
 */
export function staysOf(entries) {
  const tasks = entries.filter((entry) => entry.room).sort((a, b) => a.start - b.start);
  /** @type {Map<string, Entry[]>} */
  const byRoom = new Map();
  for (const task of tasks) {
    const room = /** @type {string} */ (task.room);
    byRoom.set(room, [...(byRoom.get(room) ?? []), task]);
  }
  /** @type {Map<string, { staff: string, room: string, site: string, start: number, end: number }>} */
  const open = new Map();
  const stays = [];
  for (const task of tasks) {
    const room = /** @type {string} */ (task.room);
    const stay = open.get(task.staff);
    const others = stay && byRoom.get(room)?.some((other) =>
      other.staff !== task.staff && other.start < task.start && other.end > stay.end);
    if (stay && stay.room === room && !others) {
      stay.end = Math.max(stay.end, task.end);
    } else {
      const begun = { staff: task.staff, room, site: task.site, start: task.start, end: task.end };
      open.set(task.staff, begun);
      stays.push(begun);
    }
  }
  return stays;
}

/**
 * A planner's edits of `base`, done to what others have made of it meanwhile. Appointments come from
 * `theirs`, with the clerk, room and pin that the planner gave them; blocks and breaks are the
 * planner's where any was touched, as they depend on each other.
 * @param {Entries} base @param {Entries} mine @param {Entries} theirs
 */
export function merged(base, mine, theirs) {
  const before = new Map(base.map((entry) => [entry.id, entry]));
  const after = new Map(mine.map((entry) => [entry.id, entry]));
  const slots = theirs.filter((entry) => entry.kind === 'slots').map((entry) => {
    const [old, edited] = [before.get(entry.id), after.get(entry.id)];
    if (!old || !edited || old === edited) return entry;
    return { ...entry, staff: edited.staff, room: edited.room, pinned: edited.pinned };
  });
  const rest = (/** @type {Kind} */ kind) => {
    const of = (/** @type {Entries} */ entries) => entries.filter((entry) => entry.kind === kind);
    const [old, edited] = [of(base), of(mine)];
    const untouched = old.length === edited.length && edited.every((entry) => before.get(entry.id) === entry);
    return untouched ? of(theirs) : edited;
  };
  return [...slots, ...rest('walk_in_blocks'), ...rest('breaks')];
}
