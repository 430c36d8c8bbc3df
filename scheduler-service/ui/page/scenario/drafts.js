// Which scenario is shown, what a draft changes, and what applying it would come to.
import { button, classes, div, h2, input, label, li, option, p, section, select, span, strong, table, tbody, td, th, thead, tr, ul, use } from '../dom.js';
import { number } from '../format.js';
import { clock, shortDate } from '../time.js';
import { Told } from '../parts.js';
import { useSignal } from '../vendor/preact.js';
import { TABS } from './fields.js';
import * as state from './state.js';
import { brief, labelOf } from './values.js';
import { WorkbookButtons } from './workbook.js';
import { say } from './words.js';

/** @param {string} at */
const moment = (at) => `${shortDate(at.slice(0, 10))} ${clock(at)}`;

export function DraftBar() {
  const { drafts, draft, chosen, booked } = state;
  const sure = useSignal(false);
  const stale = draft.value && booked.value && draft.value.made_from !== booked.value.version;
  return section({ class: 'work', 'aria-label': say('drafts') },
    div({ class: 'tools' },
      label({ class: 'pair' }, span(null, say('shown')),
        select({ value: chosen.value, onChange: (/** @type {any} */ event) => void state.show(event.target.value) },
          option({ value: '' }, say('booked', { n: booked.value?.version ?? '' })),
          drafts.value.map((one) => option({ key: one.id, value: one.id }, `${one.name}${one.applied ? ` (${say('is_applied')})` : ''}`)))),
      state.may.value && button({ onClick: () => void state.make() }, `+ ${say('new_draft')}`),
      state.may.value && div({ class: 'tools', role: 'group', 'aria-label': say('edits') },
        button({ disabled: !state.canUndo.value, onClick: state.undo, title: 'Ctrl+Z' }, say('undo')),
        button({ disabled: !state.canRedo.value, onClick: state.redo, title: 'Ctrl+Y' }, say('redo'))),
      use(WorkbookButtons, {}),
      draft.value && div({ class: 'tools', role: 'group', 'aria-label': say('draft') },
        button({ 'aria-expanded': String(state.panel.value === 'changes'), onClick: () => void state.toggle('changes') }, say('changes')),
        button({ 'aria-expanded': String(state.panel.value === 'versions'), onClick: () => void state.toggle('versions') }, say('versions')),
        state.may.value && button({ class: 'main', 'aria-expanded': String(state.panel.value === 'apply'), onClick: () => void state.toggle('apply') }, say('apply_dots'))),
      span({ class: 'hint', role: 'status' }, [
        (draft.value || state.saving.value !== 'saved') && say(/** @type {any} */ (`saving_${state.saving.value}`)),
        draft.value && state.saving.value === 'saved' && state.looked.value && state.findings.value.length === 0 && `✓ ${say('no_findings')}`,
      ].filter(Boolean).join(' · '))),
    draft.value ? div({ class: 'tools draft-head' },
      label({ class: 'pair' }, span(null, say('f_name')),
        input({ value: draft.value.name, maxLength: 200, readOnly: !state.may.value, onChange: (/** @type {any} */ event) => event.target.value.trim() && void state.rename({ name: event.target.value.trim() }) })),
      label({ class: 'pair grow' }, span(null, say('f_note')),
        input({ value: draft.value.note ?? '', maxLength: 10000, readOnly: !state.may.value, onChange: (/** @type {any} */ event) => void state.rename({ note: event.target.value }) })),
      state.may.value && (sure.value
        ? span({ class: 'pair' }, span(null, say('sure')), button({ onClick: () => { sure.value = false; void state.drop(); } }, say('delete')), button({ onClick: () => (sure.value = false) }, say('keep')))
        : button({ class: 'quiet', onClick: () => (sure.value = true) }, say('delete_draft'))),
      span({ class: 'hint' }, say('who_when', { by: draft.value.changed_by, at: moment(draft.value.changed_at), version: draft.value.version, from: draft.value.made_from }),
        draft.value.applied ? ` ${say('applied_when', { by: draft.value.applied.by, at: moment(draft.value.applied.at) })}` : stale ? ` ${say('moved_on', { n: booked.value?.version ?? '' })}` : ''))
      : p({ class: 'hint' }, say(state.may.value ? 'booked_text' : 'look_text')),
    state.saving.value === 'stale' && div({ class: 'trouble', role: 'alert' },
      p(null, say('stale_text')),
      div({ class: 'buttons' }, button({ onClick: () => void state.settle(true) }, say('take_mine')), button({ onClick: () => void state.settle(false) }, say('take_theirs')))));
}

/** How many things are wrong, and where. */
export function Found() {
  const { findings } = state;
  const errors = findings.value.filter((one) => one.severity === 'error');
  const doubts = findings.value.length - errors.length;
  if (!state.draft.value || findings.value.length === 0) return null;
  return section({ class: classes('verdict', errors.length > 0 ? 'broken' : 'fine'), 'aria-label': say('findings'), role: 'status' },
    strong(null, [errors.length > 0 && `✖ ${say('errors', { n: errors.length })}`, doubts > 0 && `⚠ ${say('doubts', { n: doubts })}`].filter(Boolean).join(' · ')),
    ul({ class: 'faults' }, findings.value.slice(0, 8).map((one) => li({ key: one.pointer + one.message },
      button({ class: 'link', onClick: () => go(one.pointer) }, whereOf(one.pointer)), ' ', use(Told, { code: one.code, text: one.message })))),
    findings.value.length > 8 && p({ class: 'hint' }, say('more', { n: findings.value.length - 8 })));
}

/** Where a pointer leads, in words: `Staff › nord-01 › Shifts`. @param {string} pointer */
function whereOf(pointer) {
  let here = state.scenario.value;
  const words = [];
  for (const token of pointer.split('/').slice(1)) {
    here = here?.[token];
    words.push(/^\d+$/.test(token) ? here?.name ?? here?.id ?? String(Number(token) + 1) : labelOf(token));
  }
  return words.join(' › ') || say('whole');
}

/** Shows the place that a pointer leads to. @param {string} pointer */
function go(pointer) {
  const tokens = pointer.split('/').slice(1);
  const lists = TABS.flatMap((tab) => tab.lists.map((list) => ({ tab, list })));
  const found = lists.filter(({ list }) => list.path.every((step, index) => tokens[index] === step)).sort((a, b) => b.list.path.length - a.list.path.length)[0];
  const part = TABS.find((tab) => tab.id === tokens[0] || tab.parts.some((one) => one.path[0] === tokens[0]));
  state.tab.value = found?.tab.id ?? part?.id ?? 'sites';
  const index = Number(tokens[found?.list.path.length ?? 0]);
  if (found && Number.isInteger(index)) state.selected.value = { list: found.list, index };
  requestAnimationFrame(() => requestAnimationFrame(() => {
    for (let length = tokens.length; length > 0; length--) {
      const all = document.querySelectorAll(`[data-at="${CSS.escape(`/${tokens.slice(0, length).join('/')}`)}"]`);
      const element = /** @type {HTMLElement | undefined} */ (all[all.length - 1]);
      if (!element) continue;
      element.scrollIntoView({ block: 'center' });
      element.focus();
      return;
    }
  }));
}

/** A value as far as it can be read at a glance. @param {any} value */
function short(value) {
  const text = brief(value);
  return text.length > 300 ? `${text.slice(0, 300)} …` : text;
}

/** What a draft changes of what is booked from. */
export function Changes() {
  const all = state.changes.value;
  if (!all) return null;
  const path = (/** @type {string[]} */ names) => names.map((name, index) => (index === 0 || /^[a-z_]+$/.test(name) ? labelOf(name) : name)).join(' › ');
  const row = (/** @type {any} */ one, /** @type {boolean} */ clash) => tr({ key: one.path.join(' '), class: classes(clash && 'faulty') },
    th({ scope: 'row' }, path(one.path)),
    td(null, one.kind === 'added' ? span({ class: 'hint' }, say('is_new')) : short(one.before)),
    td(null, one.kind === 'removed' ? span({ class: 'hint' }, say('is_removed')) : short(one.after)),
    clash && td(null, brief(one.theirs)),
    state.may.value && td({ class: 'actions no-print' },
      button({ 'aria-label': `${say('take_back')}: ${path(one.path)}`, onClick: () => state.revert(one, one.before) }, say('take_back')),
      clash && button({ 'aria-label': `${say('take_theirs')}: ${path(one.path)}`, onClick: () => state.revert(one, one.theirs) }, say('take_theirs'))));
  const head = (/** @type {boolean} */ clash) => thead(null, tr(null, th({ scope: 'col' }, say('what')), th({ scope: 'col' }, say('before')), th({ scope: 'col' }, say('after')),
    clash && th({ scope: 'col' }, say('theirs')), state.may.value && th({ scope: 'col', class: 'no-print' }, say('action'))));
  return section({ class: 'box', 'aria-label': say('changes') },
    h2(null, say('changes_title', { n: all.changes.length })),
    all.conflicts.length > 0 && div({ class: 'trouble' }, p(null, say('conflicts_text')),
      div({ class: 'wide', tabIndex: 0, role: 'group', 'aria-label': say('conflicts') }, table({ class: 'list' }, head(true), tbody(null, all.conflicts.map((/** @type {any} */ one) => row(one, true)))))),
    all.changes.length === 0 ? p(null, say('no_changes'))
      : div({ class: 'wide', tabIndex: 0, role: 'group', 'aria-label': say('changes') }, table({ class: 'list' }, head(false), tbody(null, all.changes.slice(0, 500).map((/** @type {any} */ one) => row(one, false))))),
    all.changes.length > 500 && p({ class: 'hint' }, say('more', { n: all.changes.length - 500 })));
}

/** Who has changed the draft when; older versions can be taken again. */
export const Versions = () => section({ class: 'box', 'aria-label': say('versions') },
  h2(null, say('versions')),
  p({ class: 'hint' }, say('versions_text')),
  div({ class: 'wide', tabIndex: 0, role: 'group', 'aria-label': say('versions') }, table({ class: 'list' },
    thead(null, tr(null, th({ scope: 'col' }, say('version')), th({ scope: 'col' }, say('by')), th({ scope: 'col' }, say('when')), state.may.value && th({ scope: 'col' }, say('action')))),
    tbody(null, state.versions.value.map((one) => tr({ key: one.version },
      th({ scope: 'row' }, one.version), td(null, one.by), td({ class: 'figure' }, moment(one.changed_at)),
      state.may.value && td({ class: 'actions' }, button({ 'aria-label': `${say('take_again')}: ${one.version}`, onClick: () => void state.restore(one.version) }, say('take_again')))))))));

/** What applying the draft would come to, and came to. */
export function Apply() {
  const { outcome, busy, findings } = state;
  const errors = findings.value.filter((one) => one.severity === 'error').length;
  if (!outcome.value) return section({ class: 'box', 'aria-label': say('apply_title') }, h2(null, say('apply_title')), p({ role: 'status' }, say(busy.value ? 'previewing' : errors > 0 ? 'apply_errors' : 'apply_again')));
  const { applied, answer } = outcome.value;
  const { moved, stranded, warnings } = answer.change;
  const site = (/** @type {string} */ id) => state.known.sites.value.find((one) => one.id === id)?.name ?? id;
  const name = (/** @type {any} */ one) => one.reference ?? one.id.slice(-8);
  return section({ class: 'box apply', 'aria-label': say(applied ? 'applied_title' : 'apply_title') },
    h2(null, say(applied ? 'applied_title' : 'apply_title')),
    applied && p({ class: 'note good' }, `✓ ${say('applied_text', { n: answer.change.version })}`),
    moved.length + stranded.length === 0 ? p(null, `✓ ${say('all_kept')}`)
      : div(null, p(null, strong(null, say(applied ? 'phone_these' : 'would_move', { moved: number(moved.length), stranded: number(stranded.length) }))),
        div({ class: 'wide', tabIndex: 0, role: 'group', 'aria-label': say('promises_touched') }, table({ class: 'list' },
          thead(null, tr(null, th({ scope: 'col' }, say('appointment')), th({ scope: 'col' }, say('site')), th({ scope: 'col' }, say('date')), th({ scope: 'col' }, say('was')), th({ scope: 'col' }, say('becomes')))),
          tbody(null,
            stranded.map((/** @type {any} */ one) => tr({ key: one.id, class: 'faulty' }, th({ scope: 'row' }, name(one)), td(null, site(one.site)), td(null, shortDate(one.start.slice(0, 10))), td({ class: 'figure' }, clock(one.start)),
              td(null, span({ class: 'mark' }, `✖ ${say('cannot_be_kept')}`)))),
            moved.map((/** @type {any} */ one) => tr({ key: one.id }, th({ scope: 'row' }, name(one)), td(null, site(one.site)), td(null, shortDate(one.from.slice(0, 10))), td({ class: 'figure' }, clock(one.from)),
              td({ class: 'figure' }, `→ ${clock(one.to)}`))))))),
    // What else is doubtful stands with the findings.
    warnings.filter((/** @type {any} */ one) => one.code === 'quota.not-kept').map((/** @type {any} */ one) => p({ key: one.detail }, '⚠ ', say('quotas_short'), ' ', use(Told, { code: one.code, text: one.detail }))),
    !applied && p({ class: 'hint' }, say('apply_text')),
    div({ class: 'buttons no-print' },
      !applied && button({ class: 'main', disabled: busy.value || errors > 0, onClick: () => void state.apply() }, say(moved.length + stranded.length > 0 ? 'apply_anyway' : 'apply')),
      moved.length + stranded.length > 0 && button({ onClick: () => print() }, say('print_list')),
      button({ class: 'quiet', onClick: () => (state.panel.value = '') }, say('close'))));
}
