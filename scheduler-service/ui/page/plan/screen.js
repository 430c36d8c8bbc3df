// The plan of a day: looked at, calculated, edited, judged, adopted, printed.
import { useEffect, useSignal } from '../vendor/preact.js';
import { button, classes, div, h1, h2, li, option, p, progress, select, span, strong, table, tbody, td, th, thead, tr, ul, use } from '../dom.js';
import { save } from '../save.js';
import { csv, duration, number, percent, signed } from '../format.js';
import { addDays, clock, longDate, shortDate, span as hours } from '../time.js';
import { may } from '../client.js';
import { addVariant } from '../variants/saved.js';
import { Busy, Choice, Dates, Empty, Sites, Told, Trouble } from '../parts.js';
import { say } from '../words.js';
import { Gantt, show } from './gantt.js';
import { limitsOf, offered } from './limits.js';
import { staysOf } from './model.js';
import { Panel, Verdict } from './panel.js';
import { lettersOf } from './scenario.js';
import * as state from './state.js';
import { PlanTable } from './table.js';
import { mondayOf, Week } from './week.js';

/** @typedef {import('./model.js').Entry} Entry @typedef {import('./gantt.js').Row} Row */

export function PlanScreen() {
  useEffect(() => {
    void state.load();
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const { data } = state.book.value ?? {};
  return div({ class: 'screen plan' },
    use(Bar, {}),
    state.problem.value && use(Trouble, { problem: state.problem.value, again: () => void state.load() }),
    !data ? state.loading.value && use(Busy, { what: say('loading') })
      : state.span.value === 'week' ? use(Week, {}) : state.days.value.length === 0 ? use(Empty, { title: say('closed'), text: say('closed_text'), action: nextOpen() })
        : use(Day, { data }));
}

const nextOpen = () => button({ onClick: () => state.go(addDays(state.date.value, 1)) }, say('next_day'));

/** @param {KeyboardEvent} event */
function onKey(event) {
  const { target } = event;
  const typing = target instanceof HTMLInputElement && target.type !== 'checkbox';
  if (!(event.ctrlKey || event.metaKey) || typing) return;
  const pressed = event.key.toLowerCase();
  if (pressed === 'z' && !event.shiftKey) state.undo();
  else if (pressed === 'y' || (pressed === 'z' && event.shiftKey)) state.redo();
  else return;
  event.preventDefault();
}

/** What is shown: date, site, rows, form. */
function Bar() {
  const { places, date } = state;
  const week = state.span.value === 'week';
  return div({ class: 'bar-top' },
    h1(null, !date.value ? say('plan') : week ? `${shortDate(mondayOf(date.value))} – ${shortDate(addDays(mondayOf(date.value), 6))}` : longDate(date.value)),
    div({ class: 'tools' },
      use(Dates, { date: date.value, places: places.value, step: week ? 7 : 1, onPick: state.go }),
      use(Choice, {
        name: say('span'), value: state.span.value, options: [['day', say('day')], ['week', say('week')]],
        onPick: (/** @type {any} */ to) => (state.span.value = to),
      }),
      use(Sites, { site: state.site, places: places.value }),
      !week && use(Choice, {
        name: say('rows'), value: state.by.value, options: [['staff', say('clerks')], ['rooms', say('rooms')]],
        onPick: (/** @type {any} */ to) => (state.by.value = to),
      }),
      !week && use(Choice, {
        name: say('view'), value: state.view.value, options: [['chart', say('chart')], ['table', say('table')]],
        onPick: (/** @type {any} */ to) => (state.view.value = to),
      }),
      !week && div({ class: 'stepper', role: 'group', 'aria-label': say('zoom') },
        button({ 'aria-label': say('smaller'), disabled: state.zoom.value <= 1, onClick: () => (state.zoom.value = Math.max(1, state.zoom.value / 1.5)) }, '−'),
        button({ 'aria-label': say('larger'), disabled: state.zoom.value > 7, onClick: () => (state.zoom.value *= 1.5) }, '+')),
      button({ onClick: () => print() }, say('print')),
      !week && button({ disabled: state.entries.value.length === 0, onClick: download }, say('csv'))));
}

/** What is told of an entry, in words. @param {any} data */
function describer(data) {
  const { names } = data;
  /** @type {Map<string, any>} */
  const promises = new Map(data.days.flatMap((/** @type {any} */ day) => day.promises.map((/** @type {any} */ one) => [one.id, one])));
  const what = (/** @type {Entry} */ entry) => {
    if (entry.kind !== 'slots') return say(entry.kind === 'breaks' ? 'break' : 'block');
    const basket = promises.get(entry.appointment ?? '')?.basket ?? [{ service: entry.service, persons: 1 }];
    return basket.map((/** @type {any} */ item) => names.services[item.service] + (item.persons > 1 ? ` ×${item.persons}` : '')).join(' + ');
  };
  const status = (/** @type {Entry} */ entry) => {
    const promise = promises.get(entry.appointment ?? '');
    if (promise) return [say(/** @type {any} */ (`status_${promise.status}`)), promise.reference].filter(Boolean).join(' · ');
    return entry.kind === 'slots' ? say('status_free') : '';
  };
  const label = (/** @type {Entry} */ entry) => [
    what(entry), hours(entry.start, entry.end), names.staff[entry.staff] ?? entry.staff,
    entry.room && (names.rooms[entry.room] ?? entry.room), status(entry), entry.pinned && say('pinned'),
  ].filter(Boolean).join(', ');
  return { what, status, label };
}

/**
 * Names without what all of them begin with, for where there is little room: `mitte-room-01` is `01`.
 * @param {string[]} names
 * @returns {(name: string) => string}
 */
function shortener(names) {
  let common = names[0] ?? '';
  for (const name of names) while (!name.startsWith(common)) common = common.slice(0, -1);
  const cut = names.length > 1 ? common.replace(/[\p{L}\p{N}]+$/u, '').length : 0;
  return (name) => name.slice(cut);
}

/** @param {any} data @param {Entry[]} entries @returns {{ rows: Row[], from: number, until: number }} */
function rowsOf(data, entries) {
  const { names } = data;
  /** @type {Map<string, Row>} */
  const rows = new Map();
  const row = (/** @type {string} */ id, /** @type {string} */ name, /** @type {string} */ site) => {
    const found = rows.get(id) ?? { id, name, site, bars: [], bands: [] };
    rows.set(id, found);
    return found;
  };
  const stays = staysOf(entries);
  let [from, until] = [Infinity, -Infinity];
  for (const day of state.days.value) {
    for (const shift of day.shifts) {
      const [start, end] = [Date.parse(shift.start), Date.parse(shift.end)];
      [from, until] = [Math.min(from, start), Math.max(until, end)];
      if (state.by.value === 'rooms') continue;
      const { bands } = row(shift.staff, names.staff[shift.staff] ?? shift.staff, day.site);
      bands.push({ start, end, kind: 'shift' });
      for (const away of shift.absences) {
        bands.push({ start: Date.parse(away.start), end: Date.parse(away.end), kind: 'away', text: say('away') });
      }
    }
    if (state.by.value === 'rooms') {
      const [start, end] = [Math.min(...day.shifts.map((/** @type {any} */ one) => Date.parse(one.start))), Math.max(...day.shifts.map((/** @type {any} */ one) => Date.parse(one.end)))];
      for (const room of state.scenario.value?.rooms ?? []) {
        if (room.site === day.site) row(room.id, names.rooms[room.id], day.site).bands.push({ start, end, kind: 'shift' });
      }
    }
  }
  for (const entry of entries) {
    const id = state.by.value === 'staff' ? entry.staff : entry.room;
    if (!id) continue;
    row(id, (state.by.value === 'staff' ? names.staff : names.rooms)[id] ?? id, entry.site).bars.push(entry);
    [from, until] = [Math.min(from, entry.start), Math.max(until, entry.end)];
  }
  const named = (/** @type {typeof stays[0]} */ stay) => (state.by.value === 'staff' ? names.rooms[stay.room] : names.staff[stay.staff]) ?? '';
  for (const { site } of state.days.value) {
    const here = stays.filter((stay) => stay.site === site);
    const short = shortener([...new Set(here.map(named))]);
    for (const stay of here) {
      rows.get(state.by.value === 'staff' ? stay.staff : stay.room)?.bands.push({ start: stay.start, end: stay.end, kind: 'stay', text: short(named(stay)) });
    }
  }
  const sorted = [...rows.values()].sort((a, b) => a.site.localeCompare(b.site) || a.name.localeCompare(b.name, undefined, { numeric: true }));
  return { rows: sorted, from: Math.floor(from / 18e5) * 18e5, until: Math.ceil(until / 18e5) * 18e5 };
}

/** @param {{ data: any }} props */
function Day({ data }) {
  const entries = state.entries.value.filter((entry) => !state.site.value || entry.site === state.site.value);
  const { what, status, label } = describer(data);
  const { rows, from, until } = rowsOf(data, entries);
  const letters = lettersOf(data.names.services);
  const order = Object.keys(data.names.services);
  const chart = {
    rows, from, until, label,
    letters: (/** @type {Entry} */ entry) => entry.kind === 'slots' ? letters[entry.service] ?? '?' : entry.kind === 'breaks' ? say('break_letters') : say('block_letters'),
    hue: (/** @type {Entry} */ entry) => order.indexOf(entry.service) % 14,
  };
  return div({ class: 'day' },
    use(Work, { onShow: (id) => show(id, rows), name: (id) => names(data, id) }),
    div({ class: classes(may('planning:write') && 'split') },
      div({ class: 'sheet' },
        entries.length === 0 && p({ class: 'note' }, say('nothing_planned')),
        state.view.value === 'chart' ? use(Gantt, chart) : use(PlanTable, { entries, names: data.names, what, status }),
        use(Legend, { entries, letters, order, names: data.names })),
      may('planning:write') && use(Panel, { title: what })),
    use(Limits, { data }));
}

/** @param {any} data @param {string} id */
function names(data, id) {
  const entry = state.find(id);
  return entry ? `${data.names.staff[entry.staff] ?? entry.staff} ${clock(entry.start)}` : id;
}

/** Which plan it is, what it is worth, and what can be done with it. @param {{ onShow: (id: string) => void, name: (id: string) => string }} props */
function Work({ onShow, name }) {
  const seconds = useSignal(20);
  const { job, draft, source } = state;
  const calculated = source.value === 'calculated';
  const verdict = state.judgement.value?.verdict;
  return div({ class: 'work' },
    div({ class: 'tools' },
      state.hasCalculated.value && use(Choice, {
        name: say('which_plan'), value: source.value, options: [['book', say('as_booked')], ['calculated', say('as_calculated')]],
        onPick: (/** @type {any} */ to) => state.showSource(to),
      }),
      job.value ? use(Progress, {}) : may('studies:run') && div({ class: 'tools', role: 'group', 'aria-label': say('calculate') },
        button({ onClick: () => void state.calculate(seconds.value) }, say(state.hasCalculated.value ? 'calculate_again' : 'calculate')),
        select({ 'aria-label': say('how_long'), value: String(seconds.value), onChange: (/** @type {any} */ event) => (seconds.value = Number(event.target.value)) },
          [11, 20, 60, 300].map((value) => option({ key: value, value }, value < 60 ? `${value} s` : `${value / 60} min`)))),
      may('planning:write') && div({ class: 'tools', role: 'group', 'aria-label': say('edits') },
        button({ disabled: !draft.value?.past.length, onClick: state.undo, title: 'Ctrl+Z' }, say('undo')),
        button({ disabled: !draft.value?.future.length, onClick: state.redo, title: 'Ctrl+Y' }, say('redo')),
        button({ disabled: !state.isEdited.value, onClick: state.dropEdits }, say('drop_edits')),
        button({
          class: 'main', disabled: (!calculated && !state.isEdited.value) || !state.isJudged.value || !verdict?.valid,
          onClick: () => void state.adopt(),
        }, say('adopt')))),
    state.notice.value && p({ class: 'note good' }, state.notice.value),
    state.conflicts.value.length > 0 && div({ class: 'trouble', role: 'alert' },
      p(null, say('no_plan')), ul(null, state.conflicts.value.slice(0, 10).map((one, index) => li({ key: index }, use(Told, { code: one.code, text: one.detail, lang: 'en' }))))),
    div({ class: 'figures' },
      calculated && state.planned.value ? use(Worth, {}) : use(Booked, {}),
      use(Verdict, { onShow, name })),
    calculated && p({ class: 'hint' }, say('calculated_hint')));
}

/** How a calculation goes on. */
function Progress() {
  const { job } = state;
  const { progress: at = {}, seconds = 1, stopping } = job.value ?? {};
  const gap = at.objective !== undefined && at.upper_bound !== undefined ? at.upper_bound - at.objective : null;
  return div({ class: 'tools live', role: 'group', 'aria-label': say('calculating') },
    progress({ 'aria-label': say('calculating'), max: seconds, value: Math.min(seconds, (at.elapsed_ms ?? 0) / 1000) }),
    span(null, at.objective === undefined ? say(at.elapsed_ms === undefined ? 'waiting' : 'calculating')
      : say('live', { value: number(at.objective, 1), bound: at.upper_bound === undefined ? '…' : number(at.upper_bound, 1), gap: gap === null ? '…' : number(gap, 1) })),
    button({ disabled: stopping, onClick: () => void state.stopJob() }, say(stopping ? 'stopping' : 'stop')));
}

/** What a calculated plan is worth, and how far it may be from the best. */
function Worth() {
  const { planned, judgement } = state;
  if (!planned.value) return null;
  const { status, bound } = planned.value;
  const objective = judgement.value?.verdict.objective ?? planned.value.objective;
  const gap = judgement.value?.verdict.gap ?? planned.value.gap;
  return div({ class: 'tiles' },
    tile(say('value'), number(objective, 1), say('value_hint')),
    tile(say('bound'), bound === null ? '–' : number(bound, 1), say('bound_hint')),
    tile(say('gap'), gap === null ? '–' : percent(gap, 2), say(status === 'optimal' ? 'gap_optimal' : 'gap_hint', { minutes: number(bound - objective, 1) })),
    stayTile());
}

/** What the service holds of the day. */
function Booked() {
  const days = state.days.value;
  const sum = (/** @type {(day: any) => number} */ of) => days.reduce((/** @type {number} */ all, /** @type {any} */ day) => all + of(day), 0);
  const [promised, all] = [sum((day) => day.promised_minutes), sum((day) => day.appointment_minutes)];
  const stranded = sum((day) => day.stranded.length);
  return div({ class: 'tiles' },
    tile(say('promises'), String(sum((day) => day.promises.length)), say('promises_hint')),
    tile(say('load'), all > 0 ? percent(promised / all) : '–', say('load_hint', { promised: duration(promised), all: duration(all) })),
    stayTile(),
    stranded > 0 && tile(say('stranded'), String(stranded), say('stranded_hint')));
}

const stayTile = () => {
  // The judge counts all sites together.
  const verdict = state.site.value ? null : state.judgement.value?.verdict;
  return verdict && tile(say('stays'), String(verdict.stays), say('stays_hint', { n: verdict.moves }));
};

/** @param {string} name @param {string} value @param {string} hint */
const tile = (name, value, hint) =>
  div({ class: 'tile', key: name }, span({ class: 'name' }, name), strong(null, value), span({ class: 'hint' }, hint));

/** @param {{ entries: Entry[], letters: Record<string, string>, order: string[], names: any }} props */
function Legend({ entries, letters, order, names }) {
  const used = order.filter((id) => entries.some((entry) => entry.kind === 'slots' && entry.service === id));
  const has = (/** @type {string} */ kind) => entries.some((entry) => entry.kind === kind);
  return ul({ class: 'legend', 'aria-label': say('legend') },
    used.map((id) => li({ key: id }, span({ class: `bar slots hue-${order.indexOf(id) % 14}` }, letters[id]), names.services[id])),
    has('walk_in_blocks') && li({ key: 'block' }, span({ class: 'bar walk_in_blocks' }, say('block_letters')), say('block')),
    has('breaks') && li({ key: 'break' }, span({ class: 'bar breaks' }, say('break_letters')), say('break')),
    li({ key: 'stay' }, span({ class: 'stay-sample' }), say(state.by.value === 'staff' ? 'stay_legend' : 'stay_legend_rooms')));
}

/** A button that makes a variant and shows it. @param {string} name @param {Partial<import('../variants/saved.js').Variant>} variant */
const tryIt = (name, variant) => button({
  class: 'link no-print', 'aria-label': `${say('try_variant')}: ${name}`,
  onClick: () => { addVariant({ ...variant, name }); location.hash = '#/variants'; },
}, say('try_variant'));

/** What could be tried about a limit. Slots that would not be worth their time are none. @param {import('./limits.js').Limit} limit @param {any} names */
function remedy({ by, site, of }, names) {
  if (by === 'value') return null;
  if (by === 'rooms') return tryIt(say('variant_room', { site: names.sites[site] }), { edits: [{ edit: 'add_rooms', count: 1, site, equipment: of }] });
  return tryIt(say('variant_clerk', { site: names.sites[site] }), { values: { [`clerks-${site}`]: 1 } });
}

/** What is asked for and missing, and what was busy where requests find no slot. @param {{ data: any }} props */
function Limits({ data }) {
  const scenario = state.scenario.value;
  const verdict = state.judgement.value?.verdict;
  if (!scenario || !verdict) return null;
  const { names } = data;
  const sites = new Set(state.days.value.map((/** @type {any} */ day) => day.site));
  const calculated = state.source.value === 'calculated';
  const entries = state.entries.value;
  const shortages = verdict.shortages.filter((/** @type {any} */ one) => sites.has(one.site) && one.date === state.date.value);
  const limits = calculated ? limitsOf(scenario, state.date.value, state.days.value, entries) : [];
  const rows = offered(scenario, state.date.value, sites, entries);
  return div({ class: 'limits' },
    div(null,
      h2(null, say('limits')),
      shortages.length === 0 && limits.length === 0 ? p(null, say(calculated ? 'no_limits' : 'no_shortages'))
        : ul(null,
          shortages.map((/** @type {any} */ one, /** @type {number} */ index) => li({ key: index }, say(/** @type {any} */ (`short_${one.kind}`), {
            id: one.id, site: names.sites[one.site], from: one.from, until: one.until, asked: one.asked, met: one.met, minutes: one.missing_minutes,
          }), ' ', tryIt(say('variant_clerk', { site: names.sites[one.site] }), { values: { [`clerks-${one.site}`]: 1 } }))),
          limits.map((one) => li({ key: one.service + one.from + one.site }, say(`limit_${one.by}`, {
            service: names.services[one.service], site: names.sites[one.site], from: clock(one.from), until: clock(one.until),
            expected: number(one.expected, 1), slots: one.slots, busy: percent(one.busy), of: one.of.join(', ') || say('anything'),
          }), ' ', remedy(one, names))))),
    div(null,
      h2(null, say('by_service')),
      table({ class: 'list numbers' },
        thead(null, tr(null, th(null, say('service')), th(null, say('expected')), th(null, say('promised')), calculated && th(null, say('free_slots')), calculated && th(null, say('difference')))),
        tbody(null, rows.map((/** @type {any} */ row) => tr({ key: row.service },
          td(null, names.services[row.service]), td(null, number(row.expected, 1)), td(null, row.promised),
          calculated && td(null, row.slots),
          calculated && td({ class: classes(row.slots + row.promised < row.expected - 1 && 'low') }, signed(row.slots + row.promised - row.expected, 1))))))));
}

/** The plan as a file for spreadsheets. */
function download() {
  const { data } = state.book.value ?? {};
  if (!data) return;
  const { what, status } = describer(data);
  const { names } = data;
  const rows = state.entries.value.filter((entry) => !state.site.value || entry.site === state.site.value)
    .sort((a, b) => a.site.localeCompare(b.site) || a.staff.localeCompare(b.staff) || a.start - b.start)
    .map((entry) => [
      state.date.value, names.sites[entry.site] ?? entry.site, names.staff[entry.staff] ?? entry.staff, clock(entry.start), clock(entry.end),
      what(entry), entry.room ? names.rooms[entry.room] ?? entry.room : '', status(entry), entry.pinned ? say('pinned') : '',
    ]);
  const head = [say('date'), say('site'), say('clerk'), say('start'), say('end'), say('what'), say('room'), say('status'), say('pinned')];
  save(`plan-${state.date.value}.csv`, 'text/csv', csv([head, ...rows]));
}

