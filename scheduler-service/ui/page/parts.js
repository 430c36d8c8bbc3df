// Small parts that all screens use.
import { signal } from './vendor/core.js';
import { button, details, div, h2, input, label, option, p, select, span, strong, summary, use } from './dom.js';
import { Problem } from './api.js';
import { timeOf } from './format.js';
import { language } from './language.js';
import { addDays } from './time.js';
import { say } from './words.js';

/** What a screen reader says next: results that appear somewhere else than the focus is. */
export const announced = signal('');

/** @param {string} text */
export function announce(text) {
  // The same text twice is only read again if it was something else between.
  announced.value = '';
  setTimeout(() => (announced.value = text), 50);
}

export const Announcer = () => div({ class: 'unseen', role: 'status', 'aria-live': 'polite' }, announced.value);

/** @param {unknown} error @returns {Problem} */
export const asProblem = (error) =>
  error instanceof Problem ? error : new Problem(-1, { detail: String(error), code: 'page' });

/**
 * Runs what speaks to the service, and keeps what went wrong in `problem`.
 * @param {import('./vendor/core.js').Signal<Problem | null>} problem
 * @returns {(work: () => Promise<void>) => Promise<void>}
 */
export const guard = (problem) => async (work) => {
  try {
    await work();
    problem.value = null;
  } catch (error) {
    problem.value = asProblem(error);
  }
};

/** @type {[test: (problem: Problem) => boolean, text: Parameters<typeof say>[0]][]} */
const ADVICE = [
  [(problem) => problem.status === 0, 'trouble_offline'],
  [(problem) => problem.status === 401, 'trouble_key'],
  [(problem) => problem.status === 403, 'trouble_forbidden'],
  [(problem) => problem.code === 'stale', 'trouble_stale'],
  [(problem) => problem.status === 429, 'trouble_many'],
  [(problem) => problem.status === 503, 'trouble_busy'],
  [(problem) => problem.status === 404, 'trouble_gone'],
  [(problem) => problem.status === 422 || problem.status === 400, 'trouble_refused'],
  [() => true, 'trouble_other'],
];

/**
 * What went wrong, what to do about it, and what the service says in its own words.
 * @param {{ problem: Problem, again?: () => void }} props
 */
export function Trouble({ problem, again }) {
  const advice = ADVICE.find(([test]) => test(problem))?.[1] ?? 'trouble_other';
  const violations = (problem.details.violations ?? []).slice(0, 20);
  return div({ class: 'trouble', role: 'alert' },
    p(null, say(advice)),
    again && button({ onClick: again }, say('again')),
    problem.status > 0 && details(null,
      summary(null, say('in_full')),
      // The kind is told in the reader's language, the details in that of the answer.
      problem.details.title && p(null, strong(null, problem.details.title)),
      div({ lang: problem.language ?? 'en' }, problem.message !== problem.details.title && p(null, problem.message),
        violations.map((/** @type {any} */ v) => p({ key: v.pointer + v.detail }, `${v.pointer} `, use(Told, { code: v.code, text: v.detail }))))));
}

/**
 * What the service has found, in the reader's language as far as it is told in it. Its German may be followed
 * by the English for programs, which is only shown where the pointer rests. What simulations warn of is told
 * by the page, as results are kept in `lang`.
 * @param {{ code?: string, text: string, lang?: string }} props
 */
export function Told({ code = '', text, lang }) {
  if (language.value === 'en') return span(null, text);
  const own = code.startsWith('simulation.') && say(/** @type {any} */ (code.replaceAll('.', '_')));
  const [bare, original] = text.split(' (Im Wortlaut: ');
  return span({ lang: own || original ? undefined : lang, title: own ? text : original?.replace(/\)$/, '') }, own || bare);
}

/** @param {{ what: string }} props */
export const Busy = ({ what }) => p({ class: 'busy', role: 'status' }, what);

/** @param {{ title: string, text: string, action?: any }} props */
export const Empty = ({ title, text, action }) => div({ class: 'empty' }, h2(null, title), p(null, text), action);

/**
 * A choice between a few, as buttons.
 * @param {{ name: string, value: string, options: [string, string][], onPick: (value: string) => void }} props
 */
export const Choice = ({ name, value, options, onPick }) =>
  div({ class: 'choice', role: 'group', 'aria-label': name },
    options.map(([id, text]) =>
      button({ key: id, 'aria-pressed': String(id === value), onClick: () => onPick(id) }, text)));

/**
 * A number as a slider and as a field, which say the same.
 * @param {{ name: string, value: number, min: number, max: number, step: number, shown?: string,
 *   onInput: (value: number) => void }} props
 */
export function Slider({ name, value, min, max, step, shown, onInput }) {
  const take = (/** @type {Event} */ event) => {
    const number = Number(/** @type {HTMLInputElement} */ (event.target).value);
    if (Number.isFinite(number)) onInput(Math.min(max, Math.max(min, number)));
  };
  return div({ class: 'slider' },
    input({ type: 'range', 'aria-label': name, 'aria-valuetext': shown, min, max, step, value, onInput: take }),
    input({ type: 'number', 'aria-label': name, min, max, step, value, onChange: take }));
}

/** @param {{ name: string, children?: any, hint?: string }} props */
export const Field = ({ name, hint, children }) =>
  label({ class: 'field' }, span(null, name), children, hint && span({ class: 'hint' }, hint));

/**
 * A time of day in 24 hours, which browsers write as their own language does and not as the reader's.
 * @param {{ name: string, value: string, disabled?: boolean, onPick: (value: string) => void }} props
 */
export const TimeField = ({ name, value, disabled, onPick }) => input({
  'aria-label': name, class: 'time', inputMode: 'numeric', autocomplete: 'off', required: true, disabled, value,
  onChange: (/** @type {any} */ event) => {
    const typed = timeOf(event.target.value);
    const isTime = /^([01]\d|2[0-3]):[0-5]\d$/.test(typed);
    event.target.value = isTime ? typed : value;
    if (isTime) onPick(typed);
  },
});

/**
 * Goes from date to date, within those that can be planned.
 * @param {{ date: string, places: any, step?: number, onPick: (date: string) => void }} props
 */
export function Dates({ date, places, step = 1, onPick }) {
  const { from, until } = places ?? { from: date, until: date };
  const go = (/** @type {number} */ days) => {
    const to = addDays(date, days);
    onPick(to < from ? from : to > until ? until : to);
  };
  return div({ class: 'stepper', role: 'group', 'aria-label': say('date') },
    button({ 'aria-label': say('day_before'), disabled: date <= from, onClick: () => go(-step) }, '◀'),
    input({
      type: 'date', 'aria-label': say('date'), value: date, min: from, max: until,
      onChange: (/** @type {any} */ event) => event.target.value && onPick(event.target.value),
    }),
    button({ 'aria-label': say('day_after'), disabled: date >= until, onClick: () => go(step) }, '▶'));
}

/**
 * One site, or all.
 * @param {{ site: import('./vendor/core.js').Signal<string>, places: any }} props
 */
export const Sites = ({ site, places }) =>
  select({ 'aria-label': say('site'), value: site.value, onChange: (/** @type {any} */ event) => (site.value = event.target.value) },
    option({ value: '' }, say('all_sites')),
    places?.sites.map((/** @type {any} */ one) => option({ key: one.id, value: one.id }, one.name)));
