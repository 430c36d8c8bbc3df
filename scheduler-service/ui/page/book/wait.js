// Waiting for a time that somebody gives back: what would suit, and what is offered. Only who waits loads it.
import { batch, signal } from '../vendor/core.js';
import { a, button, div, fieldset, form, input, label, legend, p, span, strong, use } from '../dom.js';
import { ask, once } from '../api.js';
import { addDays, clock, dateOf, longDate, noon, shortDate, today } from '../time.js';
import { language } from '../language.js';
import { Card, siteOf, whatOf, whenOf } from './book.js';
import * as state from './state.js';
import { say } from './words.js';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
/** Parts of the day in which a visit may begin. */
const HOURS = [['00:00', '10:00'], ['10:00', '12:00'], ['12:00', '15:00'], ['15:00', '24:00']];
/** Milliseconds between looks at what is offered. */
const LOOK = 5000;

/** What would suit; nothing chosen is all. */
const days = signal(/** @type {string[]} */ ([]));
const hours = signal(/** @type {string[]} */ ([]));
const dates = signal({ from: '', until: '' });

/** Before the appointment that somebody has, or within all dates. */
function limits() {
  const { from, until } = state.places.value;
  const first = from > today() ? from : today();
  const has = state.instead.value;
  const before = has && addDays(dateOf(has.start), -1);
  return { first, last: before && before >= first && before < until ? before : until };
}

const basket = () => state.instead.value?.basket ?? state.chosen();
/** Where: for who has an appointment, where that is. */
const site = () => state.instead.value?.site ?? state.site.value;

const join = () => state.guarded(async () => {
  const { first, last } = limits();
  const all = (/** @type {string[]} */ chosen, /** @type {number} */ most) => chosen.length % most > 0;
  const { data } = await ask('POST', '/v1/waitlist', {
    once: once(), body: {
      basket: basket(), window: { from: dates.value.from || first, until: dates.value.until || last },
      ...(site() && { sites: [site()] }),
      ...(all(days.value, 7) && { days: days.value }),
      ...(all(hours.value, HOURS.length) && { hours: HOURS.filter(([from]) => hours.value.includes(from)).map(([from, until]) => ({ from, until })) }),
    },
  });
  batch(() => {
    state.wish.value = data;
    state.step.value = 'waiting';
  });
  history.replaceState(null, '', addressOf());
});

const addressOf = () => state.addressOf({ wish: state.wish.value.id, ...(state.instead.value && { appointment: state.instead.value.id }) });

/** Looks whether something is offered. */
async function look() {
  const before = state.wish.value;
  const { data } = await ask('GET', `/v1/waitlist/${before.id}`);
  // It may have been answered meanwhile.
  if (state.wish.value !== before) return;
  state.wish.value = data;
}

setInterval(() => {
  const open = ['waiting', 'offered'].includes(state.wish.value?.status);
  if (state.step.value === 'waiting' && open && !state.busy.value) void look().catch(() => {});
}, LOOK);

const accept = () => state.guarded(async () => {
  const instead = state.instead.value;
  const { secret } = state;
  await state.book(state.wish.value.booking);
  if (!instead) return;
  // The appointment that was there is given back now, and not before.
  const { data, etag } = await ask('GET', `/v1/appointments/${instead.id}`, { secret });
  if (['booked', 'stranded'].includes(data.status)) await ask('POST', `/v1/appointments/${instead.id}/cancel`, { once: once(), match: etag, secret });
  batch(() => {
    state.instead.value = null;
    state.message.value = 'moved';
  });
});

const decline = () => state.guarded(async () => {
  const { id, booking } = state.wish.value;
  state.wish.value = (await ask('POST', `/v1/waitlist/${id}/decline`, { body: { hold_id: booking.id } })).data;
});

const withdraw = () => state.guarded(async () => {
  await ask('DELETE', `/v1/waitlist/${state.wish.value.id}`);
  state.wish.value = { ...state.wish.value, status: 'withdrawn', booking: undefined };
});

/** Some of many, next to each other. @param {{ name: string, of: string[], chosen: typeof days, text: (id: string, index: number) => string }} props */
const Picks = ({ name, of, chosen, text }) => fieldset({ class: 'picks' },
  legend(null, name),
  of.map((id, index) => label({ key: id },
    input({
      type: 'checkbox', checked: chosen.value.includes(id),
      onChange: () => (chosen.value = chosen.value.includes(id) ? chosen.value.filter((one) => one !== id) : [...chosen.value, id]),
    }), text(id, index))));

/** @param {number} index `0` is Monday */
const dayName = (index) => noon(`2024-01-0${index + 1}`).toLocaleDateString(language.value, { weekday: 'short', timeZone: 'UTC' });
const hoursName = (/** @type {number} */ index) => say(index === 0 ? 'until_time' : index === HOURS.length - 1 ? 'from_time' : 'times_between', { from: HOURS[index][0], until: HOURS[index][1] });

const keeps = () => state.instead.value && p({ class: 'hint' }, say('wait_keeps', { when: whenOf(state.instead.value) }));

/** What would suit. */
export function Wait() {
  const { first, last } = limits();
  const { from, until } = dates.value;
  const date = (/** @type {'from' | 'until'} */ field, /** @type {string} */ other) => label({ class: 'field' }, span(null, say(`wait_${field}`)), input({
    type: 'date', min: field === 'until' && from ? from : first, max: last, required: true, value: dates.value[field] || other,
    onChange: (/** @type {any} */ event) => (dates.value = { ...dates.value, [field]: event.target.value }),
  }));
  return form({ onSubmit: (/** @type {Event} */ event) => { event.preventDefault(); void join(); } },
    p({ class: 'summary' }, strong(null, whatOf(basket())), site() && `, ${siteOf(site())}`),
    p(null, say('wait_how')),
    keeps(),
    use(Picks, { name: say('wait_days'), of: DAYS, chosen: days, text: (_, index) => dayName(index) }),
    use(Picks, { name: say('wait_hours'), of: HOURS.map(([begin]) => begin), chosen: hours, text: (_, index) => hoursName(index) }),
    p({ class: 'hint' }, say('wait_any')),
    div({ class: 'two' }, date('from', first), date('until', last)),
    div({ class: 'buttons' },
      button({ class: 'main', disabled: state.busy.value || (from && until && until < from) }, say('wait_join')),
      button({ type: 'button', class: 'quiet', onClick: () => (state.step.value = state.instead.value ? 'manage' : 'when') }, `← ${say('back')}`)));
}

/** Where a wish stands, and what is offered to it. */
export function Waiting() {
  const wish = state.wish.value;
  if (!wish) return null;
  const { booking, status } = wish;
  const open = status === 'waiting' || status === 'offered';
  const until = status === 'offered' && booking.expires_at;
  const address = addressOf();
  const act = (/** @type {() => Promise<void>} */ work) => ({ disabled: state.busy.value, onClick: () => void work() });
  return div(null,
    p({ class: 'summary' }, strong(null, whatOf(wish.basket)), [
      '', say('week', { from: shortDate(wish.window.from), until: shortDate(wish.window.until) }),
      ...wish.days.map((/** @type {string} */ day) => dayName(DAYS.indexOf(day))),
      ...wish.hours.map((/** @type {any} */ one) => hoursName(HOURS.findIndex(([from]) => from === one.from))),
    ].join(', ')),
    p({ class: status === 'offered' ? 'note good' : 'note', role: 'status' },
      say(/** @type {any} */ (`wish_${status}`), { until: until ? `${longDate(dateOf(until))}, ${clock(until)}` : '' })),
    until && use(Card, { of: booking }),
    open && keeps(),
    div({ class: 'buttons' },
      until && button({ ...act(accept), class: 'main' }, say('wait_accept')),
      until && button(act(decline), say('wait_decline')),
      open && button({ ...act(withdraw), class: until ? 'quiet' : '' }, say('wait_stop')),
      status === 'booked' && p(null, a({ href: state.addressOf({ appointment: booking.id }) }, say('step_done'))),
      !open && button({ onClick: state.restart }, say('new_one'))),
    open && p({ class: 'hint' }, say('wait_link')),
    open && p({ class: 'address' }, a({ href: address }, address)));
}
