// In which language the page speaks: the reader's choice, else the browser's.
import { effect, signal } from './vendor/core.js';

/** @typedef {'de' | 'en'} Language */

const STORED = 'scheduler-language';

/** @returns {Language} */
function first() {
  const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(STORED);
  const wanted = asked ? [asked] : navigator.languages;
  const known = wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag === 'de' || tag === 'en');
  return known === 'de' ? 'de' : 'en';
}

export const language = signal(first());

effect(() => {
  document.documentElement.lang = language.value;
});

/** @param {Language} chosen */
export function speak(chosen) {
  language.value = chosen;
  localStorage.setItem(STORED, chosen);
}

/**
 * What looks up texts: `say('slots', { n: 3 })`. Where `n` is 1 the text `slots_one` comes first. Of the
 * languages only the one that is read is loaded.
 * @template {string} K
 * @param {Record<Language, () => Promise<Record<K, string>>>} load
 * @returns {Promise<(id: K, values?: Record<string, string | number>) => string>}
 */
export async function sayer(load) {
  const words = signal(await load[language.value]());
  effect(() => {
    const wanted = language.value;
    void load[wanted]().then((read) => {
      if (wanted === language.value) words.value = read;
    });
  });
  return (id, values = {}) => {
    const all = /** @type {Record<string, string>} */ (words.value);
    const text = (values.n === 1 && all[`${id}_one`]) || all[id] || '';
    return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  };
}
