// A list of the scenario as a table: a row for each entry, its values edited where they stand, rows of a
// spreadsheet pasted into it.
import { useEffect, useSignal } from '../vendor/preact.js';
import { button, classes, div, h2, input, p, section, span, table, tbody, td, th, thead, tr, use } from '../dom.js';
import { Cell, Said } from './cells.js';
import { at, pointerOf } from './model.js';
import * as state from './state.js';
import { titleOf, read } from './values.js';
import { say } from './words.js';

/** @typedef {import('./fields.js').List} List @typedef {import('./state.js').Finding} Finding */

/** Rows that are drawn before somebody asks for more. */
const MOST = 100;

/** @param {{ list: List, only?: (entry: any) => boolean, title?: string, hint?: string, more?: any }} props */
export function ListTable({ list, only, title, hint, more }) {
  const filter = useSignal('');
  const most = useSignal(MOST);
  const entries = /** @type {any[]} */ (at(state.scenario.value, list.path) ?? []);
  useEffect(focusWanted);
  const name = title ?? say(/** @type {any} */ (`list_${list.path.join('_')}`));
  if (!Array.isArray(entries)) return section({ class: 'box' }, h2(null, name), p(null, String(entries)));
  const wanted = filter.value.toLowerCase();
  const rows = entries.map((entry, index) => ({ entry, index })).filter(({ entry }) =>
    (!only || only(entry)) && (!wanted || `${entry?.id} ${entry?.name} ${entry?.site} ${entry?.skills} ${entry?.service} ${entry?.sites} ${entry?.shifts?.[0]?.site}`.toLowerCase().includes(wanted)));
  const columns = list.fields.filter((field) => field.column);
  const pointer = pointerOf(list.path);
  const whole = state.found.value.get(pointer);
  const found = grouped(state.findings.value);
  return section({ class: 'box entries', 'aria-label': name },
    div({ class: 'bar-top' },
      h2(null, name, span({ class: 'count' }, rows.length > 0 ? ` ${rows.length}` : ` – ${say('empty_list')}`)),
      div({ class: 'tools no-print' },
        entries.length > 12 && input({ type: 'search', 'aria-label': say('filter'), placeholder: say('filter'), value: filter.value, onInput: (/** @type {any} */ event) => (filter.value = event.target.value) }),
        more,
        state.may.value && button({ onClick: () => state.add(list), 'aria-label': `${say('add')}: ${name}` }, `+ ${say('add')}`))),
    hint && p({ class: 'hint' }, hint),
    whole && use(Said, { about: whole }),
    rows.length > 0 && div({ class: 'wide', tabIndex: 0, role: 'group', 'aria-label': name },
        table({ class: 'list sheet-of', onKeyDown: onKey, onPaste: (/** @type {ClipboardEvent} */ event) => onPaste(event, list) },
          thead(null, tr(null,
            columns.map((field) => th({ key: field.name, scope: 'col', class: ['number', 'share', 'amount'].includes(field.kind) ? 'numeric' : '' }, titleOf(field) + (field.unit ? `, ${field.unit}` : ''))),
            th({ scope: 'col', class: 'no-print' }, span({ class: 'unseen' }, say('details'))))),
          tbody(null, rows.slice(0, most.value).map(({ entry, index }) => use(Row, {
            key: index, list, entry, index, found: found.get(`${pointer}/${index}`) ?? null,
            isSelected: state.selected.value?.list === list && state.selected.value.index === index,
          }))))),
    rows.length > most.value && button({ onClick: () => (most.value += 500) }, say('show_more', { n: rows.length - most.value })));
}

/** @type {{ of: Finding[] | null, groups: Map<string, Finding[]> }} */
const last = { of: null, groups: new Map() };
/** What was found of each entry: only rows of which something new was found are drawn again. @param {Finding[]} findings */
function grouped(findings) {
  if (last.of === findings) return last.groups;
  /** @type {Map<string, Finding[]>} */
  const groups = new Map();
  for (const one of findings) {
    const [row] = one.pointer.match(/^(?:\/[a-z_]+)+\/\d+/) ?? [];
    if (row) groups.set(row, [...(groups.get(row) ?? []), one]);
  }
  last.of = findings;
  last.groups = groups;
  return groups;
}

/** @param {{ list: List, entry: any, index: number, found: Finding[] | null, isSelected: boolean }} props */
function Row({ list, entry, index, found, isSelected }) {
  const path = [...list.path, index];
  const pointer = pointerOf(path);
  const open = () => (state.selected.value = isSelected ? null : { list, index });
  const who = entry?.name ?? entry?.id ?? entry?.service ?? entry?.site ?? String(index + 1);
  const columns = list.fields.filter((field) => field.column);
  // What has no column of its own, and the entry as a whole.
  const others = found?.filter((one) => !columns.some((field) => one.pointer === `${pointer}/${field.name}` || one.pointer.startsWith(`${pointer}/${field.name}/`)));
  return tr({ class: classes(isSelected && 'selected') },
    columns.map((field, column) => (column === 0 ? th : td)({ key: field.name, ...(column === 0 && { scope: 'row' }) },
      use(Cell, { field, value: entry?.[field.name], path: [...path, field.name], name: `${titleOf(field)} ${who}`, found, onOpen: open }),
      column === 0 && others && others.length > 0 && use(Said, { about: others }))),
    td({ class: 'no-print' }, button({ class: 'quiet', 'aria-expanded': String(isSelected), 'aria-label': `${say('details')}: ${who}`, onClick: open }, isSelected ? '◂' : '▸')));
}

/** Brings the focus to what was added. */
export function focusWanted() {
  if (!state.wanted.value) return;
  const element = /** @type {HTMLElement | null} */ (document.querySelector(`[data-at="${CSS.escape(state.wanted.value)}"]`));
  if (!element) return;
  state.wanted.value = '';
  element.focus();
  if (element instanceof HTMLInputElement) element.select();
}

/** Up, down and Enter go to the same column of the next row. @param {KeyboardEvent} event */
export function onKey(event) {
  const step = event.key === 'ArrowDown' || (event.key === 'Enter' && !event.shiftKey) ? 1 : event.key === 'ArrowUp' || event.key === 'Enter' ? -1 : 0;
  const target = /** @type {HTMLElement} */ (event.target);
  // A button or a list of choices has these keys for itself.
  if (!step || !(target instanceof HTMLInputElement) || target.closest('.pop-box') || target.type === 'checkbox') return;
  const cell = /** @type {HTMLTableCellElement | null} */ (target.closest('td, th'));
  const rows = [.../** @type {HTMLTableElement} */ (target.closest('table')).querySelectorAll('tbody tr')];
  const row = rows[rows.indexOf(/** @type {any} */ (target.closest('tr'))) + step];
  const next = /** @type {HTMLInputElement | null | undefined} */ (row?.children[cell?.cellIndex ?? 0]?.querySelector('input, select, button'));
  if (!next) return;
  event.preventDefault();
  next.focus();
  if (next instanceof HTMLInputElement) next.select();
}

/** Rows and columns of a text that a spreadsheet has copied; `null` where it is one value. @param {ClipboardEvent} event */
export function pasted(event) {
  const text = event.clipboardData?.getData('text/plain') ?? '';
  if (!/[\t\n]/.test(text.trim())) return null;
  event.preventDefault();
  return text.replace(/\r?\n$/, '').split(/\r?\n/).map((line) => line.split('\t'));
}

/**
 * Puts cells of a spreadsheet into the table from where the focus is; what goes beyond its end makes new
 * rows.
 * @param {ClipboardEvent} event @param {List} list
 */
function onPaste(event, list) {
  const target = /** @type {HTMLElement} */ (event.target);
  const place = target.closest('[data-at]')?.getAttribute('data-at')?.match(/\/(\d+)\/(\w+)$/);
  const cells = place && state.may.value ? pasted(event) : null;
  if (!place || !cells) return;
  const columns = list.fields.filter((field) => field.column);
  const first = columns.findIndex((field) => field.name === place[2]);
  const before = at(state.scenario.value, list.path) ?? [];
  const all = cells.flatMap((row, down) => row.flatMap((text, right) => {
    const field = columns[first + right];
    if (!field || field.kind === 'list') return [];
    return [/** @type {[import('./model.js').Path, any]} */ ([[...list.path, Number(place[1]) + down, field.name], readCell(field, text)])];
  }));
  const fresh = cells.map((_, down) => Number(place[1]) + down).filter((index) => index >= before.length)
    .map((index) => /** @type {[import('./model.js').Path, any]} */ ([[...list.path, index], state.fresh(list, index)]));
  state.changeAll([...fresh, ...all]);
}

/** A cell of a spreadsheet; names stand for ids. @param {import('./fields.js').Field} field @param {string} text */
function readCell(field, text) {
  const value = read(field, text);
  const known = state.known[field.from ?? '']?.value;
  const idOf = (/** @type {any} */ one) => known?.find(({ id, name }) => id === one || name === one)?.id ?? one;
  return Array.isArray(value) ? value.map(idOf) : field.kind === 'ref' ? idOf(value) : value;
}
