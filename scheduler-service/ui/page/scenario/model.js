// A scenario while it is edited. Edits make new objects along their path and share the rest, so that
// undo only has to keep the old ones.

/** @typedef {(string | number)[]} Path */

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/**
 * What is at a path.
 * @param {any} value @param {Path} path
 */
export const at = (value, path) => path.reduce((inner, step) => inner?.[step], value);

/**
 * The same with something else at a path; `undefined` takes a field away.
 * @param {any} value @param {Path} path @param {any} to @returns {any}
 */
export function put(value, path, to) {
  if (path.length === 0) return to;
  const [step, ...rest] = path;
  const inner = put(value?.[step], rest, to);
  if (typeof step === 'number') {
    const list = [...(value ?? [])];
    list[step] = inner;
    return list;
  }
  if (inner === undefined) {
    const { [step]: _, ...others } = value ?? {};
    return others;
  }
  return { ...value, [step]: inner };
}

/** @param {any} value @param {Path} path @param {any[]} entries */
export const append = (value, path, entries) => put(value, path, [...(at(value, path) ?? []), ...entries]);

/** Without one entry of a list. @param {any} value @param {Path} path @param {number} index */
export const without = (value, path, index) =>
  put(value, path, at(value, path).filter((/** @type {any} */ _, /** @type {number} */ other) => other !== index));

/**
 * An id that no entry of the list has.
 * @param {any[]} list @param {string} stem
 */
export function freeId(list, stem) {
  const taken = new Set(list.map((entry) => entry?.id));
  const [, base, digits] = /** @type {RegExpMatchArray} */ (stem.match(/^(.*?)-?(\d*)$/s));
  for (let number = Number(digits || 0) + 1; ; number++) {
    const id = `${base}-${String(number).padStart(digits.length, '0')}`;
    if (!taken.has(id)) return id;
  }
}

/** A path as a JSON pointer. @param {Path} path */
export const pointerOf = (path) => path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
