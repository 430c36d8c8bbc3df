// A value of the scenario where it can be edited, with what was found about it beside it.
import { useRef, useSignal } from '../vendor/preact.js';
import { button, classes, div, fieldset, input, label, legend, option, p, select, span, use } from '../dom.js';
import { Told } from '../parts.js';
import { addDays, shortDate } from '../time.js';
import { DAYS, pointerOf } from './model.js';
import * as state from './state.js';
import { brief, dayName, read, whenText, write } from './values.js';
import { say } from './words.js';

/** @typedef {import('./fields.js').Field} Field @typedef {import('./model.js').Path} Path @typedef {import('./state.js').Finding} Finding */
/** @typedef {{ field: Field, value: any, path: Path, name: string, found: Finding[] | null, onOpen?: () => void }} Props */

/** What was found at a place, or below it. @param {Finding[] | null} found @param {string} pointer */
const here = (found, pointer) => (found ?? []).filter((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`));

/** @param {Props} props */
export function Cell(props) {
  const { path, found } = props;
  const pointer = pointerOf(path);
  const about = here(found, pointer);
  const said = about.length > 0 ? `said${pointer}` : undefined;
  return div({ class: classes('cell-of', about.length > 0 && (about.some((one) => one.severity === 'error') ? 'wrong' : 'doubtful')) },
    control(props, { 'data-at': pointer, 'aria-invalid': about.some((one) => one.severity === 'error') || undefined, 'aria-describedby': said }),
    said && use(Said, { id: said, about }));
}

/** @param {{ id?: string, about: Finding[] }} props */
export const Said = ({ id, about }) => div({ class: 'said', id }, about.slice(0, 5).map((one) =>
  p({ key: one.pointer + one.message, class: one.severity }, span({ 'aria-hidden': 'true' }, one.severity === 'error' ? '✖ ' : '⚠ '), span({ class: 'unseen' }, `${say(one.severity)}: `), use(Told, { code: one.code, text: one.message }))));

/** @param {Props} props @param {any} more */
function control(props, more) {
  const { field, value, path, name, onOpen } = props;
  if (!state.may.value && field.kind !== 'list') return span(more, write(field, value ?? field.other) || '–');
  const set = (/** @type {any} */ to) => state.change(path, to);
  switch (field.kind) {
    case 'list':
      return button({ ...more, class: 'summary', 'aria-label': `${name}: ${listText(value)}`, onClick: onOpen }, listText(value));
    case 'bool':
      return input({ ...more, type: 'checkbox', 'aria-label': name, checked: value ?? field.other ?? false, onChange: (/** @type {any} */ event) => set(event.target.checked === field.other ? undefined : event.target.checked) });
    case 'ref': case 'choice': return use(Select, { ...props, more });
    case 'days': case 'tags': case 'refs': return use(Picks, { ...props, more });
    case 'dates': return use(DatePicks, { ...props, more });
    default: return use(Text, { ...props, more });
  }
}

/** What a list has, in a few words. @param {any} value */
function listText(value) {
  if (!Array.isArray(value) || value.length === 0) return say('none');
  const shown = value.slice(0, 2).map((one) => (one?.from && one?.days !== undefined ? whenText({ days: one.days, from: one.from, until: one.until }) : one?.at ? brief({ days_ahead: one.days_ahead, share: one.share }) : brief(one)));
  return shown.join(' · ') + (value.length > 2 ? ` · +${value.length - 2}` : '');
}

/** @param {Props & { more: any }} props */
function Text({ field, value, path, name, more }) {
  const isNumber = ['number', 'share', 'amount'].includes(field.kind);
  const take = (/** @type {any} */ event) => {
    const to = field.kind === 'long' || field.kind === 'instant' ? event.target.value || undefined : read(field, event.target.value);
    event.target.value = write(field, to);
    state.change(path, to);
  };
  const shown = write(field, value);
  return input({
    ...more, 'aria-label': name + (field.unit ? `, ${field.unit}` : ''), class: classes(isNumber && 'number', `kind-${field.kind}`), value: shown, onChange: take,
    inputMode: isNumber ? 'decimal' : undefined, autocomplete: 'off', spellcheck: false,
    placeholder: field.other !== undefined ? write(field, field.other) : field.kind === 'instant' ? '2027-03-01T08:00:00+01:00' : '–',
  });
}

/** @param {Props & { more: any }} props */
function Select({ field, value, path, name, more }) {
  const known = field.kind === 'choice'
    ? (field.options ?? []).map((id) => ({ id, name: say(/** @type {any} */ (`o_${id}`)) }))
    : state.known[field.from ?? '']?.value ?? [];
  const strange = value !== undefined && !known.some((one) => one.id === value);
  return select({ ...more, 'aria-label': name, value: value ?? '', onChange: (/** @type {any} */ event) => state.change(path, event.target.value || undefined) },
    (field.optional || value === undefined) && option({ value: '' }, field.other ? `(${say(/** @type {any} */ (`o_${field.other}`))})` : '–'),
    strange && option({ value }, `${value} ?`),
    known.map((one) => option({ key: one.id, value: one.id }, one.name)));
}

/**
 * A button that shows a small form over the page. It closes with Escape or a click elsewhere.
 * @param {{ text: any, name: string, more: any, children: () => any }} props
 */
function Pop({ text, name, more, children }) {
  const box = useRef(/** @type {any} */ (null));
  const isOpen = useSignal(false);
  const open = (/** @type {any} */ event) => {
    const at = event.currentTarget.getBoundingClientRect();
    const { style } = box.current;
    style.left = `${Math.max(8, Math.min(at.left, innerWidth - 300))}px`;
    style.top = `${Math.min(at.bottom + 2, Math.max(8, innerHeight - 340))}px`;
    isOpen.value = true;
    box.current.showPopover();
    requestAnimationFrame(() => box.current?.querySelector('input')?.focus());
  };
  return div({ class: 'pop' },
    button({ ...more, class: 'pick', 'aria-label': `${name}: ${text}`, 'aria-expanded': String(isOpen.value), onClick: open }, text),
    div({
      ref: box, class: 'pop-box', popover: 'auto', role: 'group', 'aria-label': name,
      onToggle: (/** @type {any} */ event) => (isOpen.value = event.newState === 'open'),
    }, isOpen.value && children()));
}

/** Some of many, as check boxes; words that are new can be added. @param {Props & { more: any }} props */
function Picks({ field, value, path, name, more }) {
  const days = field.kind === 'days';
  const free = field.kind === 'tags';
  const typed = useSignal('');
  const all = days ? DAYS.map((id) => ({ id, name: dayName(id) })) : state.known[field.from ?? '']?.value ?? [];
  const missing = value === undefined || value === null;
  const own = /** @type {string[]} */ (Array.isArray(value) ? value : []);
  const chosen = missing && field.optional ? all.map((one) => one.id) : own;
  const options = [...all, ...own.filter((id) => !all.some((one) => one.id === id)).map((id) => ({ id, name: `${id}${free ? '' : ' ?'}` }))];
  const names = new Map(options.map((one) => [one.id, one.name]));
  const text = missing && field.optional ? say(days ? 'daily' : 'all') : !Array.isArray(value) && !missing ? String(value)
    : own.length === 0 ? say('none') : days ? write(field, own) : own.map((id) => names.get(id) ?? id).join(', ');
  const set = (/** @type {string[]} */ next) => {
    const order = options.map((one) => one.id);
    const sorted = [...next].sort((a, b) => order.indexOf(a) - order.indexOf(b));
    // All, where that is what is meant by leaving it out.
    state.change(path, field.optional && all.length > 0 && all.every((one) => next.includes(one.id)) ? undefined : sorted);
  };
  const addWord = (/** @type {Event} */ event) => {
    event.preventDefault();
    const word = typed.value.trim();
    if (word && !chosen.includes(word)) set([...chosen, word]);
    typed.value = '';
  };
  return use(Pop, { text, name, more, children: () => div(null,
    fieldset(null, legend(null, name),
      options.map((one) => label({ key: one.id, class: 'check' },
        input({
          type: 'checkbox', checked: chosen.includes(one.id),
          onChange: (/** @type {any} */ event) => set(event.target.checked ? [...chosen, one.id] : chosen.filter((id) => id !== one.id)),
        }), span(null, one.name)))),
    free && div({ class: 'pair' },
      input({ 'aria-label': say('new_word'), placeholder: say('new_word'), value: typed.value, onInput: (/** @type {any} */ event) => (typed.value = event.target.value), onKeyDown: (/** @type {KeyboardEvent} */ event) => event.key === 'Enter' && addWord(event) }),
      button({ onClick: addWord }, say('add')))) });
}

/** Dates, one by one or from one to another. @param {Props & { more: any }} props */
function DatePicks({ value, path, name, more }) {
  const from = useSignal('');
  const until = useSignal('');
  const dates = /** @type {string[]} */ (Array.isArray(value) ? value : []);
  const text = value !== undefined && !Array.isArray(value) ? String(value) : dates.length === 0 ? say('none')
    : dates.length > 2 ? say('dates', { n: dates.length, first: shown(dates[0]) }) : dates.map(shown).join(', ');
  const set = (/** @type {string[]} */ next) => state.change(path, next.length > 0 ? [...new Set(next)].sort() : undefined);
  const add = () => {
    if (!from.value) return;
    const added = [];
    const last = until.value > from.value ? until.value : from.value;
    for (let date = from.value; date <= last && added.length < 400; date = addDays(date, 1)) added.push(date);
    set([...dates, ...added]);
    from.value = until.value = '';
  };
  return use(Pop, { text, name, more, children: () => div(null,
    fieldset(null, legend(null, name),
      div({ class: 'pair' },
        label(null, span(null, say('date_from')), input({ type: 'date', value: from.value, onInput: (/** @type {any} */ event) => (from.value = event.target.value) })),
        label(null, span(null, say('date_until')), input({ type: 'date', value: until.value, min: from.value, onInput: (/** @type {any} */ event) => (until.value = event.target.value) }))),
      button({ disabled: !from.value, onClick: add }, say('add'))),
    dates.map((date) => div({ key: date, class: 'chip' }, shown(date),
      button({ class: 'quiet', 'aria-label': `${say('remove')}: ${shown(date)}`, onClick: () => set(dates.filter((one) => one !== date)) }, '✕')))) });
}

/** A date as people write it, or what stands in its place. @param {string} date */
const shown = (date) => (/^\d{4}-\d\d-\d\d$/.test(date) ? shortDate(date) : date);
