// The scenario that the service holds, as far as the plan of one date needs it.
import { daysBetween, weekday } from '../format.js';
import { clock, dateOf } from '../time.js';

/** @typedef {import('./model.js').Entry} Entry */

/** Whether a rule of the scenario holds on a date. @param {any} rule @param {string} date */
export function holds(rule, date) {
  if (rule.days && !rule.days.includes(weekday(date))) return false;
  if (rule.from_date && date < rule.from_date) return false;
  if (rule.until_date && date > rule.until_date) return false;
  if (!rule.weeks) return true;
  const monday = '1970-01-05';
  const week = (/** @type {string} */ day) => Math.floor(daysBetween(monday, day) / 7);
  return (week(date) - week(rule.weeks.of)) % rule.weeks.every === 0;
}

/**
 * The scenario of one date with what is promised on it, for a plan that is calculated.
 * @param {any} whole @param {string} date @param {any[]} days of `/v1/plan`
 */
export function scenarioOf(whole, date, days) {
  const { operations: _, release: __, notes: ___, ...part } = whole;
  const dates = daysBetween(whole.horizon.from, whole.horizon.until) + 1;
  const services = [...whole.services];
  const appointments = days.flatMap((day) => day.promises.map((/** @type {any} */ promise) => ({
    ...visitOf(promise.basket, services),
    id: promise.id, site: day.site, start: promise.start,
    ...(promise.pinned && { staff: promise.staff, ...(promise.room && { room: promise.room }) }),
  })));
  return {
    ...part,
    horizon: { from: date, until: date },
    services, appointments,
    demand: (whole.demand ?? []).filter((/** @type {any} */ demand) => holds(demand, date)).map(
      // Of demand for the whole horizon a date has its share.
      (/** @type {any} */ demand) => (demand.pool === 'horizon' ? { ...demand, mean: demand.mean / dates } : demand)),
  };
}

/**
 * What a visit takes, as a service and persons. A basket becomes a service of its own, worth nothing
 * more, as promises of a scenario name one service.
 * @param {{ service: string, persons: number }[]} basket @param {any[]} services
 */
function visitOf(basket, services) {
  if (basket.length === 1) return { service: basket[0].service, persons: basket[0].persons ?? 1 };
  const parts = basket.map((item) => ({ ...item, of: services.find((service) => service.id === item.service) }));
  const id = basket.map(({ service, persons }) => `${service} ×${persons ?? 1}`).join(' + ');
  if (!services.some((service) => service.id === id)) {
    const union = (/** @type {string} */ field) => [...new Set(parts.flatMap(({ of }) => of[field]))];
    const needsRoom = parts.some(({ of }) => of.room !== false);
    services.push({
      id,
      minutes: parts.reduce((sum, { of, persons }) => sum + of.minutes + ((persons ?? 1) - 1) * of.extra_person_minutes, 0),
      buffer_minutes: Math.max(...parts.map(({ of }) => of.buffer_minutes ?? 0)),
      extra_person_minutes: 0, max_persons: 1, value: 0,
      skills: union('skills'), equipment: needsRoom ? union('equipment') : [], room: needsRoom,
    });
  }
  return { service: id, persons: 1 };
}

/**
 * The demand that a slot serves: the one that it is for while that fits, else the first that does.
 * @param {any} scenario @param {Entry} slot
 */
export function demandFor(scenario, slot) {
  if (slot.appointment) return null;
  const [date, at] = [dateOf(slot.start), clock(slot.start)];
  const fits = (scenario.demand ?? []).filter((/** @type {any} */ demand) =>
    demand.service === slot.service && demand.sites.includes(slot.site) &&
    demand.from <= at && at < demand.until && holds(demand, date));
  return (fits.find((/** @type {any} */ demand) => demand.id === slot.demand) ?? fits[0])?.id ?? null;
}

/** How long a slot for one person takes a clerk. @param {any} scenario @param {string} service */
export function minutesOf(scenario, service) {
  const found = scenario.services.find((/** @type {any} */ one) => one.id === service);
  const grid = scenario.grid_minutes;
  return found ? Math.ceil((found.minutes + (found.buffer_minutes ?? 0)) / grid) * grid : grid;
}

/**
 * Two letters for each service, by which it is told in charts.
 * @param {Record<string, string>} names by id
 * @returns {Record<string, string>}
 */
export function lettersOf(names) {
  const taken = new Set();
  /** @type {Record<string, string>} */
  const letters = {};
  for (const [id, name] of Object.entries(names)) {
    const text = name.normalize('NFD').replace(/[^A-Za-z]/g, '').toUpperCase() || id.toUpperCase();
    const words = name.normalize('NFD').split(/[^A-Za-z]+/).filter(Boolean).map((word) => word[0].toUpperCase());
    const choices = [words.length > 1 ? words[0] + words[words.length - 1] : '', ...[...text.slice(1)].map((c) => text[0] + c)];
    const free = choices.find((choice) => choice.length === 2 && !taken.has(choice));
    letters[id] = free ?? String(taken.size);
    taken.add(letters[id]);
  }
  return letters;
}
