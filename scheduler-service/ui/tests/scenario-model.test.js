// What the scenario screen reckons, without a browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fits, gridOf, groupOf, scaled, setCells } from '../page/scenario/demand-model.js';
import { at, freeId, pointerOf, put, without } from '../page/scenario/model.js';

const entry = (id, more) => ({ id, service: 'card', sites: ['hall'], from: '08:00', until: '10:00', mean: 10, ...more });
const COLUMN = { from: '08:00', until: '10:00' };

test('edits share what they do not touch', () => {
  const before = { staff: [{ id: 'a' }, { id: 'b', room: 'r' }], rooms: [] };
  const after = put(before, ['staff', 1, 'room'], undefined);
  assert.deepEqual(after.staff[1], { id: 'b' });
  assert.equal(after.staff[0], before.staff[0]);
  assert.equal(after.rooms, before.rooms);
  assert.deepEqual(before.staff[1], { id: 'b', room: 'r' });
  // What is not there is made on the way.
  assert.deepEqual(put({}, ['operations', 'costs', 'per_clerk_hour'], 40), { operations: { costs: { per_clerk_hour: 40 } } });
  assert.deepEqual(without(before, ['staff'], 0).staff, [before.staff[1]]);
  assert.equal(at(before, ['staff', 1, 'room']), 'r');
  assert.equal(at(before, ['nothing', 1]), undefined);
  assert.equal(pointerOf(['a/b', 0, 'c~d']), '/a~1b/0/c~0d');
});

test('ids go on as they were', () => {
  const ids = (...all) => all.map((id) => ({ id }));
  assert.equal(freeId(ids('nord-01', 'nord-02'), 'nord-02'), 'nord-03');
  assert.equal(freeId(ids('nord-09', 'nord-10'), 'nord-09'), 'nord-11');
  assert.equal(freeId([], 'clerk'), 'clerk-1');
  assert.equal(freeId(ids('clerk-1'), 'clerk'), 'clerk-2');
});

test('only what holds all year by day fits into the grid', () => {
  assert.ok(fits(entry('a')));
  for (const more of [{ from_date: '2027-03-01' }, { weeks: { every: 2, of: '2027-03-01' } }, { pool: 'horizon' }, { mean: 'ten' }]) assert.ok(!fits(entry('a', more)));
  assert.equal(groupOf(entry('a', { sites: ['nord', 'mitte'] })), 'mitte + nord');
});

test('a number of one day leaves the other days as they were', () => {
  const demand = [entry('all'), entry('other', { service: 'move' })];
  const after = setCells(demand, 'hall', 'mon', [{ service: 'card', column: COLUMN, value: 4 }]);
  assert.equal(after.length, 3);
  assert.deepEqual(after[0].days, ['tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
  assert.equal(after[0].mean, 10);
  assert.deepEqual([after[2].days, after[2].mean], [['mon'], 4]);
  assert.notEqual(after[2].id, 'all');
  assert.deepEqual(gridOf(after, 'hall', 'mon').at('card', COLUMN), { low: 4, high: 4 });
  assert.deepEqual(gridOf(after, 'hall', 'tue').at('card', COLUMN), { low: 10, high: 10 });
  assert.deepEqual(gridOf(after, 'hall', '').at('card', COLUMN), { low: 4, high: 10 });
  // Once more, the entry of that day changes and no further one is made; on all days all become the same.
  const again = setCells(after, 'hall', 'mon', [{ service: 'card', column: COLUMN, value: 5 }]);
  assert.deepEqual(again.map((one) => one.mean), [10, 10, 5]);
  const all = setCells(again, 'hall', '', [{ service: 'card', column: COLUMN, value: 7 }]);
  assert.deepEqual(gridOf(all, 'hall', '').at('card', COLUMN), { low: 7, high: 7 });
  // The same number is no edit.
  assert.deepEqual(setCells(demand, 'hall', 'mon', [{ service: 'card', column: COLUMN, value: 10 }]), demand);
});

test('an empty cell takes demand away, and a number in an empty one makes it', () => {
  const demand = [entry('all')];
  assert.deepEqual(setCells(demand, 'hall', '', [{ service: 'card', column: COLUMN, value: undefined }]), []);
  const without_ = setCells(demand, 'hall', 'mon', [{ service: 'card', column: COLUMN, value: undefined }]);
  assert.equal(gridOf(without_, 'hall', 'mon').at('card', COLUMN), null);
  assert.equal(without_.length, 1);
  const made = setCells([], 'mitte + nord', 'fri', [{ service: 'move', column: COLUMN, value: 3 }]);
  assert.deepEqual([made[0].sites, made[0].days, made[0].mean], [['mitte', 'nord'], ['fri'], 3]);
});

test('entries that add up keep their proportions', () => {
  const demand = [entry('a', { mean: 6 }), entry('b', { mean: 2 })];
  assert.deepEqual(gridOf(demand, 'hall', 'mon').at('card', COLUMN), { low: 8, high: 8 });
  const after = setCells(demand, 'hall', '', [{ service: 'card', column: COLUMN, value: 4 }]);
  assert.deepEqual(after.map((one) => one.mean), [3, 1]);
});

test('a whole row takes ten per cent more, days that differ go on differing', () => {
  const demand = [entry('week', { days: ['mon', 'tue'] }), entry('thu', { days: ['thu'], mean: 20 }), entry('late', { from: '10:00', until: '12:00', mean: 5 })];
  assert.deepEqual(scaled(demand, 'hall', '', ['card'], 1.1).map((one) => one.mean), [11, 22, 5.5]);
  const monday = scaled(demand, 'hall', 'mon', ['card'], 1.1);
  assert.deepEqual(gridOf(monday, 'hall', 'mon').at('card', COLUMN), { low: 11, high: 11 });
  assert.deepEqual(gridOf(monday, 'hall', 'tue').at('card', COLUMN), { low: 10, high: 10 });
});
