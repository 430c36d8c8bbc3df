// Numbers and tables as the reader writes them.
import { language } from './language.js';

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
