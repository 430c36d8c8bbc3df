// What things are called on the booking page, and the card of a visit.
import { div, p, strong } from '../dom.js';
import { clock, dateOf, longDate, shortDate, span as hours } from '../time.js';
import * as state from './state.js';
import { say } from './words.js';

/** @typedef {import('./state.js').Time} Time */

export const nameOf = (/** @type {string} */ service) => state.services.value.find((one) => one.id === service)?.name ?? service;
export const siteOf = (/** @type {string} */ site) => state.places.value?.sites.find((/** @type {any} */ one) => one.id === site)?.name ?? site;

export const whatOf = (/** @type {any[]} */ basket) =>
  basket.map((item) => nameOf(item.service) + (item.persons > 1 ? ` (${say('persons_short', { n: item.persons })})` : '')).join(' + ');

export const whenOf = (/** @type {Time} */ time) => `${shortDate(dateOf(time.start))}, ${clock(time.start)}, ${siteOf(time.site)}`;

/** What is booked or held, where and when. @param {{ of: any }} props */
export const Card = ({ of }) => div({ class: 'card' },
  p({ class: 'big' }, longDate(dateOf(of.start))),
  p({ class: 'big' }, hours(of.start, of.end)),
  p(null, siteOf(of.site)),
  p(null, whatOf(of.basket)),
  of.reference && of.status !== 'held' && p(null, `${say('number')}: `, strong({ class: 'number' }, of.reference)));
