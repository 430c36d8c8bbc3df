// The planner's page: the rail, the key, and the screen that the address names.
import { effect, render, signal, useSignal } from './vendor/preact.js';
import { key, keyWanted, Problem, useKey } from './api.js';
import { client, meet } from './client.js';
import { a, button, div, form, h1, input, li, main, nav, p, small, span, ul, use } from './dom.js';
import { language, speak } from './language.js';
import { Announcer, Busy, Choice, Field, Trouble } from './parts.js';
import { zone } from './time.js';
import { say } from './words.js';

/**
 * The screens, each loaded when it is first looked at.
 * @type {Record<string, { name: () => string, load: () => Promise<() => any> }>}
 */
const SCREENS = {
  today: { name: () => say('today'), load: async () => (await import('./today/screen.js')).TodayScreen },
  plan: { name: () => say('plan'), load: async () => (await import('./plan/screen.js')).PlanScreen },
  scenario: { name: () => say('scenario'), load: async () => (await import('./scenario/screen.js')).ScenarioScreen },
  variants: { name: () => say('variants'), load: async () => (await import('./variants/screen.js')).VariantsScreen },
};

const shown = signal('');

function follow() {
  const wanted = location.hash.replace(/^#\/?/, '').split('?')[0];
  shown.value = SCREENS[wanted] ? wanted : 'plan';
}

/** The screen as far as it is loaded, and why it is not. */
const screen = signal(/** @type {{ id: string, component?: () => any, failed?: boolean }} */ ({ id: '' }));

/** @param {string} id */
async function show(id) {
  screen.value = { id };
  try {
    const component = await SCREENS[id].load();
    if (screen.value.id === id) screen.value = { id, component };
  } catch {
    screen.value = { id, failed: true };
  }
}

addEventListener('hashchange', follow);
follow();

effect(() => void show(shown.value));

effect(() => {
  document.title = `${SCREENS[shown.value].name()} · ${say('product')}`;
});

function App() {
  return div({ class: 'frame' },
    a({ class: 'skip', href: '#content', onClick: (/** @type {Event} */ event) => { event.preventDefault(); document.getElementById('content')?.focus(); } }, say('to_content')),
    use(Rail, {}),
    main({ id: 'content', tabIndex: -1 }, keyWanted.value ? use(AskKey, {}) : use(Screen, {})),
    use(Announcer, {}));
}

/** Asks who looks, before anything is shown. */
const known = signal(/** @type {Problem | null} */ (null));
const greet = () => void meet().then(() => (known.value = null), (problem) => (known.value = problem));
effect(() => {
  if (!client.value && !keyWanted.value) greet();
});

function Screen() {
  const { id, component, failed } = screen.value;
  if (!client.value) return known.value ? use(Trouble, { problem: known.value, again: greet }) : use(Busy, { what: say('loading') });
  if (failed) return use(Trouble, { problem: new Problem(0, {}), again: () => void show(id) });
  return component ? use(component, { key: id }) : use(Busy, { what: say('loading') });
}

function Rail() {
  return nav({ class: 'rail', 'aria-label': say('menu') },
    div({ class: 'brand' }, span({ class: 'logo', 'aria-hidden': 'true' }), say('product')),
    ul(null,
      Object.entries(SCREENS).map(([id, screen]) => li({ key: id },
        a({ href: `#/${id}`, 'aria-current': id === shown.value ? 'page' : undefined }, screen.name()))),
      li(null, a({ href: '/book', target: '_blank', rel: 'noopener' }, say('booking_page'), ' ↗')),
      li(null, a({ href: `/accessibility#${language.value}`, target: '_blank', rel: 'noopener' }, say('accessibility'), ' ↗'))),
    div({ class: 'foot' },
      use(Choice, { name: say('language'), value: language.value, options: [['de', 'Deutsch'], ['en', 'English']], onPick: (/** @type {any} */ to) => speak(to) }),
      key.value && button({ class: 'quiet', onClick: () => { useKey(''); keyWanted.value = true; } }, say('key_forget')),
      !keyWanted.value && small(null, say('zone', { zone: zone.value }))));
}

/** Asks for the key without which the service answers nothing. */
function AskKey() {
  const typed = useSignal('');
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    useKey(typed.value.trim());
  };
  return form({ class: 'ask-key', onSubmit: submit },
    h1(null, say('key_title')),
    p(null, say('key_text')),
    key.value && p({ class: 'trouble', role: 'alert' }, say('key_wrong')),
    use(Field, {
      name: say('key'), hint: say('key_kept'),
      children: input({
        type: 'password', autocomplete: 'off', required: true, value: typed.value,
        onInput: (/** @type {any} */ event) => (typed.value = event.target.value),
      }),
    }),
    button({ class: 'main' }, say('key_use')));
}

render(use(App, {}), /** @type {HTMLElement} */ (document.getElementById('app')));
