// Numbers and tables as the reader writes them, and how planners reckon with dates.
import { language } from './language.js';
import { clock, dateOf, noon } from './time.js';

/** @param {number} value @param {number} [digits] */
export const number = (value, digits = 0) =>
  new Intl.NumberFormat(language.value, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

/** With its sign, also where it is positive. @param {number} value @param {number} [digits] */
export const signed = (value, digits = 1) =>
  new Intl.NumberFormat(language.value, {
    minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: 'exceptZero',
  }).format(value).replace('-', '−');

/** `97 %`. @param {number} share @param {number} [digits] */
export const percent = (share, digits = 0) => `${number(share * 100, digits)} %`;

/** `8:5`, `8.05`, `805`, `8` as `08:05` and so on. @param {string} text */
export function timeOf(text) {
  const [, hours, minutes = '0'] = text.trim().match(/^(\d{1,2})(?:[:.h]?(\d{2}))?(?: ?Uhr)?$/) ?? [];
  if (hours === undefined || Number(minutes) > 59 || Number(hours) > 24) return text.trim();
  return `${hours.padStart(2, '0')}:${minutes.padStart(2, '0')}`;
}

/** Minutes as `1:05`. @param {number} minutes */
export const duration = (minutes) =>
  minutes < 60 ? `${minutes}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;

/**
 * A table as a file that spreadsheets of the language open by a double click.
 * @param {(string | number)[][]} rows
 */
export function csv(rows) {
  const german = language.value === 'de';
  const cell = (/** @type {string | number} */ value) => {
    let text = typeof value === 'number' ? (german ? String(value).replace('.', ',') : String(value)) : value;
    // What begins like a formula is text here.
    if (typeof value === 'string' && /^[=+@\t-]/.test(text)) text = `'${text}`;
    return /["\n;,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return '\ufeff' + rows.map((row) => row.map(cell).join(german ? ';' : ',')).join('\r\n') + '\r\n';
}

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** `thu`. @param {string} date */
export const weekday = (date) => WEEKDAYS[noon(date).getUTCDay()];

/** Whole days from one date to another. @param {string} from @param {string} to */
export const daysBetween = (from, to) => Math.round((noon(to).getTime() - noon(from).getTime()) / 864e5);

/**
 * The instant of a time of the wall clock on a date, in the sites' zone.
 * @param {string} date @param {string} wall `HH:MM`
 */
export function instant(date, wall) {
  const [hours, minutes] = wall.split(':').map(Number);
  const wanted = Date.parse(`${date}T00:00:00Z`) + (hours * 60 + minutes) * 60e3;
  // The offset at the guess, and once more where the guess fell on the other side of a clock change.
  let at = wanted;
  for (let i = 0; i < 2; i++) {
    at = wanted - (Date.parse(`${dateOf(at)}T${clock(at)}:00Z`) - at);
  }
  return at;
}
