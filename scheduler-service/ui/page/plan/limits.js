// What limits a plan, counted from the plan itself: what is asked for and missing, and for each service
// with fewer slots than requests who or what was busy while they were wanted.
import { instant } from '../format.js';
import { holds, minutesOf } from './scenario.js';

/** @typedef {import('./model.js').Entries} Entries */

/**
 * @typedef {{
 *   site: string, service: string, from: number, until: number, expected: number, slots: number,
 *   by: 'clerks' | 'rooms' | 'nobody' | 'value', busy: number, of: string[],
 * }} Limit  `busy`: share of their time; `of`: skills or equipment
 */

/** Minutes that two spans share. @param {number} a @param {number} b @param {number} c @param {number} d */
const common = (a, b, c, d) => Math.max(0, Math.min(b, d) - Math.max(a, c)) / 60e3;

/**
 * The demand of a date that the plan meets least, at most `most`, where most is missing first.
 * @param {any} scenario @param {string} date @param {any[]} days @param {Entries} entries @param {number} [most]
 * @returns {Limit[]}
 */
export function limitsOf(scenario, date, days, entries, most = 6) {
  const skills = new Map(scenario.staff.map((/** @type {any} */ clerk) => [clerk.id, new Set(clerk.skills)]));
  const sites = new Set(days.map((day) => day.site));
  const found = [];
  for (const demand of scenario.demand ?? []) {
    if (!holds(demand, date) || demand.sites.length !== 1 || !sites.has(demand.sites[0])) continue;
    const mean = demand.pool === 'horizon' ? 0 : demand.mean;
    const slots = entries.filter((entry) => entry.demand === demand.id).length;
    const service = scenario.services.find((/** @type {any} */ one) => one.id === demand.service);
    const missing = (mean - slots) * service.minutes;
    if (missing < service.minutes) continue;
    const [site, from, until] = [demand.sites[0], instant(date, demand.from), instant(date, demand.until)];
    const day = days.find((one) => one.site === site);
    const clerks = clerkLoad(day, entries, from, until, (staff) =>
      service.skills.every((/** @type {string} */ skill) => skills.get(staff)?.has(skill)));
    const rooms = service.room === false ? null : roomLoad(scenario, site, entries, from, until, service.equipment);
    const spare = Math.min(clerks.free, rooms?.free ?? Infinity);
    const byRooms = rooms !== null && rooms.busy > clerks.busy;
    /** @type {Limit['by']} */
    const by = clerks.present === 0 ? 'nobody'
      : spare > missing && Math.max(clerks.busy, rooms?.busy ?? 0) < 0.85 ? 'value' : byRooms ? 'rooms' : 'clerks';
    found.push({
      missing,
      limit: {
        site, service: demand.service, from, until, expected: mean, slots, by,
        busy: byRooms ? rooms.busy : clerks.busy, of: byRooms ? service.equipment : service.skills,
      },
    });
  }
  return found.sort((a, b) => b.missing - a.missing).slice(0, most).map(({ limit }) => limit);
}

/**
 * How busy the clerks are who can do something: present and not on a break.
 * @param {any} day @param {Entries} entries @param {number} from @param {number} until
 * @param {(staff: string) => boolean} can
 */
function clerkLoad(day, entries, from, until, can) {
  let present = 0;
  for (const shift of day.shifts) {
    if (!can(shift.staff)) continue;
    present += common(from, until, Date.parse(shift.start), Date.parse(shift.end));
    for (const away of shift.absences) present -= common(from, until, Date.parse(away.start), Date.parse(away.end));
  }
  let busy = 0;
  for (const entry of entries) {
    if (entry.site !== day.site || !can(entry.staff)) continue;
    const minutes = common(from, until, entry.start, entry.end);
    if (entry.kind === 'breaks') present -= minutes;
    else busy += minutes;
  }
  return { present, busy: present > 0 ? busy / present : 1, free: present - busy };
}

/**
 * @param {any} scenario @param {string} site @param {Entries} entries @param {number} from @param {number} until
 * @param {string[]} equipment
 */
function roomLoad(scenario, site, entries, from, until, equipment) {
  const suits = new Set(scenario.rooms.filter((/** @type {any} */ room) =>
    room.site === site && equipment.every((need) => (room.equipment ?? []).includes(need))).map((/** @type {any} */ room) => room.id));
  const all = suits.size * (until - from) / 60e3;
  const busy = entries.reduce((sum, entry) =>
    sum + (entry.room && suits.has(entry.room) ? common(from, until, entry.start, entry.end) : 0), 0);
  return { busy: all > 0 ? busy / all : 1, free: all - busy };
}

/**
 * Slots against requests, by service, of the sites shown; with the most that the slots can serve.
 * @param {any} scenario @param {string} date @param {Set<string>} sites @param {Entries} entries
 */
export function offered(scenario, date, sites, entries) {
  return scenario.services.map((/** @type {any} */ service) => {
    const expected = (scenario.demand ?? []).filter((/** @type {any} */ demand) =>
      demand.service === service.id && demand.pool !== 'horizon' && holds(demand, date) &&
      demand.sites.some((/** @type {string} */ site) => sites.has(site)))
      .reduce((/** @type {number} */ sum, /** @type {any} */ demand) => sum + demand.mean, 0);
    const mine = entries.filter((entry) => entry.kind === 'slots' && entry.service === service.id && sites.has(entry.site));
    const promised = mine.filter((entry) => entry.appointment).length;
    return { service: service.id, expected, promised, slots: mine.length - promised, minutes: minutesOf(scenario, service.id) };
  }).filter((/** @type {any} */ row) => row.expected > 0 || row.slots > 0 || row.promised > 0);
}

