// What can be edited of a scenario: the tabs of the screen, the lists in each, and the fields of an entry.
// The names are those of the scenario format; what they are called is in the words.

/**
 * @typedef {'text' | 'long' | 'number' | 'share' | 'time' | 'date' | 'dates' | 'days' | 'ref' | 'refs' | 'tags' | 'bool'
 *   | 'choice' | 'numbers' | 'amount' | 'instant' | 'list' | 'part'} Kind
 * @typedef {{
 *   name: string, kind: Kind, column?: boolean, optional?: boolean, from?: string, options?: string[], of?: Field[],
 *   unit?: string, start?: any, other?: any, label?: string,
 * }} Field
 * `column`: whether it is one of the table, too; `from`: the list whose ids, skills or equipment it names;
 * `of`: fields of its part or entries; `start`: what a new one begins with; `other`: what a missing one means; `label`: what it is
 * called by, where another field has its name
 * @typedef {{ path: string[], fields: Field[], stem: string }} List
 * @typedef {{ path: string[], fields: Field[] }} Part
 * @typedef {{ id: string, parts: Part[], lists: List[] }} Tab
 */

/** @param {string} name @param {Kind} kind @param {Partial<Field>} [more] @returns {Field} */
const field = (name, kind, more = {}) => ({ name, kind, ...more });
/** @param {string} name @param {Kind} kind @param {Partial<Field>} [more] */
const column = (name, kind, more = {}) => field(name, kind, { column: true, ...more });
/** @param {string} name @param {Partial<Field>} [more] */
const minutes = (name, more = {}) => field(name, 'number', { unit: 'min', ...more });

const WEEKS = field('weeks', 'part', { optional: true, of: [field('every', 'number', { start: 2 }), field('of', 'date', { start: 'monday' })] });
const SEASON = [field('from_date', 'date', { optional: true }), field('until_date', 'date', { optional: true }), WEEKS];
/** When something applies. */
const when = (/** @type {boolean} */ columns, from = '08:00', until = '16:00') => [
  field('days', 'days', { column: columns, optional: true }), field('from', 'time', { column: columns, start: from }),
  field('until', 'time', { column: columns, start: until }), ...SEASON,
];
const BREAK = [field('minutes', 'number', { start: 30 }), field('from', 'time', { start: '11:00' }), field('until', 'time', { start: '14:00' })];
const SPAN = [field('from', 'instant'), field('until', 'instant')];
const ID = column('id', 'text');
const NAME = column('name', 'text', { optional: true });
const SITE = column('site', 'ref', { from: 'sites', start: 'first' });
const SKILLS = column('skills', 'tags', { from: 'skills', start: [] });
const SHAPES = ['deterministic', 'exponential', 'gamma', 'lognormal', 'empirical'];

/** @type {List} */
export const DEMAND = {
  path: ['demand'], stem: 'demand', fields: [
    ID, column('service', 'ref', { from: 'services', start: 'first' }), column('sites', 'refs', { from: 'sites', start: 'all' }),
    ...when(true), column('mean', 'number', { start: 1 }), field('pool', 'choice', { options: ['day', 'horizon'], other: 'day', optional: true }),
  ],
};

/** @type {Tab[]} */
export const TABS = [
  {
    id: 'sites', parts: [
      { path: [], fields: [
        field('name', 'text', { optional: true }), field('time_zone', 'text'), minutes('grid_minutes'),
        field('notes', 'long', { optional: true }),
      ] },
    ],
    lists: [
      { path: ['sites'], stem: 'site', fields: [
        ID, NAME, column('open', 'list', { of: when(false), start: [] }), column('closed_on', 'dates', { optional: true }),
        field('closed', 'list', { of: SPAN, optional: true }),
      ] },
      { path: ['travel'], stem: '', fields: [
        column('from', 'ref', { from: 'sites', start: 'first' }), column('to', 'ref', { from: 'sites', start: 'last' }),
        column('minutes', 'number', { start: 20 }),
      ] },
    ],
  },
  {
    id: 'rooms', parts: [], lists: [{ path: ['rooms'], stem: 'room', fields: [
      ID, NAME, SITE, column('equipment', 'tags', { from: 'equipment', start: [] }),
    ] }],
  },
  {
    id: 'services', parts: [], lists: [{ path: ['services'], stem: 'service', fields: [
      ID, NAME, column('minutes', 'number', { start: 15 }), column('extra_person_minutes', 'number', { unit: 'min', start: 0 }),
      column('buffer_minutes', 'number', { unit: 'min', optional: true, other: 0 }), column('max_persons', 'number', { start: 1 }), SKILLS,
      column('equipment', 'tags', { from: 'equipment', start: [] }), field('room', 'bool', { optional: true, other: true }), column('value', 'number', { start: 1 }),
    ] }],
  },
  {
    id: 'staff', parts: [], lists: [{ path: ['staff'], stem: 'clerk', fields: [
      ID, NAME, SKILLS,
      column('shifts', 'list', { start: [], of: [
        field('site', 'ref', { from: 'sites', start: 'first' }), ...when(false),
        field('break', 'part', { optional: true, of: BREAK }), field('breaks', 'list', { optional: true, of: BREAK }),
      ] }),
      column('absent_on', 'dates', { optional: true }), field('absent', 'list', { optional: true, of: SPAN }),
      field('room', 'ref', { from: 'rooms', optional: true }),
    ] }],
  },
  {
    id: 'quotas', parts: [], lists: [
      { path: ['walk_in_quotas'], stem: 'quota', fields: [
        ID, SITE, ...when(true, '08:00', '12:00'), column('min_share', 'share', { unit: '%', start: 0.2 }), column('max_share', 'share', { unit: '%', optional: true }),
        column('block_minutes', 'number', { unit: 'min', start: 30 }), column('counters', 'number', { optional: true, other: 0 }),
        minutes('stretch_minutes', { optional: true, other: 60 }), SKILLS, field('returns_at', 'time', { optional: true }),
      ] },
      { path: ['cover'], stem: 'cover', fields: [ID, SITE, ...when(true), column('least', 'number', { start: 1 }), SKILLS] },
    ],
  },
  { id: 'demand', parts: [], lists: [] },
  {
    id: 'operations',
    parts: [
      { path: ['operations'], fields: [
        field('cancellation_share', 'share', { unit: '%', optional: true, other: 0.1 }), field('sick_share', 'share', { unit: '%', optional: true, other: 0 }),
        field('call_policy', 'choice', { optional: true, options: ['appointments_first', 'first_come', 'by_appointment_time', 'due_priority', 'protected', 'walk_in_desks'], other: 'appointments_first' }),
        minutes('grace_minutes', { optional: true, other: 15 }), field('break_rule', 'choice', { optional: true, options: ['wait', 'ignore', 'preempt'], other: 'wait' }),
        field('no_show', 'part', { optional: true, of: [field('probability', 'share', { unit: '%', start: 0.1 }), field('per_week_of_lead', 'share', { unit: '%', optional: true, other: 0 })] }),
        field('lateness', 'part', { optional: true, of: [minutes('mean_minutes', { start: -4 }), minutes('sd_minutes', { start: 6 }), minutes('most_early_minutes', { start: 15 })] }),
        field('patience', 'part', { optional: true, of: [minutes('mean_minutes', { start: 60 }), field('distribution', 'choice', { optional: true, options: SHAPES.slice(0, 4), other: 'exponential' }), field('cv', 'number', { optional: true, other: 0.5 })] }),
        field('requests', 'part', { optional: true, of: [
          field('factor', 'number', { optional: true, other: 1 }), field('horizon_days', 'number', { optional: true, other: 56 }),
          field('first_free_share', 'share', { unit: '%', optional: true }), field('ahead_days', 'number', { optional: true }), field('ahead_cv', 'number', { optional: true }),
          field('choosy_share', 'share', { unit: '%', optional: true }), field('persons', 'numbers', { optional: true }),
          field('by_weekday', 'numbers', { optional: true }), field('by_hour', 'numbers', { optional: true }), field('channel', 'text', { optional: true }),
        ] }),
      ] },
      { path: ['operations', 'costs'], fields: [field('per_clerk_hour', 'number', { optional: true, other: 32 })] },
    ],
    lists: [
      { path: ['operations', 'walk_ins'], stem: 'walk-ins', fields: [
        ID, SITE, ...when(true, '08:00', '12:00'), column('per_hour', 'number', { start: 4 }),
        field('mix', 'list', { optional: true, of: [field('service', 'ref', { from: 'services', start: 'first' }), field('share', 'number', { start: 1 })] }),
      ] },
      { path: ['operations', 'service_times'], stem: '', fields: [
        column('service', 'ref', { from: 'services', start: 'first' }), column('distribution', 'choice', { optional: true, options: SHAPES, other: 'lognormal' }),
        column('mean_minutes', 'number', { unit: 'min', optional: true }), column('cv', 'number', { optional: true, other: 0.5 }), field('minutes', 'numbers', { optional: true }),
      ] },
      { path: ['operations', 'tickets'], stem: '', fields: [
        SITE, column('days', 'days', { optional: true }), column('most_a_day', 'number', { optional: true }),
        column('stop_minutes_before_closing', 'number', { unit: 'min', optional: true, other: 0 }), column('most_waiting', 'number', { optional: true }), ...SEASON,
      ] },
      { path: ['operations', 'online'], stem: '', fields: [column('service', 'ref', { from: 'services', start: 'first' }), column('share', 'share', { unit: '%', start: 0.3 })] },
      { path: ['operations', 'sick_calls'], stem: '', fields: [column('staff', 'ref', { from: 'staff', start: 'first' }), column('dates', 'dates', { start: [] })] },
      { path: ['operations', 'costs', 'sites'], stem: '', fields: [SITE, column('per_day', 'number', { start: 0 })] },
    ],
  },
  {
    id: 'staffing',
    parts: [{ path: ['staffing'], fields: [
      field('existing', 'choice', { optional: true, options: ['fixed', 'removable', 'left_out'], other: 'fixed' }),
      field('walk_ins', 'choice', { label: 'walk_in_capacity', optional: true, options: ['quotas', 'counters'], other: 'quotas' }),
      field('budget', 'number', { unit: '€', optional: true }),
    ] }],
    lists: [
      { path: ['staffing', 'targets'], stem: 'target', fields: [
        ID, column('of', 'choice', { label: 'staff_figure', start: 'walk_ins_within', options: [
          'walk_ins_within', 'walk_ins_mean_wait', 'appointments_within', 'appointments_mean_wait', 'walk_ins_lost', 'next_free', 'without_offer', 'overtime',
        ] }),
        column('minutes', 'number', { label: 'within_minutes', optional: true }), column('at_least', 'amount', { optional: true }), column('at_most', 'amount', { optional: true }),
        column('site', 'ref', { from: 'sites', optional: true }), field('confidence', 'share', { unit: '%', optional: true, other: 0.95 }),
        field('days', 'days', { optional: true }), field('from', 'time', { optional: true }), field('until', 'time', { optional: true }),
      ] },
      { path: ['staffing', 'shift_templates'], stem: 'shift', fields: [
        ID, SITE, column('days', 'days', { optional: true }), column('start_from', 'time', { start: '07:30' }), column('start_until', 'time', { optional: true }),
        column('minutes', 'number', { label: 'shortest', unit: 'min', start: 480 }), column('most_minutes', 'number', { unit: 'min', optional: true }), SKILLS,
        column('least', 'number', { label: 'least_people', optional: true, other: 0 }), column('most', 'number', { optional: true }),
        minutes('start_every_minutes', { optional: true, other: 30 }), minutes('length_every_minutes', { optional: true, other: 30 }),
        field('breaks', 'list', { label: 'shift_breaks', optional: true, of: BREAK }),
        field('cost_per_hour', 'number', { unit: '€', optional: true }), field('cost_per_shift', 'number', { unit: '€', optional: true, other: 0 }),
      ] },
      { path: ['staffing', 'contracts'], stem: 'contract', fields: [
        ID, column('templates', 'refs', { from: 'shift_templates', optional: true }), column('most_hours', 'number', { start: 39 }), column('paid_hours', 'number', { optional: true, other: 0 }),
        column('most_days', 'number', { optional: true, other: 5 }), column('rest_hours', 'number', { optional: true, other: 11 }),
        column('cost_per_week', 'number', { unit: '€', optional: true, other: 0 }), column('most', 'number', { optional: true }),
      ] },
    ],
  },
  {
    id: 'weights', parts: [{ path: ['weights'], fields: [
      field('seat', 'number', { optional: true, other: 2 }), field('move', 'number', { optional: true, other: 10 }), field('free_minute', 'number', { optional: true, other: 0.1 }),
      field('break_pair_minute', 'number', { optional: true, other: 0.3 }), field('short_minute', 'number', { optional: true, other: 2 }),
    ] }], lists: [],
  },
  {
    id: 'release', parts: [], lists: [{ path: ['release'], stem: 'release', fields: [
      ID, column('sites', 'refs', { from: 'sites', optional: true }), column('channel', 'text', { optional: true }),
      column('min_notice_minutes', 'number', { unit: 'min', optional: true, other: 0 }),
      column('waves', 'list', { start: [], of: [field('days_ahead', 'number', { start: 42 }), field('at', 'time', { start: '07:00' }), field('share', 'share', { unit: '%', start: 1 })] }),
    ] }],
  },
];

/** What a new entry of a list begins with. @param {Field[]} fields @param {any} scenario @returns {any} */
export function begun(fields, scenario) {
  /** @type {Record<string, any>} */
  const entry = {};
  for (const { name, start, optional, from } of fields) {
    const ids = (/** @type {string | undefined} */ list) => (scenario[list ?? ''] ?? []).map((/** @type {any} */ one) => one.id);
    if (optional || start === undefined) continue;
    if (start === 'first') entry[name] = ids(from)[0] ?? '';
    else if (start === 'last') entry[name] = ids(from).at(-1) ?? '';
    else if (start === 'all') entry[name] = ids(from);
    else if (start === 'monday') entry[name] = mondayOf(scenario.horizon?.from);
    else entry[name] = structuredClone(start);
  }
  return entry;
}

/** The Monday of a date's week. @param {string | undefined} date */
function mondayOf(date) {
  const day = new Date(`${date ?? '2027-03-01'}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
}
