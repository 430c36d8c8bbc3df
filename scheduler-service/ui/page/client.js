// Who looks, and what it may do: what cannot be done is not shown. The browser keeps who it is in a cookie
// that no script can read; what changes something shows the token of the session besides.
import { signal } from './vendor/core.js';
import { ask, key, keyWanted, more } from './api.js';

/** As far as that is known. */
export const client = signal(/** @type {{ name: string, scopes: string[] } | null} */ (null));

/** Whether there is a session to be ended. */
export const signed = signal(false);

/** Whether whoever looks may do what asks for a scope. @param {string} scope */
export const may = (scope) => client.value?.scopes.includes(scope) ?? false;

// A key that the booking page was given in this window is not for this page.
key.value = '';

const SIGNED_IN = new BroadcastChannel('scheduler-session');

/** Learns who looks. Somebody else begins anew. */
export async function meet() {
  const { data } = await ask('GET', '/v1/sessions/current');
  if (client.value && client.value.name !== data.client) return location.reload();
  more['X-CSRF-Token'] = data.csrf_token ?? '';
  client.value = { name: data.client, scopes: data.scopes };
  signed.value = 'csrf_token' in data;
  keyWanted.value = false;
  SIGNED_IN.postMessage(data.client);
}

/** Exchanges a key for a session. @param {string} given */
export async function signIn(given) {
  key.value = given;
  try {
    await ask('POST', '/v1/sessions');
  } finally {
    key.value = '';
  }
  await meet();
}

export async function signOut() {
  await ask('DELETE', '/v1/sessions/current').catch(() => {});
  // Nothing of what was shown stays.
  location.reload();
}

// Somebody may have signed in, or out, in another window.
const look = () => void (keyWanted.value && meet().catch(() => {}));
SIGNED_IN.onmessage = look;
addEventListener('focus', look);
