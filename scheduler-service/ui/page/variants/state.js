// Variants of the office, kept in this browser, and the comparison of them, a job of the service.
import { signal } from '../vendor/preact.js';
import { ask, once, Problem } from '../api.js';
import { daysBetween, weekday } from '../format.js';
import { addDays, today, zone } from '../time.js';
import { follow, stop } from '../jobs.js';
import { announce, guard } from '../parts.js';
import { say } from '../words.js';
import { isTurned, knobsOf, variantOf } from './edits.js';
import { addVariant, variants } from './saved.js';

/** @typedef {import('./saved.js').Variant} Variant */

const JOB = 'scheduler-comparison-job';

/** How long a comparison takes and how exact it is. */
export const EFFORTS = /** @type {const} */ ({
  look: { plan_steps: 5_000, replications: 6, weeks: 2 },
  good: { plan_steps: 50_000, replications: 40, weeks: 4 },
  exact: { plan_steps: 200_000, precision: 0.02, most_replications: 400, weeks: 4 },
});

export const scenario = signal(/** @type {any} */ (null));
export const knobs = signal(/** @type {import('./edits.js').Knob[]} */ ([]));
export const problem = signal(/** @type {Problem | null} */ (null));
export const effort = signal(/** @type {keyof typeof EFFORTS} */ ('look'));
export const job = signal(/** @type {{ id: string, progress: any, stopping: boolean } | null} */ (null));
export const result = signal(/** @type {any} */ (null));
/** How figures are counted, in the reader's language. */
export const definitions = signal(/** @type {{ id: string, text: string }[] | null} */ (null));

/** First date of the week that is repeated. */
export const week = signal('');

const guarded = guard(problem);

export const define = () => guarded(async () => {
  definitions.value = (await ask('GET', '/v1/definitions')).data.definitions;
});

export const load = () => guarded(async () => {
  const { data } = await ask('GET', '/v1/scenario');
  zone.value = data.time_zone;
  scenario.value = data;
  knobs.value = knobsOf(data);
  week.value = firstWeek(data);
  const running = sessionStorage.getItem(JOB);
  if (running && !job.value) await watch(running);
});

/** The Monday from which a whole week lies within the horizon; its begin where none does. @param {any} of */
function firstWeek({ horizon }) {
  const from = horizon.from > today() ? horizon.from : today();
  for (let date = from; daysBetween(date, horizon.until) >= 6; date = addDays(date, 1)) {
    if (weekday(date) === 'mon') return date;
  }
  return horizon.from;
}

export { variants };

export const add = () => addVariant({});

/** Makes a draft of what is booked from with the edits of a variant, and shows it. @param {Variant} variant */
export const adopt = (variant) => guarded(async () => {
  const { data } = await ask('POST', '/v1/drafts', { body: { name: variant.name, variant: variantOf(variant, knobs.value) } });
  location.hash = `#/scenario?draft=${data.id}`;
});

/** @param {number} id @param {Partial<Variant>} patch */
export const patch = (id, patch) => {
  variants.value = variants.value.map((one) => (one.id === id ? { ...one, ...patch } : one));
};

/** @param {number} id */
export const drop = (id) => {
  variants.value = variants.value.filter((one) => one.id !== id);
};

/** Whether a variant changes anything. @param {Variant} one */
export const changes = (one) => (one.edits ?? []).length > 0 || knobs.value.some((knob) => isTurned(one.values, knob));

export const changedVariants = () => variants.value.filter(changes);

export const compare = () => guarded(async () => {
  result.value = null;
  const until = addDays(week.value, 6) > scenario.value.horizon.until ? scenario.value.horizon.until : addDays(week.value, 6);
  const { data } = await ask('POST', '/v1/comparisons', {
    once: once(),
    body: {
      scenario: { ...scenario.value, horizon: { from: week.value, until }, appointments: [] },
      variants: changedVariants().map((one) => variantOf(one, knobs.value)),
      options: EFFORTS[effort.value], wait_seconds: 0,
    },
  });
  sessionStorage.setItem(JOB, data.id);
  await watch(data.id);
});

/** @param {string} id */
async function watch(id) {
  job.value = { id, progress: null, stopping: false };
  try {
    const ended = await follow(id, ({ progress }) => {
      if (job.value && progress) job.value = { ...job.value, progress };
    }, new AbortController().signal);
    if (ended.status === 'failed') throw new Problem(422, ended.problem);
    if (ended.result) {
      result.value = ended.result;
      announce(say('results'));
    }
  } finally {
    job.value = null;
    sessionStorage.removeItem(JOB);
  }
}

export const stopJob = () => guarded(async () => {
  if (!job.value) return;
  job.value = { ...job.value, stopping: true };
  await stop(job.value.id);
});
