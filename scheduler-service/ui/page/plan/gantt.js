// The chart of a day: a row for each clerk or room, a bar for each slot, block and break. Bars are
// buttons, so that they have focus and names; rows out of sight are not drawn.
import { signal, useEffect, useRef } from '../vendor/preact.js';
import { button, classes, div, span, use } from '../dom.js';
import { clock } from '../time.js';
import { say } from '../words.js';
import * as state from './state.js';

/** @typedef {import('./model.js').Entry} Entry */
/**
 * @typedef {{ start: number, end: number, kind: 'shift' | 'away' | 'stay', text?: string }} Band
 * @typedef {{ id: string, name: string, site: string, bars: Entry[], bands: Band[] }} Row
 * @typedef {{ rows: Row[], from: number, until: number, label: (entry: Entry) => string,
 *   letters: (entry: Entry) => string, hue: (entry: Entry) => number }} Props
 */

const ROW = 44;
/** Rows that are drawn beyond those in sight, for scrolling by keys. */
const BEYOND = 6;
/** Pixels that the pointer moves before a click becomes a drag. */
const DRAG = 4;

const top = signal(0);
const height = signal(600);
const printing = signal(false);
/** The bar that the keyboard is at. */
const active = signal('');

addEventListener('beforeprint', () => (printing.value = true));
addEventListener('afterprint', () => (printing.value = false));

/** What a drag would make of its bar, until it is dropped. */
const dragged = signal(/** @type {{ id: string, start: number, end: number, row: string } | null} */ (null));

/** @param {Props} props */
export function Gantt(props) {
  const { rows, from, until } = props;
  const at = useRef(/** @type {HTMLElement | null} */ (null));
  const measure = () => {
    if (!at.current) return;
    top.value = at.current.scrollTop;
    height.value = at.current.clientHeight;
  };
  useEffect(() => {
    measure();
    const observer = new ResizeObserver(measure);
    if (at.current) observer.observe(at.current);
    return () => observer.disconnect();
  }, []);
  const first = printing.value ? 0 : Math.max(0, Math.floor(top.value / ROW) - BEYOND);
  const after = printing.value ? rows.length : Math.min(rows.length, Math.ceil((top.value + height.value) / ROW) + BEYOND);
  const shown = rows.slice(first, after);
  const known = shown.some((row) => row.bars.some((bar) => bar.id === active.value));
  const entry = known ? active.value : shown.find((row) => row.bars.length > 0)?.bars[0].id;
  /** @type {number[]} */
  const ticks = [];
  for (let tick = Math.ceil(from / 36e5) * 36e5; tick < until; tick += 36e5) ticks.push(tick);
  const share = (/** @type {number} */ time) => `${((time - from) / (until - from)) * 100}%`;
  return div({ class: 'gantt', ref: at, onScroll: measure, style: { '--row': `${ROW}px` } },
    div({
      class: 'gantt-sheet', role: 'grid', 'aria-label': say('chart'), 'aria-rowcount': rows.length,
      style: { '--zoom': state.zoom.value },
      onKeyDown: (/** @type {KeyboardEvent} */ event) => onKey(event, props, at.current),
    },
      div({ class: 'gantt-hours', 'aria-hidden': 'true' },
        div({ class: 'gantt-name' }),
        div({ class: 'gantt-time' }, ticks.map((tick) =>
          span({ key: tick, style: { left: share(tick) } }, clock(tick))))),
      div({ style: { height: `${first * ROW}px` } }),
      shown.map((row, index) => use(RowView, {
        key: row.id, row, index: first + index, share, entry, ticks, ...props,
      })),
      div({ style: { height: `${(rows.length - after) * ROW}px` } })));
}

/** @param {Props & { row: Row, index: number, share: (time: number) => string, entry: string | undefined, ticks: number[] }} props */
function RowView(props) {
  const { row, index, share, ticks, from, until } = props;
  const width = (/** @type {number} */ start, /** @type {number} */ end) => ({
    left: share(Math.max(start, from)), width: `${((Math.min(end, until) - Math.max(start, from)) / (until - from)) * 100}%`,
  });
  const moving = dragged.value;
  const bars = moving ? row.bars.filter((bar) => bar.id !== moving.id) : row.bars;
  const guest = moving && moving.row === row.id ? state.find(moving.id) : null;
  const drawn = guest && moving ? [...bars, { ...guest, start: moving.start, end: moving.end }] : bars;
  const marks = row.bars.filter((bar) => state.faults.value.has(bar.id)).length;
  return div({ class: 'gantt-row', role: 'row', 'aria-rowindex': index + 1, 'data-row': row.id },
    div({ class: 'gantt-name', role: 'rowheader' },
      span(null, row.name), marks > 0 && span({ class: 'mark' }, `✖ ${marks}`)),
    div({ class: 'gantt-time', role: 'gridcell' },
      ticks.map((tick) => div({ key: `t${tick}`, class: 'tick', style: { left: share(tick) } })),
      row.bands.map((band) => div({
        key: `${band.kind}${band.start}`, class: `band ${band.kind}`, style: width(band.start, band.end),
      }, band.text && span(null, band.text))),
      drawn.sort((a, b) => a.start - b.start).map((bar) => use(Bar, { key: bar.id, bar, at: width(bar.start, bar.end), ...props }))));
}

/** @param {Props & { bar: Entry, at: { left: string, width: string }, entry: string | undefined }} props */
function Bar(props) {
  const { bar, at, entry, letters, label, hue } = props;
  const faults = state.faults.value.get(bar.id);
  const text = letters(bar);
  return button({
    class: classes('bar', bar.kind, bar.kind === 'slots' && `hue-${hue(bar)}`, bar.appointment && 'promised',
      faults && 'faulty', state.selected.value === bar.id && 'selected', dragged.value?.id === bar.id && 'moving'),
    style: at, 'data-bar': bar.id, title: label(bar),
    'aria-label': label(bar) + (faults ? `. ${faults.map((fault) => fault.message).join('. ')}` : ''),
    'aria-pressed': String(state.selected.value === bar.id),
    tabIndex: bar.id === entry ? 0 : -1,
    onFocus: () => (active.value = bar.id),
    onClick: () => (state.selected.value = bar.id),
    onPointerDown: (/** @type {PointerEvent} */ event) => drag(event, bar, props),
  },
    span({ class: 'letters' }, faults ? '✖' : '', bar.pinned ? '•' : '', text.slice(0, 1), span({ class: 'more' }, text.slice(1))),
    bar.kind !== 'slots' && span({ class: 'edge' }));
}

/**
 * Moves a bar with the pointer, or its end where it is taken there. What is promised keeps its time.
 * @param {PointerEvent} event @param {Entry} bar @param {Props} props
 */
function drag(event, bar, props) {
  if (event.button !== 0) return;
  const element = /** @type {HTMLElement} */ (event.currentTarget);
  const track = /** @type {HTMLElement} */ (element.parentElement);
  const sheet = /** @type {HTMLElement} */ (element.closest('.gantt-sheet'));
  const [x, y] = [event.clientX, event.clientY];
  const isEdge = bar.kind !== 'slots' && x > element.getBoundingClientRect().right - 8;
  const perMs = track.getBoundingClientRect().width / (props.until - props.from);
  const grid = state.gridMs();
  const home = /** @type {HTMLElement} */ (element.closest('[data-row]')).dataset.row ?? '';
  let begun = false;
  const move = (/** @type {PointerEvent} */ now) => {
    begun ||= Math.hypot(now.clientX - x, now.clientY - y) > DRAG;
    if (!begun) return;
    const steps = Math.round((now.clientX - x) / perMs / grid) * grid;
    const by = bar.appointment ? 0 : steps;
    // The row under the pointer, whatever is drawn over it.
    const under = [...sheet.querySelectorAll('[data-row]')].find((row) => {
      const box = row.getBoundingClientRect();
      return box.top <= now.clientY && now.clientY < box.bottom;
    });
    const row = isEdge ? home : /** @type {HTMLElement | undefined} */ (under)?.dataset.row ?? home;
    dragged.value = isEdge
      ? { id: bar.id, row, start: bar.start, end: Math.max(bar.start + grid, bar.end + by) }
      : { id: bar.id, row, start: bar.start + by, end: bar.end + by };
  };
  const end = (/** @type {Event} */ last) => {
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', end);
    removeEventListener('pointercancel', end);
    removeEventListener('keydown', escape);
    const to = dragged.value;
    dragged.value = null;
    if (!to || last.type !== 'pointerup') return;
    state.selected.value = bar.id;
    state.change(bar.id, { start: to.start, end: to.end, ...place(bar, to.row) });
  };
  const escape = (/** @type {KeyboardEvent} */ pressed) => pressed.key === 'Escape' && end(pressed);
  addEventListener('pointermove', move);
  addEventListener('pointerup', end);
  addEventListener('pointercancel', end);
  addEventListener('keydown', escape);
}

/** What another row means: another clerk or another room. @param {Entry} bar @param {string} row */
const place = (bar, row) =>
  state.by.value === 'staff' ? { staff: row } : bar.room === null ? {} : { room: row };

/**
 * Arrows go from bar to bar; with Alt they move the bar, with Alt and Shift its end.
 * @param {KeyboardEvent} event @param {Props} props @param {HTMLElement | null} box
 */
function onKey(event, { rows }, box) {
  const index = rows.findIndex((row) => row.bars.some((bar) => bar.id === active.value));
  if (index < 0 || event.ctrlKey || event.metaKey) return;
  const bars = [...rows[index].bars].sort((a, b) => a.start - b.start);
  const position = bars.findIndex((bar) => bar.id === active.value);
  const bar = bars[position];
  const goTo = (/** @type {Entry | undefined} */ to, /** @type {number} */ row = index) => {
    if (!to) return;
    event.preventDefault();
    focusBar(to.id, row, box);
  };
  if (event.altKey && event.key.startsWith('Arrow')) {
    event.preventDefault();
    return moveByKey(event, bar, rows, index);
  }
  /** The bar nearest in time in the next row that has any. */
  const beside = (/** @type {number} */ step) => {
    let row = index + step;
    while (rows[row] && rows[row].bars.length === 0) row += step;
    if (!rows[row]) return;
    const near = rows[row].bars.reduce((best, other) =>
      Math.abs(other.start - bar.start) < Math.abs(best.start - bar.start) ? other : best);
    goTo(near, row);
  };
  if (event.key === 'ArrowRight') goTo(bars[position + 1]);
  else if (event.key === 'ArrowLeft') goTo(bars[position - 1]);
  else if (event.key === 'ArrowDown') beside(1);
  else if (event.key === 'ArrowUp') beside(-1);
  else if (event.key === 'Home') goTo(bars[0]);
  else if (event.key === 'End') goTo(bars[bars.length - 1]);
  else if (event.key === 'Delete') state.remove(bar.id);
  else if (event.key === 'p') state.change(bar.id, { pinned: !bar.pinned });
}

/** @param {KeyboardEvent} event @param {Entry} bar @param {Row[]} rows @param {number} index */
function moveByKey(event, bar, rows, index) {
  const grid = state.gridMs();
  const step = event.key === 'ArrowRight' ? grid : event.key === 'ArrowLeft' ? -grid : 0;
  const row = rows[index + (event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0)];
  state.selected.value = bar.id;
  if (step && bar.appointment) return;
  if (step && event.shiftKey) state.change(bar.id, { end: bar.end + step });
  else if (step) state.change(bar.id, { start: bar.start + step, end: bar.end + step });
  else if (row) state.change(bar.id, place(bar, row.id));
  requestAnimationFrame(() => elementOf(bar.id)?.focus());
}

/** @param {string} id @returns {HTMLElement | null} */
const elementOf = (id) => document.querySelector(`[data-bar="${CSS.escape(id)}"]`);

/** Brings a bar into sight, and the focus to it. @param {string} id @param {number} row @param {HTMLElement | null} box */
function focusBar(id, row, box) {
  active.value = id;
  if (box && (row * ROW < box.scrollTop || (row + 3) * ROW > box.scrollTop + box.clientHeight)) {
    box.scrollTop = Math.max(0, (row - 3) * ROW);
  }
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const element = elementOf(id);
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }));
}

/** Shows an entry in the chart, wherever it is. @param {string} id @param {Row[]} rows */
export function show(id, rows) {
  const row = rows.findIndex((one) => one.bars.some((bar) => bar.id === id));
  state.selected.value = id;
  if (row >= 0) focusBar(id, row, document.querySelector('.gantt'));
}

