// Who looks, and what it may do: what cannot be done is not shown.
import { effect, signal } from './vendor/core.js';
import { ask, key } from './api.js';

/** As far as that is known. */
export const client = signal(/** @type {{ name: string, scopes: string[] } | null} */ (null));

/** Whether whoever looks may do what asks for a scope. @param {string} scope */
export const may = (scope) => client.value?.scopes.includes(scope) ?? false;

// With another key it is somebody else.
effect(() => {
  void key.value;
  client.value = null;
});

export async function meet() {
  const { data } = await ask('GET', '/v1/client');
  client.value = data;
}
