// The planner's page: the rail, signing in, and the screen that the address names.
import { effect, render, signal, useEffect, useSignal } from './vendor/preact.js';
import { ask, keyWanted, Problem } from './api.js';
import { client, meet, signed, signIn, signOut } from './client.js';
import { a, button, div, form, h1, h2, input, li, main, nav, p, small, span, ul, use } from './dom.js';
import { language, speak } from './language.js';
import { Announcer, asProblem, Busy, Choice, Field, Trouble } from './parts.js';
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
    main({ id: 'content', tabIndex: -1 }, keyWanted.value && !client.value ? use(SignIn, {}) : use(Screen, {}),
      keyWanted.value && client.value && use(Ended, {})),
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
      signed.value && button({ class: 'quiet', onClick: () => void signOut() }, say('sign_out')),
      client.value && small(null, say('zone', { zone: zone.value }))));
}

/** Ways to sign in, as far as they are known. */
const ways = signal(/** @type {{ single_sign_on?: string }} */ ({}));

/** What became of a single sign-on, of which the address tells. */
const came = new URLSearchParams(location.search).get('sign_in');
if (came) history.replaceState(null, '', `/${location.hash}`);

/** Asks who looks, before anything is shown. */
const SignIn = () => div({ class: 'ask-key' }, h1(null, say('key_title')), use(Ways, {}));

/** Asks again. What the page shows stays, with all that was not saved. */
function Ended() {
  const open = (/** @type {any} */ element) => element && !element.open && element.showModal();
  return use(/** @type {any} */ ('dialog'), {
    class: 'ask-key', ref: open, 'aria-labelledby': 'ended', onCancel: (/** @type {Event} */ event) => event.preventDefault(),
    children: [h2({ id: 'ended' }, say('session_ended')), p(null, say('session_text')), use(Ways, {})],
  });
}

function Ways() {
  const typed = useSignal('');
  const problem = useSignal(/** @type {Problem | null} */ (null));
  useEffect(() => void ask('GET', '/v1/sessions').then(({ data }) => (ways.value = data), () => {}), []);
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    problem.value = null;
    await signIn(typed.value.trim()).catch((error) => (problem.value = asProblem(error)));
  };
  const sso = ways.value.single_sign_on;
  return form({ onSubmit: submit },
    came && !problem.value && p({ class: 'trouble', role: 'alert' }, say(came === 'groups' ? 'sso_groups' : came === 'unavailable' ? 'sso_unavailable' : 'sso_failed')),
    // In another window, so that nothing of this one is lost.
    sso && p(null, a({ class: 'sso', href: sso, ...(client.value && { target: '_blank', rel: 'noopener' }) }, say('sso'))),
    p(null, say(sso ? 'sso_or_key' : 'key_text')),
    problem.value && (problem.value.status === 401 ? p({ class: 'trouble', role: 'alert' }, say('key_wrong')) : use(Trouble, { problem: problem.value })),
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
