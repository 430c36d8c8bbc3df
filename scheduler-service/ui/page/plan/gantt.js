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
const BEYOND = 4;
/** Pixels that the pointer moves before a click becomes a drag. */
const DRAG = 4;

/** The rows that are drawn: the first, and the one after the last. */
const sight = signal([0, 20]);
/** Pixels that the chart has. */
const width = signal(1000);
const printing = signal(false);
/** The bar that the keyboard is at. */
const active = signal('');

addEventListener('beforeprint', () => (printing.value = true));
addEventListener('afterprint', () => (printing.value = false));

/** What a drag would make of its bar, until it is dropped. */
const dragged = signal(/** @type {{ id: string, start: number, end: number, row: string } | null} */ (null));

/** Pixels of the names of rows, and after the end of the day. */
const NAMES = 136;
const END = 18;

/** @param {Props} props */
export function Gantt(props) {
  const { rows, from, until, letters, label, hue } = props;
  const at = useRef(/** @type {HTMLElement | null} */ (null));
  const measure = () => {
    if (!at.current) return;
    const first = Math.max(0, Math.floor(at.current.scrollTop / ROW) - BEYOND);
    const after = Math.ceil((at.current.scrollTop + at.current.clientHeight) / ROW) + BEYOND;
    sight.value = sight.value[0] === first && sight.value[1] === after ? sight.value : [first, after];
    width.value = at.current.clientWidth;
  };
  useEffect(() => {
    measure();
    const observer = new ResizeObserver(measure);
    if (at.current) observer.observe(at.current);
    return () => observer.disconnect();
  }, []);
  const [first, after] = printing.value ? [0, rows.length] : sight.value.map((row) => Math.min(row, rows.length));
  const shown = rows.slice(first, after);
  const known = shown.some((row) => row.bars.some((bar) => bar.id === active.value));
  const entry = known ? active.value : shown.find((row) => row.bars.length > 0)?.bars[0].id;
  const perMinute = (width.value * state.zoom.value - NAMES - END) / ((until - from) / 60e3);
  const moving = dragged.value;
  const home = moving && rows.find((row) => row.bars.some((bar) => bar.id === moving.id))?.id;
  const selected = state.selected.value;
  const faults = state.faults.value;
  return div({ class: 'gantt', ref: at, onScroll: measure, style: { '--row': `${ROW}px` } },
    div({
      class: 'gantt-sheet', role: 'grid', 'aria-label': say('chart'), 'aria-rowcount': rows.length,
      style: { '--zoom': state.zoom.value, '--hour': `${perMinute * 60}px` },
      onKeyDown: (/** @type {KeyboardEvent} */ event) => onKey(event, props, at.current),
    },
      div({ class: 'gantt-hours', 'aria-hidden': 'true' },
        div({ class: 'gantt-name' }),
        div({ class: 'gantt-time' }, hours(from, until).map((tick) =>
          span({ key: tick, style: { left: `${((tick - from) / (until - from)) * 100}%` } }, clock(tick))))),
      div({ style: { height: `${first * ROW}px` } }),
      // A row gets what concerns it, and nothing else: so the others need not be drawn again.
      shown.map((row, index) => {
        const has = (/** @type {string | null | undefined} */ id) => (id && row.bars.some((bar) => bar.id === id) ? id : null);
        return use(RowView, {
          key: row.id, row, index: first + index, from, until, letters, label, hue, faults, perMinute,
          entry: has(entry), selected: has(selected) ?? (moving?.row === row.id ? selected : null),
          moving: moving && (moving.row === row.id || home === row.id) ? moving : null,
        });
      }),
      div({ style: { height: `${(rows.length - after) * ROW}px` } })));
}

/** The full hours of a window. @param {number} from @param {number} until */
function hours(from, until) {
  const ticks = [];
  for (let tick = Math.ceil(from / 36e5) * 36e5; tick < until; tick += 36e5) ticks.push(tick);
  return ticks;
}

/**
 * @typedef {Omit<Props, 'rows'> & {
 *   row: Row, index: number, perMinute: number, entry: string | null, selected: string | null,
 *   moving: { id: string, start: number, end: number, row: string } | null, faults: Map<string, import('./model.js').Fault[]>,
 * }} RowProps
 */

/** @param {RowProps} props */
function RowView(props) {
  const { row, index, from, until, moving, faults, perMinute } = props;
  const share = (/** @type {number} */ time) => `${((time - from) / (until - from)) * 100}%`;
  const place = (/** @type {number} */ start, /** @type {number} */ end) => ({
    left: share(Math.max(start, from)), width: `${((Math.min(end, until) - Math.max(start, from)) / (until - from)) * 100}%`,
  });
  const bars = moving ? row.bars.filter((bar) => bar.id !== moving.id) : [...row.bars];
  const guest = moving && moving.row === row.id ? state.find(moving.id) : null;
  if (guest && moving) bars.push({ ...guest, start: moving.start, end: moving.end });
  const marks = row.bars.filter((bar) => faults.has(bar.id)).length;
  return div({ class: 'gantt-row', role: 'row', 'aria-rowindex': index + 1, 'data-row': row.id },
    div({ class: 'gantt-name', role: 'rowheader' },
      span(null, row.name), marks > 0 && span({ class: 'mark' }, `✖ ${marks}`)),
    div({ class: 'gantt-time', role: 'gridcell' },
      row.bands.map((band) => div({
        key: `${band.kind}${band.start}`, class: `band ${band.kind}`,
        // The lines of the full hours are part of its background: elements of their own would be many.
        style: { ...place(band.start, band.end), ...(band.kind === 'shift' && { '--first': `${((Math.ceil(band.start / 36e5) * 36e5 - band.start) / 60e3) * perMinute}px` }) },
      }, band.text && ((band.end - band.start) / 60e3) * perMinute > band.text.length * 7 + 3 && span(null, band.text))),
      bars.sort((a, b) => a.start - b.start).map((bar) => barOf(bar, place(bar.start, bar.end), props))));
}

/** @param {Entry} bar @param {{ left: string, width: string }} at @param {RowProps} props */
function barOf(bar, at, props) {
  const { entry, letters, label, hue, selected, moving, perMinute } = props;
  const faults = props.faults.get(bar.id);
  const [text, name] = [letters(bar), label(bar)];
  const pixels = ((bar.end - bar.start) / 60e3) * perMinute;
  // What does not fit is left out: a word, two letters, then one, then none.
  const fitting = bar.kind !== 'slots' && pixels >= text.length * 7 + 10 ? text : text.slice(0, pixels < 8 ? 0 : pixels < 14 || bar.kind !== 'slots' ? 1 : 2);
  return button({
    key: bar.id,
    class: classes('bar', bar.kind, bar.kind === 'slots' && `hue-${hue(bar)}`, bar.appointment && 'promised', pixels < 20 && 'narrow',
      faults && 'faulty', selected === bar.id && 'selected', moving?.id === bar.id && 'moving'),
    style: at, 'data-bar': bar.id, title: name,
    'aria-label': name + (faults ? `. ${faults.map((fault) => fault.message.split(' (Im Wortlaut: ')[0]).join('. ')}` : ''),
    'aria-pressed': String(selected === bar.id),
    tabIndex: bar.id === entry ? 0 : -1,
    onFocus: () => (active.value = bar.id),
    onClick: () => (state.selected.value = bar.id),
    onPointerDown: (/** @type {PointerEvent} */ event) => drag(event, bar, props),
  },
    // Two letters fit: nothing has to be cut off, which would cost a layer for each.
    bar.kind === 'slots' ? (faults ? '✖' : '') + (bar.pinned ? '•' : '') + fitting
      : [span({ class: 'letters' }, faults ? '✖' : '', bar.pinned ? '•' : '', fitting), span({ class: 'edge' })]);
}

/**
 * Moves a bar with the pointer, or its end where it is taken there. What is promised keeps its time.
 * @param {PointerEvent} event @param {Entry} bar @param {{ from: number, until: number }} props
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

