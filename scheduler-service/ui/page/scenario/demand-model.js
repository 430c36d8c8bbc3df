// Demand as a grid: a row for each service, a column for each window of the day. Only entries that hold
// all year and count by day fit into it; the others are a list of their own.
import { DAYS, freeId } from './model.js';

/**
 * @typedef {{ from: string, until: string }} Column
 * @typedef {{ low: number, high: number }} Value what is asked for on the days shown: the same on all where `low` is `high`
 * @typedef {{ service: string, column: Column, value: number | undefined }} Setting
 */

/** @param {any} entry */
export const fits = (entry) => entry && !entry.from_date && !entry.until_date && !entry.weeks &&
  (entry.pool ?? 'day') === 'day' && Array.isArray(entry.sites) && typeof entry.mean === 'number' &&
  typeof entry.from === 'string' && typeof entry.until === 'string';

/** The sites of an entry as one text. @param {any} entry */
export const groupOf = (entry) => [...entry.sites].sort().join(' + ');

/** @param {any} entry @param {string} day */
const covers = (entry, day) => !entry.days || entry.days.includes(day);

/** @param {any} entry @returns {string[]} */
const daysOf = (entry) => entry.days ?? DAYS;

const key = (/** @type {Column} */ { from, until }) => `${from}–${until}`;
const rounded = (/** @type {number} */ value) => Number(value.toPrecision(6));

/**
 * The grid of one group of sites, on one day of the week or on all.
 * @param {any[]} demand @param {string} group @param {string} day `''` for all
 */
export function gridOf(demand, group, day) {
  const here = demand.filter((entry) => fits(entry) && groupOf(entry) === group && (!day || covers(entry, day)));
  /** @type {Map<string, Column>} */
  const columns = new Map();
  /** @type {Map<string, any[]>} */
  const cells = new Map();
  for (const entry of here) {
    columns.set(key(entry), { from: entry.from, until: entry.until });
    const cell = `${entry.service} ${key(entry)}`;
    cells.set(cell, [...(cells.get(cell) ?? []), entry]);
  }
  const sorted = [...columns.values()].sort((a, b) => a.from.localeCompare(b.from) || a.until.localeCompare(b.until));
  /** @returns {Value | null} */
  const at = (/** @type {string} */ service, /** @type {Column} */ column) => {
    const entries = cells.get(`${service} ${key(column)}`);
    if (!entries) return null;
    const days = day ? [day] : DAYS.filter((one) => entries.some((entry) => covers(entry, one)));
    const sums = days.map((one) => rounded(entries.reduce((sum, entry) => sum + (covers(entry, one) ? entry.mean : 0), 0)));
    return { low: Math.min(...sums), high: Math.max(...sums) };
  };
  return { columns: sorted, at };
}

/**
 * Demand with other numbers in some cells. On one day of the week, what held on others stays for them.
 * @param {any[]} demand @param {string} group @param {string} day @param {Setting[]} settings
 */
export const setCells = (demand, group, day, settings) =>
  settings.reduce((all, setting) => setCell(all, group, day, setting), demand);

/** @param {any[]} demand @param {string} group @param {string} day @param {Setting} setting @returns {any[]} */
function setCell(demand, group, day, { service, column, value }) {
  const here = demand.filter((entry) => fits(entry) && groupOf(entry) === group && entry.service === service &&
    entry.from === column.from && entry.until === column.until && (!day || covers(entry, day)));
  if (here.length === 0) {
    if (value === undefined) return demand;
    const id = freeId(demand, `${group}-${service}-${day || 'day'}-${column.from}-1`.replaceAll(' ', ''));
    return [...demand, { id, service, sites: group.split(' + '), ...(day && { days: [day] }), ...column, mean: rounded(value) }];
  }
  const share = (/** @type {any} */ entry) => {
    const on = day || daysOf(entry)[0];
    const beside = here.filter((other) => covers(other, on));
    const sum = beside.reduce((all, other) => all + other.mean, 0);
    return rounded(sum > 0 ? (entry.mean * (value ?? 0)) / sum : (value ?? 0) / beside.length);
  };
  const added = /** @type {any[]} */ ([]);
  const changed = demand.flatMap((entry) => {
    if (!here.includes(entry)) return [entry];
    const others = day ? daysOf(entry).filter((one) => one !== day) : [];
    if (others.length === 0) return value === undefined ? [] : [{ ...entry, mean: share(entry) }];
    if (value !== undefined && share(entry) === entry.mean) return [entry];
    if (value !== undefined) added.push({ ...entry, id: freeId([...demand, ...added], `${entry.id}-${day}-1`), days: [day], mean: share(entry) });
    return [{ ...entry, days: others }];
  });
  return [...changed, ...added];
}

/**
 * The cells of some services times a factor.
 * @param {any[]} demand @param {string} group @param {string} day @param {string[]} services @param {number} factor
 */
export function scaled(demand, group, day, services, factor) {
  if (!day) {
    // Each entry by itself, so that days that differ go on differing.
    return demand.map((entry) => (fits(entry) && groupOf(entry) === group && services.includes(entry.service)
      ? { ...entry, mean: rounded(entry.mean * factor) } : entry));
  }
  const { columns, at } = gridOf(demand, group, day);
  return setCells(demand, group, day, services.flatMap((service) => columns.flatMap((column) => {
    const value = at(service, column);
    return value ? [{ service, column, value: value.low * factor }] : [];
  })));
}
