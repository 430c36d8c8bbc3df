// The variants of whoever looks, kept in this browser.
import { effect, signal } from '../vendor/preact.js';
import { say } from '../words.js';

/**
 * @typedef {{ id: number, name: string, values: Record<string, number>, edits?: any[] }} Variant
 * `edits`: those that no slider makes
 */

const STORED = 'scheduler-variants';

export const variants = signal(/** @type {Variant[]} */ (JSON.parse(localStorage.getItem(STORED) ?? '[]')));

effect(() => localStorage.setItem(STORED, JSON.stringify(variants.value)));

/** @param {Partial<Variant>} more */
export function addVariant(more) {
  const id = Math.max(0, ...variants.value.map((one) => one.id)) + 1;
  variants.value = [...variants.value, { name: say('variant', { n: id }), values: {}, ...more, id }];
}
