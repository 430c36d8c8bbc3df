// Elements as functions: `button({ onClick }, 'Save')`. No templates, no parsing of text.
import { h } from './vendor/core.js';

/** @typedef {import('./vendor/core.js').ComponentChildren} Children */

/** @type {Record<string, (props?: any, ...children: Children[]) => any>} */
const tags = new Proxy({}, {
  get: (_, name) => (/** @type {any} */ props, /** @type {any[]} */ ...children) =>
    h(String(name), props ?? null, ...children),
});

export const {
  a, button, caption, circle, dd, details, div, dl, dt, fieldset, footer, form, h1, h2, h3, header,
  input, label, legend, li, line, main, nav, ol, option, p, progress, section, select, small, span,
  strong, summary, svg, table, tbody, td, tfoot, th, thead, tr, ul,
} = tags;

/**
 * A component with its properties.
 * @template P
 * @param {(props: P) => any} component
 * @param {P & { key?: string | number }} props
 */
export const use = (component, props) => h(/** @type {any} */ (component), props);

/** Class names, without those that do not hold. @param {...(string | false | null | undefined)} names */
export const classes = (...names) => names.filter(Boolean).join(' ');
