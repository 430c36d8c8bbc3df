// What the service tells while it happens: how jobs go on, and what others book. EventSource says nothing of
// the status of an answer, hence fetch.
import { ask, keyWanted, Problem } from './api.js';

/** @param {number} ms */
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Waits while somebody is asked to sign in again. @param {AbortSignal} signal */
async function signedIn(signal) {
  while (keyWanted.value && !signal.aborted) await pause(200);
}

/**
 * Follows a job to its end and gives it with its result.
 * @param {string} id
 * @param {(job: any) => void} onProgress
 * @param {AbortSignal} signal
 */
export async function follow(id, onProgress, signal) {
  let last = '';
  for (let failures = 0; ; ) {
    await signedIn(signal);
    try {
      /** @type {Record<string, string>} */
      const headers = { Accept: 'text/event-stream' };
      if (last) headers['Last-Event-ID'] = last;
      const response = await fetch(`/v1/jobs/${id}/events`, { headers, signal, cache: 'no-store' });
      if (response.ok && response.body) {
        for await (const event of events(response.body)) {
          failures = 0;
          last = event.id || last;
          const job = JSON.parse(event.data);
          onProgress(job);
          if (event.name === 'end') return (await ask('GET', `/v1/jobs/${id}`, { signal })).data;
        }
      } else if (response.status === 401) {
        keyWanted.value = true;
        failures = 0;
      } else if (response.status < 500 && response.status !== 429) {
        throw new Problem(response.status, await response.json().catch(() => ({})));
      }
    } catch (error) {
      if (signal.aborted || error instanceof Problem) throw error;
    }
    // The stream broke off: the service was stopped, or the net. The job goes on.
    if (++failures > 8) throw new Problem(0, {});
    await pause(500 * failures);
  }
}

/**
 * Hears of what happens until `signal` ends it: each event, also after the net was away. Where the service
 * or the key has no such stream, it ends by itself.
 * @param {string} path @param {() => void} onEvent @param {AbortSignal} signal
 */
export async function listen(path, onEvent, signal) {
  let last = '';
  while (!signal.aborted) {
    await signedIn(signal);
    try {
      /** @type {Record<string, string>} */
      const headers = { Accept: 'text/event-stream' };
      if (last) headers['Last-Event-ID'] = last;
      const response = await fetch(path, { headers, signal, cache: 'no-store' });
      if (response.status === 401) {
        keyWanted.value = true;
        continue;
      }
      if (!response.ok && response.status < 500 && response.status !== 429) return;
      if (!response.headers.get('Content-Type')?.startsWith('text/event-stream')) return;
      if (response.body) {
        for await (const event of events(response.body)) {
          last = event.id || last;
          onEvent();
        }
      }
    } catch {
      // It broke off: the service was stopped, or the net.
    }
    if (!signal.aborted) await pause(2000);
  }
}

/** @param {string} id */
export const stop = (id) => ask('POST', `/v1/jobs/${id}/cancel`);

/** @param {ReadableStream<Uint8Array>} body */
async function* events(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += decoder.decode(value, { stream: true }).replaceAll('\r\n', '\n');
    for (let end; (end = rest.indexOf('\n\n')) >= 0; rest = rest.slice(end + 2)) {
      const event = { id: '', name: 'message', data: '' };
      for (const field of rest.slice(0, end).split('\n')) {
        const [, name, text] = field.match(/^(\w*): ?(.*)$/s) ?? [];
        if (name === 'id') event.id = text;
        if (name === 'event') event.name = text;
        if (name === 'data') event.data += text;
      }
      if (event.data) yield event;
    }
  }
}
