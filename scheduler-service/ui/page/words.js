// What the planner's page says. Each language has every text: the type of `say` keeps it so.
import { sayer } from './language.js';

/** @type {(id: keyof typeof import('./words-en.js').en, values?: Record<string, string | number>) => string} */
export const say = await sayer({
  en: async () => (await import('./words-en.js')).en,
  de: async () => (await import('./words-de.js')).de,
});
