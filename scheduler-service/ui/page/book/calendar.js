// A calendar file (RFC 5545) of one appointment.
export { save } from '../save.js';

/** @param {number} at */
const stamp = (at) => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');

/** @param {string} text */
const escaped = (text) => text.replace(/[\\;,]/g, '\\$&').replaceAll('\n', '\\n');

/** Lines have at most 75 bytes; what is longer goes on after a space. @param {string} line */
function folded(line) {
  const lines = [''];
  for (const character of line) {
    const whole = lines[lines.length - 1] + character;
    if (new TextEncoder().encode(whole).length <= 74) lines[lines.length - 1] = whole;
    else lines.push(` ${character}`);
  }
  return lines.join('\r\n');
}

/**
 * @param {{ id: string, version: number, start: string, end: string, title: string, place: string, text: string }} appointment
 * @param {number} now
 */
export const calendarFile = ({ id, version, start, end, title, place, text }, now) => [
  'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//scheduler//booking//EN', 'METHOD:PUBLISH', 'BEGIN:VEVENT',
  `UID:${id}`, `SEQUENCE:${version}`, `DTSTAMP:${stamp(now)}`, `DTSTART:${stamp(Date.parse(start))}`, `DTEND:${stamp(Date.parse(end))}`,
  `SUMMARY:${escaped(title)}`, `LOCATION:${escaped(place)}`, `DESCRIPTION:${escaped(text)}`, 'END:VEVENT', 'END:VCALENDAR', '',
].map(folded).join('\r\n');
