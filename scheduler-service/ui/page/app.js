// The planner's page: the rail, the key, and the screen that the address names.
import { effect, render, signal, useSignal } from './vendor/preact.js';
import { key, keyWanted, useKey } from './api.js';
import { a, button, div, form, h1, input, li, main, nav, p, small, span, ul, use } from './dom.js';
import { zone } from './time.js';
import { language, speak } from './language.js';
import { Announcer, Choice, Field } from './parts.js';
import { PlanScreen } from './plan/screen.js';
import { TodayScreen } from './today/screen.js';
import { VariantsScreen } from './variants/screen.js';
import { say } from './words.js';

/** @type {Record<string, { name: () => string, component: () => any }>} */
const SCREENS = {
  today: { name: () => say('today'), component: TodayScreen },
  plan: { name: () => say('plan'), component: PlanScreen },
  variants: { name: () => say('variants'), component: VariantsScreen },
};

const shown = signal('');

function follow() {
  const wanted = location.hash.replace(/^#\/?/, '').split('?')[0];
  shown.value = SCREENS[wanted] ? wanted : 'plan';
}

addEventListener('hashchange', follow);
follow();

effect(() => {
  document.title = `${SCREENS[shown.value].name()} · ${say('product')}`;
});

function App() {
  return div({ class: 'frame' },
    a({ class: 'skip', href: '#content', onClick: (/** @type {Event} */ event) => { event.preventDefault(); document.getElementById('content')?.focus(); } }, say('to_content')),
    use(Rail, {}),
    main({ id: 'content', tabIndex: -1 }, keyWanted.value ? use(AskKey, {}) : use(SCREENS[shown.value].component, {})),
    use(Announcer, {}));
}

function Rail() {
  return nav({ class: 'rail', 'aria-label': say('menu') },
    div({ class: 'brand' }, span({ class: 'logo', 'aria-hidden': 'true' }), say('product')),
    ul(null,
      Object.entries(SCREENS).map(([id, screen]) => li({ key: id },
        a({ href: `#/${id}`, 'aria-current': id === shown.value ? 'page' : undefined }, screen.name()))),
      li(null, a({ href: '/book', target: '_blank', rel: 'noopener' }, say('booking_page'), ' ↗'))),
    div({ class: 'foot' },
      use(Choice, { name: say('language'), value: language.value, options: [['de', 'Deutsch'], ['en', 'English']], onPick: (/** @type {any} */ to) => speak(to) }),
      key.value && button({ class: 'quiet', onClick: () => { useKey(''); keyWanted.value = true; } }, say('key_forget')),
      small(null, say('zone', { zone: zone.value }))));
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
