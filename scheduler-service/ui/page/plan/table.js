// The same plan as a table, for who does not see the chart or wants to read it line by line.
import { button, classes, td, table, tbody, th, thead, tr, span } from '../dom.js';
import { span as hours } from '../time.js';
import { say } from '../words.js';
import * as state from './state.js';

/** @typedef {import('./model.js').Entry} Entry */

/** @param {{ entries: Entry[], names: any, what: (entry: Entry) => string, status: (entry: Entry) => string }} props */
export function PlanTable({ entries, names, what, status }) {
  const sorted = [...entries].sort((a, b) =>
    a.site.localeCompare(b.site) || a.staff.localeCompare(b.staff) || a.start - b.start);
  return table({ class: 'list plan-table' },
    thead(null, tr(null,
      th(null, say('clerk')), th(null, say('time')), th(null, say('what')), th(null, say('room')), th(null, say('status')),
      th({ class: 'no-print' }, say('edit')))),
    tbody(null, sorted.map((entry) => {
      const faults = state.faults.value.get(entry.id);
      return tr({ key: entry.id, class: classes(faults && 'faulty', state.selected.value === entry.id && 'selected') },
        td(null, names.staff[entry.staff] ?? entry.staff),
        td(null, hours(entry.start, entry.end)),
        td(null, what(entry)),
        td(null, entry.room ? names.rooms[entry.room] ?? entry.room : '–'),
        td(null, status(entry), entry.pinned && ` • ${say('pinned')}`,
          faults && span({ class: 'mark' }, ` ✖ ${faults.map((fault) => fault.message.split(' (Im Wortlaut: ')[0]).join(' ')}`)),
        td({ class: 'no-print' }, button({
          class: 'link', 'aria-label': `${say('edit')}: ${names.staff[entry.staff] ?? entry.staff} ${hours(entry.start, entry.end)} ${what(entry)}`,
          onClick: () => (state.selected.value = entry.id),
        }, say('edit'))));
    })));
}
