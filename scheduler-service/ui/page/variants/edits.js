// What a planner can turn about the office, each as a slider, and the edits of a variant that it means.

/**
 * @typedef {{ id: string, site?: string, min: number, max: number, step: number, start: number,
 *   unit: 'count' | 'share' | 'factor', edits: (value: number) => any[] }} Knob
 * `start` is how it is now, where that is known; a knob that is not turned makes no edit.
 */

/** Staff whose shifts are mostly at a site. @param {any} scenario @param {string} site @returns {any[]} */
function staffOf(scenario, site) {
  return scenario.staff.filter((/** @type {any} */ clerk) => {
    const here = clerk.shifts.filter((/** @type {any} */ shift) => shift.site === site).length;
    return here > 0 && here * 2 >= clerk.shifts.length;
  });
}

/** Whom new clerks are like: who can do most, as nobody hires for less. @param {any[]} staff */
const best = (staff) => staff.reduce((most, clerk) => (clerk.skills.length > most.skills.length ? clerk : most));

/** @param {any} scenario @returns {Knob[]} */
export function knobsOf(scenario) {
  const { operations = {} } = scenario;
  const clerks = scenario.sites.map((/** @type {any} */ site) => {
    const staff = staffOf(scenario, site.id);
    return /** @type {Knob} */ ({
      id: `clerks-${site.id}`, site: site.id, min: -Math.min(5, Math.max(0, staff.length - 1)), max: staff.length > 0 ? 5 : 0, step: 1, start: 0, unit: 'count',
      edits: (value) => value > 0
        ? [{ edit: 'add_clerks', count: value, like: best(staff).id, id: `new-${site.id}` }]
        : [{ edit: 'remove_clerks', clerks: staff.slice(value).map((clerk) => clerk.id) }],
    });
  });
  /** @type {Knob[]} */
  const others = [
    { id: 'quota', min: 0, max: 3, step: 0.1, start: 1, unit: 'factor', edits: (factor) => [{ edit: 'scale_quota', factor }] },
    { id: 'share', min: 0, max: 1, step: 0.05, start: NaN, unit: 'share', edits: (share) => [{ edit: 'set_share_by_appointment', share }] },
    {
      id: 'no_show', min: 0, max: 0.5, step: 0.01, start: operations.no_show?.probability ?? NaN, unit: 'share',
      edits: (probability) => [{ edit: 'set_no_show', probability, per_week_of_lead: operations.no_show?.per_week_of_lead ?? 0 }],
    },
    { id: 'walk_ins', min: 0, max: 3, step: 0.1, start: 1, unit: 'factor', edits: (factor) => [{ edit: 'scale_walk_ins', factor }] },
    { id: 'requests', min: 0, max: 3, step: 0.1, start: 1, unit: 'factor', edits: (factor) => [{ edit: 'scale_requests', factor }] },
    {
      id: 'online', min: 0, max: 0.9, step: 0.05, start: 0, unit: 'share',
      edits: (share) => [{ edit: 'divert_online', share, services: scenario.services.map((/** @type {any} */ service) => service.id) }],
    },
    { id: 'sick', min: 0, max: 0.3, step: 0.01, start: operations.sick_share ?? 0, unit: 'share', edits: (share) => [{ edit: 'set_sick_share', share }] },
    { id: 'duration', min: 0.5, max: 2, step: 0.05, start: 1, unit: 'factor', edits: (factor) => [{ edit: 'scale_duration', factor }] },
  ];
  return [...clerks.filter((/** @type {Knob} */ knob) => knob.max > 0), ...others];
}

/**
 * A variant as the service reads it.
 * @param {import('./saved.js').Variant} variant @param {Knob[]} knobs
 */
export const variantOf = ({ name, values, edits = [] }, knobs) => ({
  schema: 'variant/1', name,
  edits: [...edits, ...knobs.filter((knob) => isTurned(values, knob)).flatMap((knob) => knob.edits(values[knob.id]))],
});

/** @param {Record<string, number>} values @param {Knob} knob */
export const isTurned = (values, knob) => values[knob.id] !== undefined && Math.abs(values[knob.id] - knob.start) > 1e-9 ||
  (values[knob.id] !== undefined && Number.isNaN(knob.start));
