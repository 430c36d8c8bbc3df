// All fields of one entry, and the parts of a scenario that are no list, as forms.
import { useEffect } from '../vendor/preact.js';
import { button, div, fieldset, form, h2, h3, input, label, legend, section, span, use } from '../dom.js';
import { Cell } from './cells.js';
import { begun } from './fields.js';
import { append, at, pointerOf, without } from './model.js';
import * as state from './state.js';
import { focusWanted } from './table.js';
import { titleOf } from './values.js';
import { say } from './words.js';

/** @typedef {import('./fields.js').Field} Field @typedef {import('./model.js').Path} Path */

/** The entry that is selected, beside its table. */
export function Details() {
  useEffect(focusWanted);
  const chosen = state.selected.value;
  const entry = chosen && at(state.scenario.value, [...chosen.list.path, chosen.index]);
  if (!chosen || !entry) return null;
  const { list, index } = chosen;
  const who = entry.name ?? entry.id ?? entry.service ?? entry.site ?? String(index + 1);
  return section({ class: 'panel entry', 'aria-label': `${say('details')}: ${who}`, onKeyDown: (/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && !(/** @type {HTMLElement} */ (event.target)).closest('.pop') && (state.selected.value = null) },
    div({ class: 'bar-top' }, h2(null, who), button({ class: 'quiet', 'aria-label': say('close'), onClick: () => (state.selected.value = null) }, '✕')),
    use(Fields, { fields: list.fields, path: [...list.path, index], value: entry }),
    state.may.value && div({ class: 'buttons' },
      button({ onClick: () => state.add(list, entry) }, say('duplicate')),
      button({ onClick: () => state.remove(list, index) }, say('remove'))));
}

/** A part of the scenario that there is once. @param {{ title: string, path: Path, fields: Field[] }} props */
export const Part = ({ title, path, fields }) => section({ class: 'box part', 'aria-label': title },
  h2(null, title),
  use(Fields, { fields, path, value: at(state.scenario.value, path) }));

/** @param {{ fields: Field[], path: Path, value: any }} props */
function Fields({ fields, path, value }) {
  const found = state.foundBelow(path);
  // Enter in a form would load the page anew.
  return form({ class: 'fields', onSubmit: (/** @type {Event} */ event) => event.preventDefault() },
    fields.map((field) => {
      const at = [...path, field.name];
      const inner = value?.[field.name];
      if (field.kind === 'list') return use(Entries, { key: field.name, field, path: at, value: inner });
      if (field.kind === 'part') return use(SubPart, { key: field.name, field, path: at, value: inner });
      return div({ key: field.name, class: `field kind-of-${field.kind}` },
        span({ 'aria-hidden': 'true' }, titleOf(field) + (field.unit ? `, ${field.unit}` : '')),
        use(Cell, { field, value: inner, path: at, name: titleOf(field), found }));
    }));
}

/** A part that may be missing. @param {{ field: Field, path: Path, value: any }} props */
function SubPart({ field, path, value }) {
  const there = value !== undefined && value !== null;
  return fieldset({ class: 'sub-part' },
    legend(null, label({ class: 'check' },
      input({ type: 'checkbox', 'data-at': pointerOf(path), checked: there, onChange: () => state.change(path, there ? undefined : begun(field.of ?? [], state.scenario.value)) }),
      span(null, titleOf(field)))),
    there && use(Fields, { fields: field.of ?? [], path, value }));
}

/** Entries without ids inside an entry, such as shifts. @param {{ field: Field, path: Path, value: any }} props */
function Entries({ field, path, value }) {
  const list = /** @type {any[]} */ (Array.isArray(value) ? value : []);
  const name = titleOf(field);
  const set = (/** @type {any} */ next) => state.replace(next);
  const add = () => set(append(state.scenario.value, path, [list.length > 0 ? structuredClone(list[list.length - 1]) : begun(field.of ?? [], state.scenario.value)]));
  return div({ class: 'inner', role: 'group', 'aria-label': name },
    div({ class: 'bar-top' }, h3(null, name),
      state.may.value && button({ type: 'button', 'data-at': pointerOf(path), onClick: add, 'aria-label': `${say('add')}: ${name}` }, `+ ${say('add')}`)),
    list.map((entry, index) => div({ key: index, class: 'inner-entry' },
      use(Fields, { fields: field.of ?? [], path: [...path, index], value: entry }),
      state.may.value && button({ type: 'button', class: 'quiet', 'aria-label': `${say('remove')}: ${name} ${index + 1}`, onClick: () => set(without(state.scenario.value, path, index)) }, '✕'))));
}
