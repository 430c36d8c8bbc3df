// The form for one entry of the plan: everything that can be done by dragging, and by keys alone.
import { useSignal } from '../vendor/preact.js';
import { button, div, form, h2, input, label, li, option, p, select, span, strong, ul, use } from '../dom.js';
import { instant } from '../format.js';
import { may } from '../client.js';
import { clock } from '../time.js';
import { Field, TimeField, Told } from '../parts.js';
import { say } from '../words.js';
import { newId } from './model.js';
import { minutesOf } from './scenario.js';
import * as state from './state.js';

/** @typedef {import('./model.js').Entry} Entry @typedef {import('./model.js').Kind} Kind */

/** @param {Record<string, string>} names @param {string} empty */
const options = (names, empty = '') => [
  empty && option({ key: '', value: '' }, empty),
  ...Object.entries(names).map(([id, name]) => option({ key: id, value: id }, name)),
];

/** Clerks who are on shift at a site on the date, by id. @param {string} site */
function clerksOf(site) {
  const { names, days } = state.book.value?.data ?? { names: { staff: {} }, days: [] };
  const here = days.filter((/** @type {any} */ day) => day.site === site)
    .flatMap((/** @type {any} */ day) => day.shifts.map((/** @type {any} */ shift) => shift.staff));
  return Object.fromEntries([...new Set(here)].map((id) => [id, names.staff[/** @type {string} */ (id)] ?? id]));
}

/** @param {string} site @returns {Record<string, string>} */
function roomsOf(site) {
  const names = state.book.value?.data.names.rooms ?? {};
  const here = (state.scenario.value?.rooms ?? []).filter((/** @type {any} */ room) => room.site === site);
  return Object.fromEntries(here.map((/** @type {any} */ room) => [room.id, names[room.id] ?? room.id]));
}

/** @param {{ title: (entry: Entry) => string }} props */
export function Panel({ title }) {
  const entry = state.selected.value ? state.find(state.selected.value) : null;
  if (!entry) return use(Adding, {});
  const { id } = entry;
  const faults = state.faults.value.get(id) ?? [];
  const promised = entry.appointment !== null;
  return div({ class: 'panel', role: 'region', 'aria-label': say('selection') },
    h2(null, title(entry)),
    faults.length > 0 && ul({ class: 'faults' }, faults.map((fault) =>
      li({ key: fault.code + fault.message }, span({ class: 'mark', 'aria-hidden': 'true' }, '✖ '), use(Told, { code: fault.code, text: fault.message })))),
    use(Moment, { name: say('start'), entry, field: 'start', fixed: promised }),
    use(Moment, { name: say('end'), entry, field: 'end', fixed: promised }),
    promised && p({ class: 'hint' }, say('time_is_promised')),
    use(Field, {
      name: say('clerk'),
      children: select({ value: entry.staff, onChange: pick((staff) => state.change(id, { staff })) }, options(clerksOf(entry.site))),
    }),
    entry.room !== null && use(Field, {
      name: say('room'),
      children: select({ value: entry.room, onChange: pick((room) => state.change(id, { room })) }, options(roomsOf(entry.site))),
    }),
    label({ class: 'check' },
      input({ type: 'checkbox', checked: entry.pinned, onChange: () => state.change(id, { pinned: !entry.pinned }) }),
      span(null, say('pinned'))),
    div({ class: 'buttons' },
      !promised && button({ onClick: () => state.remove(id) }, say('delete')),
      button({ class: 'quiet', onClick: () => (state.selected.value = null) }, say('close'))),
    p({ class: 'hint' }, say('keys')));
}

/** @param {(value: string) => void} use */
const pick = (use) => (/** @type {Event} */ event) => use(/** @type {HTMLSelectElement} */ (event.target).value);

/** A time with −5 and +5. The start takes the end with it. @param {{ name: string, entry: Entry, field: 'start' | 'end', fixed: boolean }} props */
function Moment({ name, entry, field, fixed }) {
  const grid = state.gridMs();
  const minutes = grid / 60e3;
  const to = (/** @type {number} */ at) => {
    if (!Number.isFinite(at)) return;
    const by = at - entry[field];
    state.change(entry.id, field === 'start' ? { start: at, end: entry.end + by } : { end: at });
  };
  const typed = (/** @type {string} */ value) => to(instant(state.date.value, value));
  return div({ class: 'field', role: 'group', 'aria-label': name },
    span(null, name),
    div({ class: 'moment' },
      button({ disabled: fixed, 'aria-label': `${name} −${minutes} min`, onClick: () => to(entry[field] - grid) }, `−${minutes}`),
      use(TimeField, { name, disabled: fixed, value: clock(entry[field]), onPick: typed }),
      button({ disabled: fixed, 'aria-label': `${name} +${minutes} min`, onClick: () => to(entry[field] + grid) }, `+${minutes}`)));
}

/** What is added where nothing is selected. */
function Adding() {
  const calculated = state.source.value === 'calculated';
  const names = state.book.value?.data.names;
  const sites = state.days.value.map((/** @type {any} */ day) => day.site);
  const kind = useSignal(/** @type {Kind} */ ('breaks'));
  const site = useSignal('');
  const staff = useSignal('');
  const room = useSignal('');
  const service = useSignal('');
  const from = useSignal('12:00');
  if (!names || sites.length === 0) return null;
  const at = sites.includes(site.value) ? site.value : sites[0];
  const [clerks, rooms] = [clerksOf(at), roomsOf(at)];
  const who = clerks[staff.value] ? staff.value : Object.keys(clerks)[0];
  const where = rooms[room.value] ? room.value : Object.keys(rooms)[0];
  const what = service.value || Object.keys(names.services)[0];
  const put = (/** @type {Event} */ event) => {
    event.preventDefault();
    const start = instant(state.date.value, from.value);
    const minutes = kind.value === 'slots' ? minutesOf(state.scenario.value, what) : 30;
    const needsRoom = kind.value === 'walk_in_blocks' || (kind.value === 'slots' &&
      state.scenario.value?.services.find((/** @type {any} */ one) => one.id === what)?.room !== false);
    state.add({
      id: newId(kind.value), kind: kind.value, start, end: start + minutes * 60e3, staff: who, room: needsRoom ? where : null,
      site: at, service: kind.value === 'slots' ? what : '', appointment: null, demand: null, pinned: false,
    });
  };
  const choose = (/** @type {import('../vendor/preact.js').Signal<any>} */ to) => pick((value) => (to.value = value));
  return form({ class: 'panel', 'aria-label': say('add'), onSubmit: put },
    p({ class: 'hint' }, say('select_something')),
    h2(null, say('add')),
    use(Field, {
      name: say('what'),
      children: select({ value: kind.value, onChange: choose(kind) },
        option({ value: 'breaks' }, say('break')), option({ value: 'walk_in_blocks' }, say('block')),
        calculated && option({ value: 'slots' }, say('slot'))),
    }),
    kind.value === 'slots' && use(Field, {
      name: say('service'), children: select({ value: what, onChange: choose(service) }, options(names.services)),
    }),
    sites.length > 1 && use(Field, {
      name: say('site'),
      children: select({ value: at, onChange: choose(site) }, sites.map((/** @type {string} */ id) => option({ key: id, value: id }, names.sites[id]))),
    }),
    use(Field, { name: say('clerk'), children: select({ value: who, onChange: choose(staff) }, options(clerks)) }),
    kind.value !== 'breaks' && use(Field, { name: say('room'), children: select({ value: where, onChange: choose(room) }, options(rooms)) }),
    use(Field, {
      name: say('start'),
      children: use(TimeField, { name: say('start'), value: from.value, onPick: (value) => (from.value = value) }),
    }),
    button(null, say('add')));
}

/** What the judge says of the plan, in a line: whether it breaks rules, and what the edits change. */
export function Verdict(/** @type {{ onShow: (id: string) => void, name: (id: string) => string }} */ { onShow, name }) {
  const said = state.judgement.value;
  if (!said) return p({ class: 'verdict' }, say('judging'));
  const { verdict, faults } = said;
  const base = state.baseline.value?.verdict.objective;
  const change = base === undefined || !state.isEdited.value ? null : verdict.objective - base;
  const where = faults.length === 0 ? 'fine' : 'broken';
  return div({ class: `verdict ${where}`, role: 'status', 'aria-busy': String(!state.isJudged.value) },
    strong(null, verdict.valid ? `✓ ${say('rules_kept')}` : `✖ ${say('rules_broken', { n: faults.length })}`),
    change === null && faults.length === 0 && may('planning:write') && span({ class: 'hint change' }, say('rules_hint')),
    change !== null && span({ class: 'change' }, say('change', { change: state.signedMinutes(change) })),
    faults.length > 0 && ul({ class: 'faults' }, faults.slice(0, 8).map((fault, index) => li({ key: index },
      fault.id !== null && span(null, name(fault.id), ': '), use(Told, { code: fault.code, text: fault.message }), ' ',
      fault.id !== null && button({ class: 'link', onClick: () => onShow(/** @type {string} */ (fault.id)) }, say('show')))),
      faults.length > 8 && li(null, say('more', { n: faults.length - 8 }))));
}
