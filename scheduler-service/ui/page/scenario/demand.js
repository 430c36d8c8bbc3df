// How many appointments are asked for: services down, windows of the day across, a tab for each weekday.
import { signal } from '../vendor/preact.js';
import { button, classes, div, h2, input, option, p, section, select, span, table, tbody, td, tfoot, th, thead, tr, use } from '../dom.js';
import { save } from '../save.js';
import { csv, number, timeOf } from '../format.js';
import { Choice } from '../parts.js';
import { Said } from './cells.js';
import { DEMAND } from './fields.js';
import { fits, gridOf, groupOf, scaled, setCells } from './demand-model.js';
import { DAYS } from './model.js';
import * as state from './state.js';
import { ListTable, onKey, pasted } from './table.js';
import { dayName, numberOf, write } from './values.js';
import { say } from './words.js';

/** @typedef {import('./demand-model.js').Column} Column @typedef {import('./demand-model.js').Setting} Setting */

const group = signal('');
/** `''`: all days. */
const day = signal(/** @type {string | null} */ (null));
const step = signal(10);
/** Windows that have no number yet. */
const added = signal(/** @type {Column[]} */ ([]));
const window_ = signal({ from: '', until: '' });

/** As many digits as are worth looking at; the rest stays where nobody types another number. @param {number} value */
const rounded = (value) => Number(value.toFixed(value < 1 ? 3 : 2));
const FIELD = { name: 'mean', kind: /** @type {const} */ ('number') };

export function Demand() {
  const scenario = state.scenario.value;
  const demand = /** @type {any[]} */ (Array.isArray(scenario.demand) ? scenario.demand : []);
  const groups = [...new Set([...demand.filter(fits).map(groupOf), ...(scenario.sites ?? []).map((/** @type {any} */ site) => site.id)])];
  const at = groups.includes(group.value) ? group.value : groups[0] ?? '';
  const byDay = demand.some((entry) => fits(entry) && entry.days);
  const on = day.value ?? (byDay ? 'mon' : '');
  const others = demand.filter((entry) => !fits(entry)).length;
  return div({ class: 'screen' },
    use(Grid, { demand, groups, at, on }),
    others > 0 && use(ListTable, { list: DEMAND, only: (entry) => !fits(entry), title: say('special_demand'), hint: say('special_demand_text') }));
}

/** @param {string} id */
const siteNames = (id) => id.split(' + ').map((one) => state.known.sites.value.find((site) => site.id === one)?.name ?? one).join(' + ');

/** @param {{ demand: any[], groups: string[], at: string, on: string }} props */
function Grid({ demand, groups, at, on }) {
  const grid = gridOf(demand, at, on);
  const columns = [...grid.columns, ...added.value.filter((one) => !grid.columns.some((other) => other.from === one.from && other.until === one.until))]
    .sort((a, b) => a.from.localeCompare(b.from) || a.until.localeCompare(b.until));
  const services = state.known.services.value;
  const put = (/** @type {any[]} */ next) => state.change(['demand'], next);
  const scale = (/** @type {string[]} */ of, /** @type {number} */ sign) => put(scaled(demand, at, on, of, 1 + (sign * step.value) / 100));
  const values = services.flatMap((service) => columns.map((column) => grid.at(service.id, column)?.high ?? 0));
  const most = Math.max(1, ...values);
  const sum = (/** @type {({ high: number } | null)[]} */ all) => all.reduce((total, one) => total + (one?.high ?? 0), 0);
  const wrong = state.foundBelow(['demand']).filter((one) => fits(demand[Number(one.pointer.split('/')[2])]));
  const download = () => save('demand.csv', 'text/csv', csv([
    [say('service'), ...columns.map((one) => `${one.from}–${one.until}`)],
    ...services.map((service) => [service.name, ...columns.map((column) => grid.at(service.id, column)?.high ?? '')]),
  ]));
  const addWindow = () => {
    const [from, until] = [timeOf(window_.value.from), timeOf(window_.value.until)];
    if (from && until) added.value = [...added.value, { from, until }];
    window_.value = { from: '', until: '' };
  };
  const may = state.may.value;
  return section({ class: 'box entries', 'aria-label': say('tab_demand') },
    div({ class: 'bar-top' },
      h2(null, say('demand_title')),
      div({ class: 'tools no-print' },
        select({ 'aria-label': say('f_sites'), value: at, onChange: (/** @type {any} */ event) => (group.value = event.target.value) },
          groups.map((id) => option({ key: id, value: id }, siteNames(id)))),
        use(Choice, { name: say('f_days'), value: on, options: [['', say('all_days')], ...DAYS.map((id) => /** @type {[string, string]} */ ([id, dayName(id)]))], onPick: (to) => (day.value = to) }),
        button({ onClick: download }, 'CSV'))),
    p({ class: 'hint' }, say(on ? 'demand_day_text' : 'demand_all_text')),
    may && div({ class: 'tools no-print' },
      span({ class: 'pair' }, span(null, say('step')), input({ type: 'number', class: 'short', min: 1, max: 100, 'aria-label': `${say('step')}, %`, value: step.value, onChange: (/** @type {any} */ event) => (step.value = Math.min(100, Math.max(1, Number(event.target.value) || 10))) }), '%'),
      button({ onClick: () => scale(services.map((one) => one.id), 1) }, say('all_more', { n: step.value })),
      button({ onClick: () => scale(services.map((one) => one.id), -1) }, say('all_less', { n: step.value })),
      span({ class: 'pair' },
        input({ class: 'kind-time', 'aria-label': `${say('new_window')}: ${say('f_from')}`, placeholder: '08:00', value: window_.value.from, onChange: (/** @type {any} */ event) => (window_.value = { ...window_.value, from: event.target.value }) }), '–',
        input({ class: 'kind-time', 'aria-label': `${say('new_window')}: ${say('f_until')}`, placeholder: '09:00', value: window_.value.until, onChange: (/** @type {any} */ event) => (window_.value = { ...window_.value, until: event.target.value }) }),
        button({ onClick: addWindow }, `+ ${say('new_window')}`))),
    wrong.length > 0 && use(Said, { about: wrong }),
    columns.length === 0 ? p({ class: 'hint' }, say('no_windows'))
      : div({ class: 'wide', tabIndex: 0, role: 'group', 'aria-label': say('demand_title') },
        table({ class: 'list grid-of', onKeyDown: onGridKey, onPaste: (/** @type {ClipboardEvent} */ event) => onPaste(event, { demand, at, on, columns }) },
          thead(null, tr(null, th({ scope: 'col' }, say('f_service')),
            columns.map((column) => th({ key: column.from + column.until, scope: 'col' }, `${column.from}–${column.until}`)),
            th({ scope: 'col' }, say('sum')), may && th({ scope: 'col', class: 'no-print' }, say('row_change')))),
          tbody(null, services.map((service) => tr({ key: service.id },
            th({ scope: 'row' }, service.name),
            columns.map((column, index) => td({ key: column.from + column.until, class: `heat-cell heat-${Math.min(4, Math.ceil(((grid.at(service.id, column)?.high ?? 0) / most) * 4))}` },
              use(Number_, {
                value: grid.at(service.id, column), name: `${service.name}, ${column.from}–${column.until}`, column: index, service: service.id, may,
                onSet: (value) => put(setCells(demand, at, on, [{ service: service.id, column, value }])),
              }))),
            td({ class: 'figure sum' }, number(sum(columns.map((column) => grid.at(service.id, column))), 1)),
            may && td({ class: 'no-print actions' },
              button({ 'aria-label': `${service.name}: −${step.value} %`, onClick: () => scale([service.id], -1) }, `−${step.value} %`),
              button({ 'aria-label': `${service.name}: +${step.value} %`, onClick: () => scale([service.id], 1) }, `+${step.value} %`))))),
          tfoot(null, tr(null, th({ scope: 'row' }, say('sum')),
            columns.map((column) => td({ key: column.from + column.until, class: 'figure sum' }, number(sum(services.map((service) => grid.at(service.id, column))), 1))),
            td({ class: 'figure sum' }, number(values.reduce((all, one) => all + one, 0), 1)), may && td({ class: 'no-print' }))))));
}

/** @param {{ value: { low: number, high: number } | null, name: string, column: number, service: string, may: boolean, onSet: (value: number | undefined) => void }} props */
function Number_({ value, name, column, service, may, onSet }) {
  const mixed = value !== null && value.low !== value.high;
  const shown = value === null || mixed ? '' : write(FIELD, rounded(value.low));
  const range = mixed ? `${write(FIELD, rounded(value.low))}–${write(FIELD, rounded(value.high))}` : '';
  const take = (/** @type {any} */ event) => {
    const text = event.target.value.trim();
    const to = text === '' ? undefined : numberOf(text);
    // What is no number is not taken.
    if (to === null || (to === undefined && mixed) || (to !== undefined && to < 0)) event.target.value = shown;
    else if (to !== value?.low || mixed) onSet(to);
  };
  return input({
    class: classes('number', mixed && 'mixed'), inputMode: 'decimal', autocomplete: 'off', 'aria-label': mixed ? `${name}, ${range}` : name, value: shown,
    placeholder: range, readOnly: !may, 'data-service': service, 'data-column': column, onChange: take,
  });
}

/** Arrows go from cell to cell; to the sides where the caret is at an end. @param {KeyboardEvent} event */
function onGridKey(event) {
  const target = event.target;
  if (target instanceof HTMLInputElement && (event.key === 'ArrowLeft' || event.key === 'ArrowRight') && !event.shiftKey) {
    const whole = target.selectionStart === 0 && target.selectionEnd === target.value.length;
    const right = event.key === 'ArrowRight';
    if (whole || target.selectionStart === (right ? target.value.length : 0)) {
      const cells = [.../** @type {Element} */ (target.closest('tr')).querySelectorAll('input')];
      const next = cells[cells.indexOf(target) + (right ? 1 : -1)];
      if (next) {
        event.preventDefault();
        next.focus();
        next.select();
      }
      return;
    }
  }
  onKey(event);
}

/** @param {ClipboardEvent} event @param {{ demand: any[], at: string, on: string, columns: Column[] }} grid */
function onPaste(event, { demand, at, on, columns }) {
  const { service, column } = /** @type {HTMLElement} */ (event.target).dataset;
  const cells = service && state.may.value ? pasted(event) : null;
  if (!cells) return;
  const services = state.known.services.value;
  const first = services.findIndex((one) => one.id === service);
  const settings = cells.flatMap((row, down) => row.flatMap((text, right) => {
    const [of, window, value] = [services[first + down], columns[Number(column) + right], numberOf(text)];
    return of && window && value !== null && value >= 0 ? [{ service: of.id, column: window, value }] : [];
  }));
  state.change(['demand'], setCells(demand, at, on, settings));
}
