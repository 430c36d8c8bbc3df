// A small office for the tests, in whose zone it is between eight and nine in the morning, whenever
// the tests run: so there is always a today to book.

const hour = new Date().getUTCHours();
const offset = ((8 - hour + 36) % 24) - 12;

/** Etc names count the other way round. */
export const ZONE = offset === 0 ? 'Etc/GMT' : `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`;

const local = (days) => new Date(Date.now() + offset * 36e5 + days * 864e5).toISOString().slice(0, 10);

export const TODAY = local(0);
/** The day that plans are tried on. */
export const DAY = local(2);

const shifts = (site) => [{ site, from: '07:00', until: '17:00', break: { minutes: 30, from: '11:00', until: '14:00' } }];
const clerk = (site, number, skills) => ({ id: `${site}-${number}`, name: `${site === 'hall' ? 'Hall' : 'Annex'} ${number}`, skills, shifts: shifts(site) });
const rooms = (site, count) => Array.from({ length: count }, (_, i) => ({ id: `${site}-room-${i + 1}`, name: `Room ${site === 'hall' ? i + 1 : i + 11}`, site, equipment: i < 2 ? ['scanner'] : [] }));
const demand = (service, mean) => ['07:00', '10:00', '13:00'].map((from, i) => ({
  id: `${service}-${from}`, service, sites: ['hall'], from, until: ['10:00', '13:00', '17:00'][i], mean,
}));

export const TOWN = {
  schema: 'scenario/1', name: 'Test town', time_zone: ZONE, grid_minutes: 5,
  horizon: { from: TODAY, until: local(13) },
  sites: ['hall', 'annex'].map((id) => ({ id, name: id === 'hall' ? 'Town hall' : 'Annex', open: [{ from: '07:00', until: '17:00' }] })),
  rooms: [...rooms('hall', 4), ...rooms('annex', 2)],
  services: [
    { id: 'card', name: 'Identity card', minutes: 15, extra_person_minutes: 10, max_persons: 4, skills: ['papers'], equipment: ['scanner'], value: 1 },
    { id: 'move', name: 'Change of address', minutes: 20, extra_person_minutes: 5, max_persons: 4, skills: ['papers'], equipment: [], value: 1 },
    { id: 'stamp', name: 'Certification', minutes: 10, extra_person_minutes: 0, max_persons: 1, skills: [], equipment: [], value: 1 },
  ],
  staff: [
    clerk('hall', 1, ['papers']), clerk('hall', 2, ['papers']), clerk('hall', 3, ['papers']), clerk('hall', 4, []),
    clerk('annex', 1, ['papers']), clerk('annex', 2, ['papers']),
  ],
  walk_in_quotas: [{ id: 'hall-quota', site: 'hall', from: '07:00', until: '17:00', min_share: 0.2, block_minutes: 60, skills: [] }],
  demand: [...demand('card', 14), ...demand('move', 8), ...demand('stamp', 6)],
  operations: { no_show: { probability: 0.08 }, walk_ins: [{ id: 'hall-walk-ins', site: 'hall', from: '07:00', until: '16:00', per_hour: 4 }] },
};
