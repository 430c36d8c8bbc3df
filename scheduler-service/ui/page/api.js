// The paths of the service, with the reader's key. Whatever goes wrong is a `Problem`.
import { signal } from './vendor/core.js';
import { language } from './language.js';

const STORED = 'scheduler-key';

/** Headers that whoever is signed in sends besides. */
export const more = /** @type {Record<string, string>} */ ({});

/** The key, for as long as the window is open. */
export const key = signal(sessionStorage[STORED] ?? '');

/** Whether the service asks for a key, or for another one. */
export const keyWanted = signal(false);

/** @param {string} given */
export function useKey(given) {
  key.value = given;
  sessionStorage[STORED] = given;
  keyWanted.value = false;
}

/** What went wrong: the answer of the service, or that there was none. */
export class Problem extends Error {
  /** @param {number} status 0 where there was no answer @param {any} details @param {string | null} [language] */
  constructor(status, details, language) {
    super(details.detail ?? details.title ?? `HTTP ${status}`);
    this.status = status;
    /** @type {string} */
    this.code = details.code ?? (status ? `http-${status}` : 'offline');
    this.details = details;
    /** The language of the details. */
    this.language = language;
  }
}

/**
 * @param {string} method @param {string} path
 * @param {{ body?: unknown, match?: string, known?: string, once?: string, secret?: string, signal?: AbortSignal }} [more]
 *   `match`: the version that is changed; `known`: that the page has; `once`: to send it again; `secret`: of an appointment
 */
export async function send(method, path, { body, match, known, once, secret, signal } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json', 'Accept-Language': language.value, ...more };
  if (key.value) headers.Authorization = `Bearer ${key.value}`;
  if (body !== undefined) headers['Content-Type'] = body instanceof Blob ? body.type : 'application/json';
  if (match) headers['If-Match'] = match;
  if (known) headers['If-None-Match'] = known;
  if (once) headers['Idempotency-Key'] = once;
  if (secret) headers['Appointment-Secret'] = secret;
  let response;
  try {
    response = await fetch(path, {
      method, headers, signal, cache: 'no-store',
      body: body instanceof Blob ? body : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, {});
  }
  if (response.ok || response.status === 304) return response;
  if (response.status === 401) keyWanted.value = true;
  throw new Problem(response.status, await response.json().catch(() => ({})), response.headers.get('Content-Language'));
}

/**
 * Asks, and gives the answer with its version and status.
 * @param {string} method @param {string} path @param {Parameters<typeof send>[2]} [more]
 * @returns {Promise<{ status: number, etag: string, data: any }>}
 */
export async function ask(method, path, more) {
  const response = await send(method, path, more);
  const data = response.status === 204 || response.status === 304 ? null : await response.json();
  return { status: response.status, etag: response.headers.get('ETag') ?? '', data };
}

/** A key for a request that may be sent again. Not randomUUID, which plain HTTP has not. */
export const once = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
