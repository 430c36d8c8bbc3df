// What would become of waits and costs if the office were otherwise.
import { useEffect, useRef, useSignal } from '../vendor/preact.js';
import { button, circle, classes, dd, details, div, dl, dt, h1, h2, input, label, line, option, p, progress, section, select, span, summary, svg, table, tbody, td, th, thead, tr, use } from '../dom.js';
import { save } from '../save.js';
import { csv, number, percent } from '../format.js';
import { shortDate } from '../time.js';
import { Busy, Choice, Empty, Slider, Told, Trouble } from '../parts.js';
import { say } from '../words.js';
import { may } from '../client.js';
import { isTurned } from './edits.js';
import * as state from './state.js';

/** @typedef {import('./edits.js').Knob} Knob @typedef {import('./state.js').Variant} Variant */

/** The figures of the table, as the service calls them and as people do. */
const FIGURES = /** @type {const} */ ([
  ['lead.next_free', 'kpi_next_free'], ['lead.without_offer', 'kpi_without_offer'], ['wait.appointment.mean', 'kpi_wait_appointment'],
  ['wait.walk_in.mean', 'kpi_wait_walk_in'], ['walk_in.lost', 'kpi_walk_in_lost'], ['served.appointment', 'kpi_served'],
  ['overtime', 'kpi_overtime'], ['utilisation', 'kpi_utilisation'], ['cost.per_case', 'kpi_cost'],
]);

export function VariantsScreen() {
  useEffect(() => void state.load(), []);
  const { scenario, problem, variants } = state;
  return div({ class: 'screen variants' },
    div({ class: 'bar-top' }, h1(null, say('variants')), div({ class: 'tools' }, use(Compare, {}))),
    problem.value && use(Trouble, { problem: problem.value, again: () => void state.load() }),
    p({ class: 'hint' }, say('variants_text'), ' ', state.week.value && say('week_of', { from: shortDate(state.week.value) })),
    !scenario.value ? !problem.value && use(Busy, { what: say('loading') })
      : variants.value.length === 0 ? use(Empty, { title: say('variants'), text: say('variants_empty'), action: button({ class: 'main', onClick: state.add }, say('new_variant')) })
        : div({ class: 'cards' },
          variants.value.map((variant) => use(Card, { key: variant.id, variant })),
          button({ class: 'add-card', onClick: state.add }, `+ ${say('new_variant')}`)),
    state.result.value && use(Result, {}));
}

function Compare() {
  const { job, effort } = state;
  if (job.value) {
    const { progress: at, stopping } = job.value;
    const text = !at ? say('waiting') : at.stage === 'planning'
      ? say('stage_planning', { done: at.scenarios_done ?? 0, all: at.scenarios ?? '?' })
      : say('stage_simulating', { n: number(at.replications ?? 0) });
    return div({ class: 'tools live', role: 'group', 'aria-label': say('comparing') },
      progress({ 'aria-label': say('comparing'), ...(at?.scenarios && { max: at.scenarios * 2, value: (at.scenarios_done ?? 0) + (at.stage === 'simulating' ? at.scenarios : 0) }) }),
      span(null, text),
      button({ disabled: stopping, onClick: () => void state.stopJob() }, say(stopping ? 'stopping' : 'stop')));
  }
  if (!may('studies:run')) return null;
  const ready = state.scenario.value !== null && state.changedVariants().length > 0;
  return div({ class: 'tools' },
    !ready && state.variants.value.length > 0 && span({ class: 'hint' }, say('nothing_changed')),
    select({ 'aria-label': say('effort'), value: effort.value, onChange: (/** @type {any} */ event) => (effort.value = event.target.value) },
      Object.keys(state.EFFORTS).map((id) => option({ key: id, value: id }, say(/** @type {any} */ (`effort_${id}`))))),
    button({ class: 'main', disabled: !ready, onClick: () => void state.compare() }, say('compare')));
}

/** @param {Knob} knob @param {number} value */
const shown = (knob, value) => (knob.unit === 'factor' ? say(value === 1 ? 'as_today' : 'of_today', { share: percent(value) }) : knob.unit === 'share' ? percent(value) : value > 0 ? `+${value}` : String(value).replace('-', '−'));

/** @param {string} id */
const siteName = (id) => state.scenario.value.sites.find((/** @type {any} */ site) => site.id === id)?.name ?? id;

/** @param {Knob} knob */
const nameOf = (knob) => knob.site
  ? say('edit_clerks', { site: siteName(knob.site) })
  : say(/** @type {any} */ (`edit_${knob.id}`));

/** @param {{ variant: Variant }} props */
function Card({ variant }) {
  const set = (/** @type {Knob} */ knob, /** @type {number | undefined} */ value) => {
    const { [knob.id]: _, ...rest } = variant.values;
    state.patch(variant.id, { values: value === undefined ? rest : { ...rest, [knob.id]: value } });
  };
  return section({ class: 'box card', 'aria-label': variant.name },
    div({ class: 'card-head' },
      label({ class: 'field' }, span({ class: 'unseen' }, say('name')),
        input({ value: variant.name, maxLength: 80, onChange: (/** @type {any} */ event) => state.patch(variant.id, { name: event.target.value.trim() || say('variant', { n: variant.id }) }) })),
      button({ class: 'quiet', 'aria-label': `${say('remove')}: ${variant.name}`, onClick: () => state.drop(variant.id) }, '✕')),
    (variant.edits ?? []).map((edit, index) => div({ key: index, class: 'knob turned' },
      div({ class: 'knob-head' }, span(null, say('edit_add_rooms', { site: siteName(edit.site), n: edit.count, of: (edit.equipment ?? []).join(', ') || '–' })),
        button({ class: 'link', 'aria-label': `${say('remove')}: ${say('edit_add_rooms', { site: siteName(edit.site), n: edit.count, of: '' })}`, onClick: () => state.patch(variant.id, { edits: (variant.edits ?? []).filter((one) => one !== edit) }) }, '✕')))),
    state.knobs.value.map((knob) => {
      const turned = isTurned(variant.values, knob);
      const value = variant.values[knob.id] ?? (Number.isNaN(knob.start) ? (knob.min + knob.max) / 2 : knob.start);
      // People read percents; the service, shares.
      const scale = knob.unit === 'count' ? 1 : 100;
      return div({ key: knob.id, class: classes('knob', turned && 'turned') },
        div({ class: 'knob-head' },
          span(null, nameOf(knob)),
          turned ? button({ class: 'link', 'aria-label': `${say('reset')}: ${nameOf(knob)}`, onClick: () => set(knob, undefined) }, `${shown(knob, value)} ✕`)
            : span({ class: 'hint' }, Number.isNaN(knob.start) ? say('unchanged') : shown(knob, knob.start))),
        use(Slider, {
          name: `${nameOf(knob)}${knob.unit === 'count' ? '' : ', %'}`, min: Math.round(knob.min * scale), max: Math.round(knob.max * scale), step: Math.max(1, Math.round(knob.step * scale)),
          value: Math.round(value * scale), shown: shown(knob, value), onInput: (to) => set(knob, to / scale),
        }));
    }),
    may('planning:write') && div({ class: 'buttons' },
      button({ disabled: !state.changes(variant), 'aria-label': `${say('as_draft')}: ${variant.name}`, onClick: () => void state.adopt(variant) }, say('as_draft'))));
}

/** @type {Record<string, string>} */
const SIGNS = { better: '✓', worse: '✗', not_distinguishable: '≈', same: '=', higher: '↑', lower: '↓' };

/** A figure as people read it. @param {string} unit @param {number} value @param {number} digits */
const figure = (unit, value, digits) => (unit === 'share' ? percent(value, 1) : number(value, digits));

/** A figure of a variant. @param {any} variant @param {string} id @param {string | null} site */
const find = (variant, id, site) => variant.figures.find((/** @type {any} */ one) => one.id === id && (one.site ?? null) === site);

function Result() {
  const result = state.result.value;
  const site = useSignal(/** @type {string | null} */ (null));
  const sites = [...new Set(result.variants[0].figures.map((/** @type {any} */ one) => one.site ?? null))];
  const nameOf = (/** @type {any} */ variant) => (variant.is_base && variant === result.variants[0] ? say('as_it_is') : variant.name);
  const download = () => {
    const head = [say('variants'), say('site'), ...FIGURES.flatMap(([, name]) => [say(name), '±', say('status')])];
    const rows = result.variants.flatMap((/** @type {any} */ variant) => sites.map((at) => [
      nameOf(variant), at ?? say('all_sites'), ...FIGURES.flatMap(([id]) => {
        const one = find(variant, id, /** @type {any} */ (at));
        return [one?.value ?? '', one?.half_width ?? '', one?.verdict ? say(/** @type {any} */ (`verdict_${one.verdict}`)) : ''];
      }),
    ]));
    save('variants.csv', 'text/csv', csv([head, ...rows]));
  };
  const at = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => at.current?.scrollIntoView({ block: 'nearest' }), [result]);
  return section({ class: 'box result', ref: at },
    div({ class: 'bar-top' },
      h2(null, say('results')),
      div({ class: 'tools' },
        use(Choice, {
          name: say('scope'), value: site.value ?? '',
          options: sites.map((at) => /** @type {[string, string]} */ ([at ?? '', at ?? say('all_sites')])),
          onPick: (to) => (site.value = to || null),
        }),
        button({ onClick: () => print() }, say('print')),
        button({ onClick: download }, say('csv')))),
    div({ class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': say('results') },
      table({ class: 'list numbers' },
        thead(null, tr(null, th(null, say('figure')), result.variants.map((/** @type {any} */ variant, /** @type {number} */ index) => th({ key: index }, nameOf(variant))))),
        tbody(null, FIGURES.map(([id, name]) => {
          const all = result.variants.map((/** @type {any} */ variant) => find(variant, id, site.value));
          if (all.every((/** @type {any} */ one) => one?.value == null)) return null;
          return tr({ key: id }, th({ scope: 'row' }, say(name)), all.map((/** @type {any} */ one, /** @type {number} */ index) => td({ key: index }, use(Cell, { one, all }))));
        })))),
    p({ class: 'hint' }, say('interval_hint', { n: number(result.variants[0].replications) })),
    result.variants.some((/** @type {any} */ one) => one.warnings.length > 0) && use(Warnings, { result, nameOf }),
    details({ onToggle: (/** @type {any} */ event) => event.target.open && void state.define() }, summary(null, say('definitions')),
      dl(null, (state.definitions.value ?? []).flatMap((/** @type {any} */ one) => [dt({ key: `${one.id}-t` }, FIGURES.find(([id]) => id.startsWith(one.id))?.[1] ? say(/** @type {any} */ (FIGURES.find(([id]) => id.startsWith(one.id))?.[1])) : one.id), dd({ key: one.id }, one.text)]))));
}

/** @param {{ result: any, nameOf: (variant: any) => string }} props */
const Warnings = ({ result, nameOf }) => div({ class: 'note' }, result.variants.flatMap((/** @type {any} */ variant) =>
  variant.warnings.slice(0, 3).map((/** @type {any} */ warning) => p({ key: variant.name + warning.code + warning.message }, `⚠ ${nameOf(variant)}: `, use(Told, { code: warning.code, text: warning.message, lang: 'en' })))));

/** A figure with its interval, in numbers and as a picture on the scale of its row. @param {{ one: any, all: any[] }} props */
function Cell({ one, all }) {
  if (one?.value == null) return span({ class: 'hint' }, say('not_observed'));
  const half = one.half_width ?? 0;
  const ends = all.filter((other) => other?.value != null).flatMap((other) => [other.value - (other.half_width ?? 0), other.value + (other.half_width ?? 0)]);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const x = (/** @type {number} */ value) => 4 + ((value - low) / (high - low || 1)) * 92;
  const base = all[0]?.value;
  const digits = Math.max(...ends.map(Math.abs)) < 10 ? 2 : 1;
  const read = (/** @type {number} */ value) => figure(one.unit, value, digits);
  return div({ class: 'cell' },
    span(null, half > 0 ? say('interval', { value: read(one.value), half: read(half) }) : read(one.value)),
    one.verdict && span({ class: `verdict-word ${one.verdict}` }, span({ 'aria-hidden': 'true' }, `${SIGNS[one.verdict]} `), say(/** @type {any} */ (`verdict_${one.verdict}`))),
    svg({ class: 'dots', viewBox: '0 0 100 12', 'aria-hidden': 'true' },
      base != null && line({ class: 'base', x1: x(base), x2: x(base), y1: 0, y2: 12 }),
      line({ class: 'interval', x1: x(one.value - half), x2: x(one.value + half), y1: 6, y2: 6 }),
      circle({ class: 'dot', cx: x(one.value), cy: 6, r: 3 })));
}
