// The scenario: what there is to plan with, edited as a draft, looked through, compared and applied.
import { useEffect } from '../vendor/preact.js';
import { button, classes, div, h1, p, span, use } from '../dom.js';
import { Busy, Trouble } from '../parts.js';
import { Demand } from './demand.js';
import { Apply, Changes, DraftBar, Found, Versions } from './drafts.js';
import { Details, Part } from './entry.js';
import { TABS } from './fields.js';
import * as state from './state.js';
import { ListTable } from './table.js';
import { Workbook } from './workbook.js';
import { say } from './words.js';

export function ScenarioScreen() {
  useEffect(() => {
    void state.load();
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const { scenario, problem, panel } = state;
  return div({ class: 'screen scenario' },
    div({ class: 'bar-top' }, h1(null, say('scenario')), div({ class: 'tools' }, button({ onClick: () => print() }, say('print')))),
    problem.value && use(Trouble, { problem: problem.value, again: () => void state.load() }),
    !scenario.value ? !problem.value && use(Busy, { what: say('loading') })
      : div({ class: 'screen' },
        use(DraftBar, {}),
        panel.value === 'changes' && use(Changes, {}),
        panel.value === 'versions' && use(Versions, {}),
        panel.value === 'apply' && use(Apply, {}),
        panel.value === 'workbook' && use(Workbook, {}),
        use(Found, {}),
        use(Tabs, {}),
        use(Body, {})));
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const { target } = event;
  // A field has an undo of its own while it is typed into.
  const typing = target instanceof HTMLInputElement && target.type !== 'checkbox' && target.value !== target.defaultValue;
  if (!(event.ctrlKey || event.metaKey) || typing) return;
  const pressed = event.key.toLowerCase();
  if (pressed === 'z' && !event.shiftKey) state.undo();
  else if (pressed === 'y' || (pressed === 'z' && event.shiftKey)) state.redo();
  else return;
  event.preventDefault();
}

/** How many things are wrong on a tab. @param {import('./fields.js').Tab} tab */
function wrongOn(tab) {
  const paths = tab.id === 'demand' ? [['demand']] : tab.id === 'sites' ? [['sites'], ['travel'], ['time_zone'], ['grid_minutes'], ['name'], ['horizon']]
    : [...tab.lists.map((list) => list.path), ...tab.parts.map((part) => part.path)];
  const found = new Set(paths.flatMap((path) => state.foundBelow(path)));
  const errors = [...found].filter((one) => one.severity === 'error').length;
  return errors > 0 ? `✖ ${errors}` : found.size > 0 ? `⚠ ${found.size}` : '';
}

function Tabs() {
  /** Arrows go from tab to tab. @param {KeyboardEvent} event */
  const onArrow = (event) => {
    const index = TABS.findIndex((tab) => tab.id === state.tab.value);
    const to = event.key === 'ArrowRight' ? index + 1 : event.key === 'ArrowLeft' ? index - 1 : event.key === 'Home' ? 0 : event.key === 'End' ? TABS.length - 1 : null;
    if (to === null) return;
    event.preventDefault();
    pick(TABS[(to + TABS.length) % TABS.length].id);
    requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector('[role=tab][aria-selected=true]'))?.focus());
  };
  return div({ class: 'tabs', role: 'tablist', 'aria-label': say('scenario'), onKeyDown: onArrow },
    TABS.map((tab) => {
      const wrong = wrongOn(tab);
      const isChosen = tab.id === state.tab.value;
      return button({
        key: tab.id, role: 'tab', id: `tab-${tab.id}`, 'aria-selected': String(isChosen), 'aria-controls': isChosen ? 'tab-panel' : undefined, tabIndex: isChosen ? 0 : -1, onClick: () => pick(tab.id),
      }, say(/** @type {any} */ (`tab_${tab.id}`)), wrong && span({ class: classes('mark', wrong.startsWith('⚠') && 'soft') }, ` ${wrong}`));
    }));
}

/** @param {string} id */
function pick(id) {
  state.tab.value = id;
  state.selected.value = null;
}

function Body() {
  const tab = TABS.find((one) => one.id === state.tab.value) ?? TABS[0];
  const shown = state.selected.value && tab.lists.includes(state.selected.value.list);
  return div({ class: classes('tab-body', shown && 'split'), role: 'tabpanel', id: 'tab-panel', 'aria-labelledby': `tab-${tab.id}` },
    div({ class: 'screen' },
      p({ class: 'hint' }, say(/** @type {any} */ (`text_${tab.id}`))),
      tab.id === 'demand' && use(Demand, {}),
      tab.parts.filter((part) => part.path.length > 0).map(partOf),
      tab.lists.map((list) => use(ListTable, { key: list.path.join('/'), list })),
      // What is seldom changed comes last.
      tab.parts.filter((part) => part.path.length === 0).map(partOf)),
    shown && use(Details, {}));
}

/** @param {import('./fields.js').Part} part */
const partOf = (part) => use(Part, {
  key: part.path.join('/'), title: say(/** @type {any} */ (`part_${part.path.join('_') || 'general'}`)), path: part.path, fields: part.fields,
});
