// Values of a scenario as people read and write them. What cannot be read stays the text that it is: the
// service says at its place what is wrong with it.
import { timeOf } from '../format.js';
import { language } from '../language.js';
import { shortDate } from '../time.js';
import { DAYS } from './model.js';
import { say } from './words.js';

/** @typedef {import('./fields.js').Field} Field */

/** `Mo`. @param {string} day */
export const dayName = (day) =>
  new Intl.DateTimeFormat(language.value, { weekday: 'short', timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, 1 + DAYS.indexOf(day))));

/** `Mo–Fr, So`. @param {string[]} days */
export function daysText(days) {
  const known = DAYS.map((day) => days.includes(day));
  const parts = [];
  for (let first = 0; first < 7; first++) {
    if (!known[first]) continue;
    let last = first;
    while (known[last + 1]) last++;
    parts.push(last === first ? dayName(DAYS[first]) : `${dayName(DAYS[first])}${last - first > 1 ? '–' : ', '}${dayName(DAYS[last])}`);
    first = last;
  }
  return parts.join(', ');
}

const plain = (/** @type {number} */ value) =>
  new Intl.NumberFormat(language.value, { useGrouping: false, maximumFractionDigits: 6 }).format(value);

/**
 * A number as people of either language write it: `1.250,5`, `1,250.5`, `12,5`, `12.5`, `−3`, `25 %`.
 * @param {string} text @returns {number | null}
 */
export function numberOf(text) {
  let bare = text.replace(/[\s\u00a0\u202f'%€]/g, '').replace('−', '-');
  const [comma, dot] = [bare.lastIndexOf(','), bare.lastIndexOf('.')];
  if (comma >= 0 && dot >= 0) {
    // The last of the two is the decimal one.
    bare = comma > dot ? bare.replaceAll('.', '').replace(',', '.') : bare.replaceAll(',', '');
  } else if (comma >= 0) {
    bare = bare.indexOf(',') !== comma ? bare.replaceAll(',', '') : bare.replace(',', '.');
  } else if (dot >= 0 && bare.indexOf('.') !== dot) {
    bare = bare.replaceAll('.', '');
  }
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(bare) ? Number(bare) : null;
}

/** Digits after the point that a share may have, so that 7 % is 0.07. */
const clean = (/** @type {number} */ value) => Number(value.toPrecision(12));

/** `3.4.2027`, `3.4.27`, `2027-04-03` as `2027-04-03`. @param {string} text */
export function dateOf(text) {
  const [, day, month, year] = text.trim().match(/^(\d{1,2})\.(\d{1,2})\.(\d{2}|\d{4})$/) ?? [];
  if (!day) return text.trim();
  return `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** @param {string} text */
const list = (text) => text.split(/[,;\n]/).map((part) => part.trim()).filter(Boolean);

/** What a text means in a field; `undefined` where it is empty. @param {Field} field @param {string} text @returns {any} */
export function read(field, text) {
  const bare = text.trim();
  if (bare === '') return field.kind === 'tags' && !field.optional ? [] : undefined;
  switch (field.kind) {
    case 'number': return numberOf(bare) ?? bare;
    // A share where it says so.
    case 'amount': return numberOf(bare) === null ? bare : clean(Number(numberOf(bare)) / (bare.endsWith('%') ? 100 : 1));
    case 'share': {
      const number = numberOf(bare);
      return number === null ? bare : clean(number / 100);
    }
    case 'time': return timeOf(bare);
    case 'date': return dateOf(bare);
    case 'dates': return list(bare).map(dateOf);
    case 'numbers': return bare.split(/[;\s]+/).filter(Boolean).map((part) => numberOf(part) ?? part);
    case 'tags': case 'refs': return list(bare);
    case 'days': return list(bare).map((part) => DAYS.find((day) => day === part.toLowerCase() || dayName(day).toLowerCase().startsWith(part.toLowerCase())) ?? part);
    case 'bool': return !/^(0|no?|nein|false|falsch|-)$/i.test(bare);
    default: return bare;
  }
}

/** A value as a text that `read` reads. @param {Field} field @param {any} value @returns {string} */
export function write(field, value) {
  if (value === undefined || value === null) return '';
  switch (field.kind) {
    case 'number': case 'amount': return typeof value === 'number' ? plain(value) : String(value);
    case 'share': return typeof value === 'number' ? plain(clean(value * 100)) : String(value);
    case 'numbers': return Array.isArray(value) ? value.map((one) => (typeof one === 'number' ? plain(one) : String(one))).join('; ') : String(value);
    case 'days': return Array.isArray(value) ? daysText(value) : String(value);
    case 'dates': case 'tags': case 'refs': return Array.isArray(value) ? value.join(', ') : String(value);
    case 'bool': return say(value ? 'yes' : 'no');
    default: return String(value);
  }
}

/** When something applies, in a few words: `Mo–Fr 08:00–16:00`. @param {any} rule */
export const whenText = (rule) => [
  rule.days ? daysText(rule.days) : say('daily'),
  rule.from && `${rule.from}–${rule.until ?? ''}`,
  rule.weeks && say('every_weeks', { n: rule.weeks.every }),
  (rule.from_date || rule.until_date) && `${rule.from_date ? shortDate(rule.from_date) : ''}–${rule.until_date ? shortDate(rule.until_date) : ''}`,
].filter(Boolean).join(' ');

/** Any value in a few words, for people who compare. @param {any} value @returns {string} */
export function brief(value) {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'boolean') return say(value ? 'yes' : 'no');
  if (typeof value === 'number') return plain(value);
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every((one) => DAYS.includes(one))) return daysText(value);
    return value.length === 0 ? '–' : value.map(brief).join(typeof value[0] === 'object' ? '; ' : ', ');
  }
  const { id, days, from, until, weeks, from_date, until_date, ...rest } = value;
  const when = from !== undefined ? whenText({ days, from, until, weeks, from_date, until_date }) : days ? daysText(days) : '';
  const others = Object.entries(rest).filter(([, one]) => one !== null && !(Array.isArray(one) && one.length === 0))
    .map(([name, one]) => `${labelOf(name)} ${brief(one)}`);
  return [id, when, ...others].filter(Boolean).join(', ');
}

/** What a field is called where it is edited. @param {Field} field */
export const titleOf = (field) => labelOf(field.label ?? field.name);

/** What a field is called. @param {string} name */
export function labelOf(name) {
  const label = say(/** @type {any} */ (`f_${name}`));
  return label || name;
}
