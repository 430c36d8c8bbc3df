// Times and dates as the reader writes them. All times are those of the sites' zone.
import { signal } from './vendor/core.js';
import { language } from './language.js';

/** IANA name of the sites' zone. */
export const zone = signal('UTC');

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {string} name @param {Intl.DateTimeFormatOptions} options @param {string} [timeZone] @param {string} [locale] */
function format(name, options, timeZone = zone.value, locale = language.value === 'de' ? 'de-DE' : 'en-GB') {
  const id = `${name} ${locale} ${timeZone}`;
  let found = formats.get(id);
  if (!found) formats.set(id, (found = new Intl.DateTimeFormat(locale, { ...options, timeZone })));
  return found;
}

/** `09:15`. @param {number | string | Date} at */
export const clock = (at) =>
  format('clock', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at));

/** `09:15–09:30`. @param {number | string} start @param {number | string} end */
export const span = (start, end) => `${clock(start)}–${clock(end)}`;

/** `2027-03-04` of an instant: dates are written so in Sweden. @param {number | string | Date} at */
export const dateOf = (at) => format('date', {}, zone.value, 'sv-SE').format(new Date(at));

/** Today at the sites. */
export const today = () => dateOf(Date.now());

// A date is a day of the calendar and no instant: it is written in UTC wherever it is read.
export const noon = (/** @type {string} */ date) => new Date(`${date}T12:00:00Z`);

/** `Thursday, 4 March 2027`. @param {string} date */
export const longDate = (date) =>
  format('long', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }, 'UTC').format(noon(date));

/** `Thu, 4 Mar`. @param {string} date */
export const shortDate = (date) =>
  format('short', { weekday: 'short', day: 'numeric', month: 'short' }, 'UTC').format(noon(date));

/** @param {string} date @param {number} days */
export function addDays(date, days) {
  const at = noon(date);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}
