// What the scenario screen says, with the names of all fields.
import { sayer } from '../language.js';

/** @type {(id: keyof typeof import('./words-en.js').en, values?: Record<string, string | number>) => string} */
export const say = await sayer({
  en: async () => (await import('./words-en.js')).en,
  de: async () => (await import('./words-de.js')).de,
});
