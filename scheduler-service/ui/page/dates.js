// What only planners reckon with: weekdays, distances of dates, times of the wall clock.
import { clock, dateOf, noon } from './time.js';

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
