// Scenarios as workbooks: one is read, what is wrong in which cell and what it would change are shown, and
// it becomes a draft; what is shown is saved as one.
import { signal } from '../vendor/preact.js';
import { ask, send } from '../api.js';
import { button, classes, div, h2, input, p, section, span, strong, table, tbody, td, th, thead, tr, use } from '../dom.js';
import { save } from '../save.js';
import { number } from '../format.js';
import { announce, Told } from '../parts.js';
import { TABS } from './fields.js';
import { at } from './model.js';
import * as state from './state.js';
import { labelOf } from './values.js';
import { say } from './words.js';

const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** What the workbook says that was read last. */
const read = signal(/** @type {{ name: string, scenario: any, findings: any[] } | null} */ (null));

/** @param {File} file */
const load = (file) => state.working(async () => {
  const { data } = await ask('POST', '/v1/scenarios/from-workbook', { body: new Blob([file], { type: TYPE }) });
  read.value = { name: file.name.replace(/\.xlsx$/i, ''), ...data };
  state.panel.value = 'workbook';
  announce(say(data.scenario ? 'workbook_read' : 'workbook_wrong'));
});

const download = () => state.working(async () => {
  await state.save();
  // Promises are no part of what is planned with.
  const { appointments: _, ...scenario } = state.scenario.value;
  const data = await (await send('POST', '/v1/scenarios/to-workbook', { body: scenario })).blob();
  save(`${state.draft.value?.name ?? scenario.name ?? say('scenario')}.xlsx`.replaceAll('/', '-'), TYPE, data);
});

export function WorkbookButtons() {
  const pick = (/** @type {any} */ event) => {
    const [file] = event.target.files;
    // So that the same file can be read again once it is corrected.
    event.target.value = '';
    if (file) void load(file);
  };
  return div({ class: 'tools', role: 'group', 'aria-label': say('workbook') },
    state.may.value && input({ type: 'file', accept: `.xlsx,${TYPE}`, class: 'unseen', tabIndex: -1, 'aria-hidden': 'true', onChange: pick }),
    state.may.value && button({ disabled: state.busy.value, onClick: (/** @type {any} */ event) => event.currentTarget.previousSibling.click() }, say('workbook_load')),
    state.may.value && button({ disabled: state.busy.value, onClick: () => void download() }, say('workbook_save')));
}

/** What the workbook says: what is wrong in it, and what it would change. */
export function Workbook() {
  const { value } = read;
  if (!value) return null;
  const { name, scenario, findings } = value;
  const errors = findings.filter((one) => one.severity !== 'warning').length;
  const changed = scenario ? changesOf(state.booked.value?.data ?? {}, scenario) : [];
  return section({ class: 'box', 'aria-label': say('workbook') },
    h2(null, `${name}.xlsx`),
    p({ class: classes('note', errors === 0 && 'good'), role: 'status' }, errors > 0 ? `✖ ${say('workbook_errors', { n: errors })}` : `✓ ${say('workbook_fine')}`,
      findings.length > errors && ` ⚠ ${say('doubts', { n: findings.length - errors })}`),
    findings.length > 0 && use(Findings, { findings }),
    scenario && div(null,
      h2(null, say('workbook_changes')),
      changed.length === 0 ? p(null, say('workbook_same')) : div({ class: 'wide', tabIndex: 0, role: 'group', 'aria-label': say('workbook_changes') }, table({ class: 'list' },
        thead(null, tr(null, [say('what'), say('is_new'), say('is_removed'), say('is_changed')].map((text) => th({ key: text, scope: 'col' }, text)))),
        tbody(null, changed.map((one) => tr({ key: one.name }, th({ scope: 'row' }, one.name), [one.added, one.removed, one.changed].map(listOf))))))),
    div({ class: 'buttons' },
      scenario && state.may.value && button({ class: 'main', disabled: changed.length === 0, onClick: () => void state.make({ name, scenario }) }, say('workbook_draft')),
      button({ class: 'quiet', onClick: () => (state.panel.value = '') }, say('close'))));
}

/** @param {string[]} names @param {number} index */
const listOf = (names, index) => td({ key: index }, names.length === 0 ? '–' : [strong(null, number(names.length)), `: ${names.slice(0, 6).join(', ')}${names.length > 6 ? ' …' : ''}`]);

/** What is wrong, with sheet and cell. @param {{ findings: any[] }} props */
const Findings = ({ findings }) => div({ class: 'wide', tabIndex: 0, role: 'group', 'aria-label': say('findings') }, table({ class: 'list' },
  thead(null, tr(null, [say('sheet'), say('cell'), say('cell_value'), say('findings')].map((text) => th({ key: text, scope: 'col' }, text)))),
  tbody(null, findings.slice(0, 500).map((one, index) => tr({ key: index },
    th({ scope: 'row' }, one.sheet ?? '–'), td({ class: 'figure' }, one.cell || '–'), td(null, one.value || '–'),
    td(null, span({ class: classes('mark', one.severity === 'warning' && 'soft') }, one.severity === 'warning' ? '⚠ ' : '✖ '), use(Told, { code: one.code, text: one.message })))))));

/**
 * What differs between two scenarios, list by list.
 * @param {any} before @param {any} after
 * @returns {{ name: string, added: string[], removed: string[], changed: string[] }[]}
 */
export function changesOf(before, after) {
  const lists = [...TABS.flatMap((tab) => tab.lists), { path: ['demand'] }];
  const text = (/** @type {any} */ value) => JSON.stringify(value, (_, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner);
  const rows = lists.map(({ path }) => {
    const [old, now] = [before, after].map((whole) => new Map((at(whole, path) ?? []).map((/** @type {any} */ one) => [one.id ?? text(one), one])));
    const named = (/** @type {[string, any]} */ [id, one]) => one.name ?? one.id ?? one.service ?? one.site ?? id;
    const only = (/** @type {Map<string, any>} */ all, /** @type {(id: string, one: any) => boolean} */ test) => [...all].filter(([id, one]) => test(id, one)).map(named);
    return {
      name: say(/** @type {any} */ (`list_${path.join('_')}`)),
      added: only(now, (id) => !old.has(id)), removed: only(old, (id) => !now.has(id)),
      changed: only(now, (id, one) => old.has(id) && text(old.get(id)) !== text(one)),
    };
  });
  // What is no list: fields of the whole, and of its parts.
  const plain = (/** @type {any} */ whole, /** @type {string} */ prefix = '') => Object.entries(whole ?? {})
    .flatMap(/** @returns {[string, string][]} */ ([name, value]) => (lists.some(({ path }) => path.join('/') === prefix + name) || name === 'appointments' || name === 'schema' ? []
      : lists.some(({ path }) => path[0] === name && !prefix) ? plain(value, `${name}/`) : [[name, text(value)]]));
  const [old, now] = [before, after].map((whole) => new Map(plain(whole)));
  const keys = [...new Set([...old.keys(), ...now.keys()])].filter((key) => old.get(key) !== now.get(key));
  const general = { name: say('part_general'), added: keys.filter((key) => !old.has(key)).map(labelOf), removed: keys.filter((key) => !now.has(key)).map(labelOf), changed: keys.filter((key) => old.has(key) && now.has(key)).map(labelOf) };
  return [general, ...rows].filter((row) => row.added.length + row.removed.length + row.changed.length > 0);
}
