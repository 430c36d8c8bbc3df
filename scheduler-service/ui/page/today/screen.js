// The day at the counters: who comes, who is there, and what happens when somebody calls in sick.
import { useEffect } from '../vendor/preact.js';
import { button, classes, div, fieldset, h1, h2, input, label, legend, li, p, section, span, strong, table, tbody, td, th, thead, tr, ul, use } from '../dom.js';
import { number } from '../format.js';
import { clock, dateOf, longDate, shortDate, span as hours } from '../time.js';
import { may } from '../client.js';
import { listen } from '../jobs.js';
import { Busy, Dates, Empty, Sites, Trouble } from '../parts.js';
import { say } from '../words.js';
import * as state from './state.js';

/** Milliseconds between looks at what others have changed: where nothing tells of it, and where events do. */
const FRESH = 5000;
const TOLD = 60_000;

export function TodayScreen() {
  useEffect(() => {
    void state.load();
    const looking = new AbortController();
    let [told, due] = [false, 0];
    // Events come in flocks: one look is enough for those of a tenth of a second.
    const onEvent = () => {
      told = true;
      clearTimeout(due);
      due = setTimeout(() => void state.load(), 100);
    };
    void listen('/v1/events', onEvent, looking.signal).finally(() => (told = false));
    let before = Date.now();
    const timer = setInterval(() => {
      if (document.hidden || Date.now() - before < (told ? TOLD : FRESH) - 500) return;
      before = Date.now();
      void state.load();
    }, FRESH);
    return () => {
      looking.abort();
      clearInterval(timer);
      clearTimeout(due);
    };
  }, []);
  const { book, problem, change } = state;
  return div({ class: classes('screen', 'today', change.value && 'with-list') },
    use(Bar, {}),
    problem.value && use(Trouble, { problem: problem.value, again: () => void state.load() }),
    !book.value ? !problem.value && use(Busy, { what: say('loading') })
      : state.days.value.length === 0 ? use(Empty, { title: say('closed'), text: say('closed_text') })
        : div({ class: 'day-split' }, use(Promises, {}), div({ class: 'side' }, may('planning:write') && use(Sick, {}), use(There, {}))));
}

function Bar() {
  const { places, date, refreshed } = state;
  return div({ class: 'bar-top' },
    h1(null, date.value ? longDate(date.value) : say('today')),
    div({ class: 'tools' },
      span({ class: 'hint' }, refreshed.value > 0 && say('refreshed', { time: clock(refreshed.value) })),
      use(Dates, { date: date.value, places: places.value, onPick: state.go }),
      use(Sites, { site: state.site, places: places.value }),
      button({ onClick: () => print() }, say('print'))));
}

/** @param {any[]} basket */
const whatOf = (basket) => basket.map((item) =>
  (state.book.value.names.services[item.service] ?? item.service) + (item.persons > 1 ? ` ×${item.persons}` : '')).join(' + ');

/** What an appointment is called. @param {any} one */
const numberOf = (one) => one?.reference ?? one?.id?.slice(-8) ?? '';

/** @type {Record<string, ('arrive' | 'fulfil' | 'no_show')[]>} */
const NEXT = { booked: ['arrive', 'no_show'], stranded: ['arrive', 'no_show'], arrived: ['fulfil', 'no_show'] };

function Promises() {
  const all = state.promises.value;
  const { names } = state.book.value;
  const isToday = state.date.value === dateOf(Date.now()) && may('planning:write');
  const sites = new Set(state.days.value.map((/** @type {any} */ day) => day.site)).size;
  if (all.length === 0) return section({ class: 'box promises' }, use(Empty, { title: say('no_promises'), text: say('no_promises_text') }));
  return section({ class: 'box promises' },
    h2(null, `${say('by_time')} (${number(all.length)})`),
    div({ class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': say('by_time') },
      table({ class: 'list' },
        thead(null, tr(null, th(null, say('time')), th(null, say('what')),
          th(null, say('who_where')), th(null, say('status')), isToday && th({ class: 'no-print' }, say('action')))),
        tbody(null, all.map((/** @type {any} */ one) => tr({ key: one.id, class: `is-${one.status}` },
          td({ class: 'figure' }, hours(one.start, one.end)),
          td(null, whatOf(one.basket), div({ class: 'hint' }, numberOf(one))),
          td(null, names.staff[one.staff], one.pinned && ' •',
            div({ class: 'hint' }, [one.room && names.rooms[one.room], sites > 1 && names.sites[one.site]].filter(Boolean).join(' · '))),
          td({ class: 'figure' }, use(Status, { status: one.status })),
          isToday && td({ class: 'no-print actions' }, (NEXT[one.status] ?? []).map((what) => button({
            key: what, disabled: state.changing.value.has(one.id), 'aria-label': `${say(what)}: ${numberOf(one)} ${clock(one.start)}`,
            onClick: () => void state.tell(one, what),
          }, say(what))))))))));
}

/** @type {Record<string, string>} */
const SIGNS = { held: '…', booked: '○', arrived: '●', fulfilled: '✓', no_show: '✖' };

/** @param {{ status: string }} props */
const Status = ({ status }) => span({ class: `status ${status}` },
  span({ 'aria-hidden': 'true' }, `${SIGNS[status] ?? ''} `), say(/** @type {any} */ (`status_${status}`)));

function There() {
  const { names } = state.book.value;
  return section({ class: 'box there' },
    h2(null, say('there')),
    state.absent.value.length > 0 && p(null, strong(null, `${say('absent')}: `), state.absent.value.map((id) => names.staff[id] ?? id).join(', ')),
    state.days.value.map((/** @type {any} */ day) => div({ key: day.site },
      p({ class: 'hint' }, names.sites[day.site]),
      ul({ class: 'shifts' }, day.shifts.map((/** @type {any} */ shift) => li({ key: shift.staff + shift.start },
        span(null, names.staff[shift.staff]), span({ class: 'figure' }, hours(shift.start, shift.end))))))));
}

/** Clerks on shift that are shown, by id. */
function onShift() {
  const ids = state.days.value.flatMap((/** @type {any} */ day) => day.shifts.map((/** @type {any} */ shift) => shift.staff));
  return [...new Set(/** @type {string[]} */ (ids))].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
}

function Sick() {
  const { names } = state.book.value;
  const toggle = (/** @type {string} */ id) => {
    const next = new Set(state.sick.value);
    if (!next.delete(id)) next.add(id);
    state.sick.value = next;
    state.change.value = null;
  };
  return section({ class: 'box sick' },
    h2(null, say('sick_call')),
    p({ class: 'hint' }, say('sick_text')),
    fieldset(null,
      legend({ class: 'unseen' }, say('clerks')),
      onShift().map((id) => label({ key: id, class: 'check' },
        input({ type: 'checkbox', checked: state.sick.value.has(id), onChange: () => toggle(id) }), span(null, names.staff[id] ?? id)))),
    div({ class: 'buttons' },
      button({ class: 'main', disabled: state.sick.value.size === 0 || state.asking.value, onClick: () => void state.repair(false) },
        say(state.asking.value ? 'previewing' : 'preview')),
      state.sick.value.size === 0 && !state.change.value && span({ class: 'hint' }, say('choose_clerk'))),
    state.change.value && use(Outcome, {}));
}

/** What no absence changes any more. */
const ENDED = new Set(['fulfilled', 'no_show', 'arrived']);

/** What the absences come to, and whom to phone. */
function Outcome() {
  const { change } = state;
  if (!change.value) return null;
  const { applied, sick, answer, before } = change.value;
  const told = new Set([...answer.moved, ...answer.stranded].map((/** @type {any} */ one) => one.id));
  const kept = [...before.values()].filter((one) => sick.includes(one.staff) && !told.has(one.id) && !ENDED.has(one.status)).length;
  const { names } = state.book.value;
  return div({ class: 'outcome', role: 'region', 'aria-label': say(applied ? 'applied_title' : 'preview_title') },
    h2(null, say(applied ? 'applied_title' : 'preview_title')),
    p({ class: 'only-print' }, `${shortDate(state.date.value)} · ${sick.map((id) => names.staff[id] ?? id).join(', ')}`),
    p(null, `✓ ${say('sick_kept', { n: kept })}`),
    told.size === 0 ? p(null, say('sick_none')) : div(null,
      h2(null, `☎ ${say('phone_list')} (${told.size})`),
      ul({ class: 'phone' },
        answer.stranded.map((/** @type {any} */ one) => li({ key: one.id }, span({ class: 'mark' }, '✖ '),
          strong(null, numberOf(before.get(one.id) ?? one)), ` ${clock(one.start)}, ${whatOf(before.get(one.id)?.basket ?? [])}: ${say('phone_stranded')}`)),
        answer.moved.map((/** @type {any} */ one) => li({ key: one.id }, span({ 'aria-hidden': 'true' }, '→ '),
          strong(null, numberOf(before.get(one.id) ?? one)), ` ${whatOf(before.get(one.id)?.basket ?? [])}: ${say('phone_moved', { from: clock(one.from), to: clock(one.to) })}`)))),
    div({ class: 'buttons no-print' },
      !applied && button({ class: 'main', disabled: state.asking.value, onClick: () => void state.repair(true) }, say('apply')),
      told.size > 0 && button({ onClick: () => print() }, say('print_list')),
      button({ class: 'quiet', onClick: () => (change.value = null) }, say(applied ? 'close' : 'drop'))));
}
