// The page on which citizens book: what, when, confirm, done; and change or cancel.
import { effect, render, signal, untracked } from '../vendor/core.js';
import { a, button, caption, details, div, footer, form, h1, h2, h3, header, input, label, li, main, ol, option, p, select, span, strong, summary, table, tbody, td, th, thead, tr, ul, use } from '../dom.js';
import { addDays, clock, dateOf, longDate, noon, shortDate, span as hours, today, zone } from '../time.js';
import { Problem } from '../api.js';
import { language, speak } from '../language.js';
import * as state from './state.js';
import { say } from './words.js';

/** @typedef {import('./state.js').Time} Time */

const nameOf = (/** @type {string} */ service) => state.services.value.find((one) => one.id === service)?.name ?? service;
export const siteOf = (/** @type {string} */ site) => state.places.value?.sites.find((/** @type {any} */ one) => one.id === site)?.name ?? site;

export const whatOf = (/** @type {any[]} */ basket) =>
  basket.map((item) => nameOf(item.service) + (item.persons > 1 ? ` (${say('persons_short', { n: item.persons })})` : '')).join(' + ');

export const whenOf = (/** @type {Time} */ time) => `${shortDate(dateOf(time.start))}, ${clock(time.start)}, ${siteOf(time.site)}`;

/** What is booked or held, where and when. @param {{ of: any }} props */
export const Card = ({ of }) => div({ class: 'card' },
  p({ class: 'big' }, longDate(dateOf(of.start))),
  p({ class: 'big' }, hours(of.start, of.end)),
  p(null, siteOf(of.site)),
  p(null, whatOf(of.basket)),
  of.reference && of.status !== 'held' && p(null, `${say('number')}: `, strong({ class: 'number' }, of.reference)));

/** @type {Record<import('./state.js').Step, { title: () => string, view: () => any }>} */
const STEPS = {
  what: { title: () => say('step_what'), view: What },
  when: { title: () => say('step_when'), view: When },
  confirm: { title: () => say('step_confirm'), view: Confirm },
  done: { title: () => say('step_done'), view: Done },
  manage: { title: () => say('step_done'), view: Manage },
  wait: { title: () => say('step_wait'), view: () => waitlist.value && use(waitlist.value.Wait, {}) },
  waiting: { title: () => say('step_waiting'), view: () => waitlist.value && use(waitlist.value.Waiting, {}) },
};

/** What only those need who wait. */
const waitlist = signal(/** @type {typeof import('./wait.js') | null} */ (null));

effect(() => {
  if (state.step.value.startsWith('wait') && !waitlist.peek()) {
    import('./wait.js').then((module) => (waitlist.value = module), () => (state.problem.value = new Problem(0, {})));
  }
});

/** @param {any} [has] the appointment that somebody has already */
function wait(has = null) {
  state.instead.value = has;
  state.step.value = 'wait';
}

function Page() {
  const step = state.step.value;
  /** @type {(keyof typeof STEPS)[]} */
  const steps = state.moving.value || !['what', 'when', 'confirm', 'done'].includes(step) ? [] : ['what', 'when', 'confirm', 'done'];
  return div({ class: 'page' },
    header(null,
      h1(null, say('title')),
      div({ class: 'choice', role: 'group', 'aria-label': say('language') },
        [['de', 'Deutsch'], ['en', 'English']].map(([id, name]) =>
          button({ key: id, lang: id, 'aria-pressed': String(language.value === id), onClick: () => speak(/** @type {any} */ (id)) }, name)))),
    main(null,
      steps.length > 0 && ol({ class: 'steps' }, steps.map((id, index) =>
        li({ key: id, 'aria-current': id === step ? 'step' : undefined }, span({ class: 'no' }, index + 1), span({ class: 'word' }, STEPS[id].title())))),
      h2({ tabIndex: -1 }, STEPS[step].title()),
      use(Messages, {}),
      state.places.value ? use(STEPS[step].view, { key: step }) : !state.problem.value && p({ class: 'busy' }, say('loading'))),
    footer(null, say('zone', { zone: zone.value }), ' · ', a({ href: `/accessibility#${language.value}` }, say('accessibility'))));
}

/** What has happened: to be read at once. */
function Messages() {
  const { problem, message, alternatives } = state;
  return div({ 'aria-live': 'polite' },
    problem.value && div({ class: 'trouble' },
      p(null, adviceFor(problem.value)), problem.value.status === 0 && button({ onClick: () => void (state.places.value ? state.search() : state.load()) }, say('again')),
      problem.value.status === 422 && p({ class: 'hint' }, problem.value.message)),
    message.value && p({ class: `note ${message.value === 'expired' ? '' : 'good'}` }, say(/** @type {any} */ (message.value))),
    alternatives.value && div({ class: 'note' },
      p(null, say(alternatives.value.length > 0 ? 'gone' : 'gone_none')),
      ul({ class: 'times' }, alternatives.value.map((time) => li({ key: time.start + time.site },
        button({ onClick: () => void state.choose(time) }, whenOf(time)))))));
}

/** @param {import('../api.js').Problem} problem */
function adviceFor({ status }) {
  if (status === 0) return say('offline');
  if (status === 401 || status === 403) return say('no_key');
  if (status === 404) return say('unknown');
  return say(status === 429 || status === 503 ? 'busy' : 'failed');
}

function What() {
  const { basket, services, site, addable } = state;
  const set = (/** @type {number} */ index, /** @type {object} */ patch) => {
    basket.value = basket.value.map((item, at) => (at === index ? { ...item, ...patch } : item));
    if ('service' in patch) void state.loadAddable();
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void state.search();
  };
  const fits = (/** @type {any} */ service, /** @type {number} */ index) =>
    index === 0 || !addable.value || addable.value.has(service.id) || basket.value[index].service === service.id;
  const chosen = state.chosen();
  const where = state.places.value.sites.filter((/** @type {any} */ one) =>
    chosen.every((item) => services.value.find((service) => service.id === item.service)?.sites.includes(one.id)));
  return form({ onSubmit: submit },
    basket.value.map((item, index) => {
      const service = services.value.find((one) => one.id === item.service);
      return div({ class: 'item', key: index },
        label({ class: 'field' }, span(null, say('service')),
          select({ required: true, value: item.service, onChange: (/** @type {any} */ event) => set(index, { service: event.target.value, persons: 1 }) },
            option({ value: '' }, say('choose_service')),
            services.value.filter((one) => fits(one, index)).map((one) => option({ key: one.id, value: one.id }, one.name)))),
        label({ class: 'field few' }, span(null, say('persons')),
          input({
            type: 'number', min: 1, max: service?.max_persons ?? 1, required: true, value: item.persons,
            onInput: (/** @type {any} */ event) => set(index, { persons: Math.max(1, Number(event.target.value) || 1) }),
          })),
        index > 0 && button({ type: 'button', class: 'link', onClick: () => (basket.value = basket.value.filter((_, at) => at !== index)) }, say('remove')),
        service && p({ class: 'hint' }, say('minutes', { n: service.minutes + (item.persons - 1) * service.extra_person_minutes })));
    }),
    basket.value.length < 5 && basket.value.every((item) => item.service) &&
      p(null, button({ type: 'button', class: 'link', onClick: () => (basket.value = [...basket.value, { service: '', persons: 1 }]) }, `+ ${say('another')}`)),
    label({ class: 'field' }, span(null, say('where')),
      select({ value: site.value, onChange: (/** @type {any} */ event) => (site.value = event.target.value) },
        option({ value: '' }, say('anywhere')),
        where.map((/** @type {any} */ one) => option({ key: one.id, value: one.id }, one.name)))),
    button({ class: 'main', disabled: state.busy.value }, say('find')));
}

function When() {
  const { found, from, until, moving, places } = state;
  const dates = Array.from({ length: state.DAYS }, (_, index) => addDays(from.value, index)).filter((date) => date <= places.value.until);
  const first = found.value?.slots[0] && dateOf(found.value.slots[0].start);
  return div(null,
    p({ class: 'summary' }, strong(null, whatOf(moving.value?.basket ?? state.chosen())), moving.value && span({ class: 'hint' }, ` ${say('keeps')}`)),
    state.month.value && use(Month, {}),
    div({ class: 'week' },
      button({ 'aria-label': say('week_before'), disabled: from.value <= places.value.from || state.busy.value, onClick: () => void state.week(addDays(from.value, -state.DAYS)) }, `◀ ${say('week_before')}`),
      strong(null, say('week', { from: shortDate(from.value), until: shortDate(until.value) })),
      button({ 'aria-label': say('week_after'), disabled: until.value >= places.value.until || state.busy.value, onClick: () => void state.week(addDays(from.value, state.DAYS)) }, `${say('week_after')} ▶`)),
    !found.value ? state.busy.value && p({ class: 'busy', role: 'status' }, say('searching'))
      : found.value.slots.length === 0 ? use(Nothing, {})
        : dates.map((date) => use(DayTimes, { key: date, date, open: date === first })),
    found.value && !moving.value && div({ class: 'later' }, h3(null, say('wait_title')), p(null, say('wait_text')),
      button({ onClick: () => wait() }, say('wait_other'))),
    p(null, button({ class: 'quiet', onClick: () => (moving.value ? cancelMove() : (state.step.value = 'what')) }, `← ${say('back')}`)));
}

/** On which dates of the month there are times. */
function Month() {
  const days = /** @type {Map<string, number>} */ (state.month.value);
  const first = state.firstOf(state.from.value);
  const named = (/** @type {string} */ date, /** @type {object} */ as) => noon(date).toLocaleDateString(language.value, as);
  const week = [0, 1, 2, 3, 4, 5, 6];
  const monday = addDays(first, -((noon(first).getUTCDay() + 6) % 7));
  return table({ class: 'month' },
    caption(null, named(first, { month: 'long', year: 'numeric' })),
    thead(null, tr(null, week.map((day) => th({ key: day, scope: 'col' }, named(addDays(monday, day), { weekday: 'short' }))))),
    tbody(null, week.filter((row) => row === 0 || addDays(monday, row * 7).startsWith(first.slice(0, 8))).map((row) => tr({ key: row }, week.map((day) => {
      const date = addDays(monday, row * 7 + day);
      const n = days.get(date);
      const text = date.startsWith(first.slice(0, 8)) && Number(date.slice(8));
      return td({ key: day }, text && n ? button({
        'aria-label': `${longDate(date)}, ${say('times', { n })}`, 'aria-pressed': String(date === state.from.value), disabled: state.busy.value, onClick: () => void state.week(date),
      }, text) : text);
    })))));
}

function cancelMove() {
  state.moving.value = null;
  state.step.value = 'manage';
}

function Nothing() {
  const { next } = state.found.value ?? {};
  return div({ class: 'empty' },
    p(null, say(next ? 'none' : 'none_anywhere')),
    next && button({ class: 'main', onClick: () => void state.week(dateOf(next.start)) }, say('next', { when: whenOf(next) })));
}

/** `Thursday, 4 March`. @param {string} date */
const dayOf = (date) => noon(date).toLocaleDateString(language.value, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });

/** @param {{ date: string, open: boolean }} props */
function DayTimes({ date, open }) {
  const times = (state.found.value?.slots ?? []).filter((time) => dateOf(time.start) === date);
  const name = dayOf(date);
  if (times.length === 0) return div({ class: 'day closed' }, span(null, name), span({ class: 'hint' }, say('no_times')));
  const sites = [...new Set(times.map((time) => time.site))];
  return details({ class: 'day', open },
    summary(null, h3(null, name), span({ class: 'hint' }, say('times', { n: times.length }))),
    sites.map((site) => div({ key: site },
      sites.length > 1 || !state.site.value ? p({ class: 'site' }, siteOf(site)) : null,
      ul({ class: 'times' }, times.filter((time) => time.site === site).map((time) => li({ key: time.start },
        button({
          disabled: state.busy.value, 'aria-label': `${clock(time.start)}, ${longDate(date)}, ${siteOf(site)}`, onClick: () => void state.choose(time),
        }, clock(time.start))))))));
}

/** Milliseconds until the hold ends. */
const left = signal(0);

function tick() {
  if (state.step.value !== 'confirm') return;
  left.value = Math.max(0, state.deadline.value - Date.now());
  if (left.value === 0 && !state.busy.value) void state.hasExpired();
}

setInterval(tick, 1000);

function Confirm() {
  const booking = state.booking.value;
  if (!booking) return null;
  const seconds = Math.ceil(left.value / 1000);
  const clockLeft = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return div(null,
    use(Card, { of: booking }),
    p({ class: 'left', role: 'timer' }, say('reserved', { left: clockLeft }), ' ', span({ class: 'hint' }, say('reserved_hint'))),
    div({ class: 'buttons' },
      button({ class: 'main', disabled: state.busy.value, onClick: () => void state.confirm() }, say('confirm')),
      button({ disabled: state.busy.value, onClick: () => void state.giveBack() }, say('give_back'))));
}

function Done() {
  const booking = state.booking.value;
  if (!booking) return null;
  const address = state.addressOf({ appointment: booking.id });
  return div(null,
    use(Card, { of: booking }),
    booking.reference && p({ class: 'hint' }, say('number_hint')),
    div({ class: 'buttons' },
      button({ class: 'main', onClick: () => void calendar() }, say('ics')),
      button({ onClick: () => print() }, say('print')),
      button({ onClick: () => (state.step.value = 'manage') }, say('manage'))),
    p({ class: 'hint' }, say('link_hint')),
    p({ class: 'address' }, a({ href: address }, address)),
    p(null, button({ class: 'quiet', onClick: state.restart }, say('new_one'))));
}

/** Saves the appointment as a calendar file. */
async function calendar() {
  const { calendarFile, save } = await import('./calendar.js');
  const { id, version, start, end, basket, site, reference } = state.booking.value;
  const text = [reference && `${say('number')}: ${reference}`, state.addressOf({ appointment: id })].filter(Boolean).join('\n');
  save('termin.ics', 'text/calendar', calendarFile({ id, version, start, end, title: whatOf(basket), place: siteOf(site), text }, Date.now()));
}

/** Whether the citizen is asked whether that is meant. */
const sure = signal(false);

function Manage() {
  const booking = state.booking.value;
  if (!booking) return state.busy.value ? p({ class: 'busy' }, say('loading')) : p(null, button({ onClick: state.restart }, say('new_one')));
  const can = ['booked', 'stranded'].includes(booking.status) && Date.parse(booking.start) > Date.now();
  return div(null,
    use(Card, { of: booking }),
    p(null, say(/** @type {any} */ (`status_${booking.status}`))),
    booking.status === 'booked' && !can && p(null, say('past')),
    can && (sure.value
      ? div({ class: 'buttons' },
        button({ class: 'main', disabled: state.busy.value, onClick: () => { sure.value = false; void state.cancel(); } }, say('cancel_sure')),
        button({ onClick: () => (sure.value = false) }, say('cancel_not')))
      : div({ class: 'buttons' },
        button({ class: 'main', disabled: state.busy.value, onClick: () => void state.move() }, say('other_time')),
        button({ disabled: state.busy.value, onClick: () => (sure.value = true) }, say('cancel')),
        dateOf(booking.start) > today() && booking.status === 'booked' && button({ onClick: () => wait(booking) }, say('wait_earlier')),
        button({ onClick: () => void calendar() }, say('ics')))),
    p(null, button({ class: 'quiet', onClick: state.restart }, say('new_one'))));
}

addEventListener('hashchange', () => location.reload());

// Whatever changes, only what differs is touched.
const root = /** @type {HTMLElement} */ (document.getElementById('app'));
effect(() => render(use(Page, {}), root));

// The focus tells that it is another step.
let before = state.step.value;
effect(() => {
  const step = state.step.value;
  document.title = `${STEPS[step].title()} · ${say('title')}`;
  if (step === 'confirm') untracked(tick);
  if (step !== before) requestAnimationFrame(() => root.querySelector('h2')?.focus());
  before = step;
});

// A page of somebody else learns how high this one is.
if (parent !== window) {
  const tell = () => parent.postMessage({ appointmentBookingHeight: root.scrollHeight }, '*');
  new ResizeObserver(tell).observe(root);
}

void state.load();
