// The week at a glance: for each site, hour and day how much of the clerks' time is promised, with the
// figures of each day. A cell leads to its day.
import { signal, useEffect } from '../vendor/preact.js';
import { ask } from '../api.js';
import { button, caption, classes, div, p, small, span, strong, table, tbody, td, tfoot, th, thead, tr, use } from '../dom.js';
import { duration, percent, weekday } from '../format.js';
import { Busy, guard, Trouble } from '../parts.js';
import { addDays, shortDate } from '../time.js';
import { say } from '../words.js';
import * as state from './state.js';

const HOUR = 36e5;

/** @type {import('../vendor/preact.js').Signal<{ from: string, names: any, days: any[] } | null>} */
const week = signal(/** @type {any} */ (null));
const problem = signal(/** @type {import('../api.js').Problem | null} */ (null));

/** The Monday of the week of a date. @param {string} date */
export function mondayOf(date) {
  while (weekday(date) !== 'mon') date = addDays(date, -1);
  return date;
}

/** @param {string} from */
const load = (from) => guard(problem)(async () => {
  const { data } = await ask('GET', `/v1/plan?from=${from}&until=${addDays(from, 6)}`);
  week.value = { from, names: data.names, days: data.days };
});

/** Minutes that a span has in another. @param {any} one @param {number} from @param {number} until */
const within = (one, from, until) => Math.max(0, Math.min(Date.parse(one.end), until) - Math.max(Date.parse(one.start), from)) / 60e3;

/**
 * Minutes of clerks in a stretch of a day: for appointments, and promised.
 * @param {any} day @param {number} from @param {number} until
 */
export function loadOf(day, from, until) {
  const sum = (/** @type {any[]} */ spans) => spans.reduce((all, one) => all + within(one, from, until), 0);
  const present = sum(day.shifts) - sum(day.shifts.flatMap((/** @type {any} */ shift) => shift.absences)) - sum(day.breaks);
  return { free: present - sum(day.walk_in_blocks), walkIn: sum(day.walk_in_blocks), promised: sum(day.promises) };
}

export function Week() {
  const from = mondayOf(state.date.value);
  useEffect(() => void load(from), [from]);
  if (problem.value) return use(Trouble, { problem: problem.value, again: () => void load(from) });
  if (week.value?.from !== from) return use(Busy, { what: say('loading') });
  const { names, days } = week.value;
  const sites = Object.keys(names.sites).filter((id) => (!state.site.value || state.site.value === id) && days.some((day) => day.site === id));
  if (sites.length === 0) return p({ class: 'note' }, say('closed_text'));
  return div({ class: 'weeks' }, sites.map((site) => use(SiteWeek, { key: site, site, from })));
}

/** @param {{ site: string, from: string }} props */
function SiteWeek({ site, from }) {
  const { names, days } = /** @type {{ names: any, days: any[] }} */ (week.value);
  const dates = Array.from({ length: 7 }, (_, index) => addDays(from, index));
  const of = (/** @type {string} */ date) => days.find((day) => day.site === site && day.date === date);
  // Hours count from the midnight of each date, which is where its first shift says what the clock says.
  const midnight = (/** @type {any} */ day) => {
    const first = day.shifts[0]?.start ?? `${day.date}T00:00:00Z`;
    return Date.parse(`${day.date}T00:00:00${first.slice(19)}`);
  };
  const open = dates.flatMap((date) => (of(date)?.shifts ?? []).flatMap((/** @type {any} */ shift) =>
    [shift.start, shift.end].map((at) => (Date.parse(at) - midnight(of(date))) / HOUR)));
  const [first, after] = [Math.floor(Math.min(...open)), Math.ceil(Math.max(...open))];
  const hours = Array.from({ length: after - first }, (_, index) => first + index);
  const go = (/** @type {string} */ date) => {
    state.span.value = 'day';
    state.go(date);
  };
  return div({ class: 'sheet week' },
    table({ class: 'heat' },
      caption(null, strong(null, names.sites[site]), ' ', small(null, say('week_caption'))),
      thead(null, tr(null, th({ scope: 'col' }, say('time')), dates.map((date) => th({ key: date, scope: 'col' },
        of(date) ? button({ class: 'link', onClick: () => go(date) }, shortDate(date)) : span({ class: 'hint' }, shortDate(date)))))),
      tbody(null, hours.map((hour) => tr({ key: hour }, th({ scope: 'row' }, `${String(hour).padStart(2, '0')}:00`),
        dates.map((date) => use(Cell, { key: date, day: of(date), from: midnight, hour }))))),
      tfoot(null, tr(null, th({ scope: 'row' }, say('promises')), dates.map((date) => {
        const day = of(date);
        if (!day) return td({ key: date }, '–');
        return td({ key: date },
          strong(null, day.promises.length), day.stranded.length > 0 && span({ class: 'mark' }, ` ✖ ${day.stranded.length}`),
          div({ class: 'hint' }, say('load_hint', { promised: duration(day.promised_minutes), all: duration(day.appointment_minutes) })));
      })))));
}

/** @param {{ day: any, from: (day: any) => number, hour: number }} props */
function Cell({ day, from, hour }) {
  const start = day ? from(day) + hour * HOUR : 0;
  const { free, walkIn, promised } = day ? loadOf(day, start, start + HOUR) : { free: 0, walkIn: 0, promised: 0 };
  if (free + walkIn < 1) return td({ class: 'none' }, '·');
  const share = free > 0 ? Math.min(1, promised / free) : 1;
  return td({ class: classes(`heat-${Math.min(5, Math.floor(share * 6))}`) },
    span(null, percent(share)), small(null, say('week_cell', { free: duration(Math.max(0, Math.round(free - promised))), walk_in: duration(Math.round(walkIn)) })));
}
