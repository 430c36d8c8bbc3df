"""A scenario file read: dates, open steps, shifts, quotas, pools, promises, kinds of rooms.

Stops with a message on days of clock change: the instances have none.
"""

import datetime as dt
import itertools
import json
import math
import sys
from collections import defaultdict
from zoneinfo import ZoneInfo

import numpy as np

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def tails(mean):
    """P(D >= 1), P(D >= 2), ... for D Poisson with `mean`, until negligible."""
    last = math.ceil(mean + 12 * math.sqrt(mean) + 30)
    mode = math.floor(mean)
    mass = np.zeros(last + 1)
    mass[mode] = 1.0
    for k in range(mode - 1, -1, -1):
        mass[k] = mass[k + 1] * (k + 1) / mean
    for k in range(mode + 1, last + 1):
        mass[k] = mass[k - 1] * mean / k
    tail = np.cumsum(mass[::-1])[::-1] / mass.sum()
    return [min(1.0, float(p)) for p in tail[1:]]


class Instance:
    """A scenario with every reference resolved, times in grid steps of their day."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.scenario = json.load(file)
        prices = self.scenario.get("weights", {"seat": 2}).values()
        stretches = [q.get("stretch_minutes", 60) for q in self.scenario.get("walk_in_quotas", [])]
        if any(prices) or any(stretches):
            sys.exit("these programs know no prices: set all of weights and stretch_minutes to 0")
        self.grid = self.scenario["grid_minutes"]
        self.zone = ZoneInfo(self.scenario["time_zone"])
        self.dates = self._dates()
        self.services = {s["id"]: s for s in self.scenario["services"]}
        self.site_rooms = defaultdict(list)
        for room in self.scenario["rooms"]:
            self.site_rooms[room["site"]].append((room["id"], frozenset(room["equipment"])))
        self.open = self._open_steps()
        self.promises = self._promises()
        self.shifts = self._shifts()
        self.quotas = self._quotas()
        self.pools = self._pools()
        self._pinned = self._pinned_rooms()
        self._kinds, self._unions = {}, {}

    def _dates(self):
        horizon = self.scenario["horizon"]
        first, last = (dt.date.fromisoformat(horizon[k]) for k in ("from", "until"))
        dates = [first + dt.timedelta(days=d) for d in range((last - first).days + 1)]
        for date in dates:
            at = [
                dt.datetime.combine(date + dt.timedelta(days=d), dt.time(), self.zone)
                for d in (0, 1)
            ]
            if at[0].utcoffset() != at[1].utcoffset():
                raise SystemExit(f"{date}: days of clock change are not modelled here")
        return dates

    def step(self, clock):
        hours, minutes = clock.split(":")
        return (60 * int(hours) + int(minutes)) // self.grid

    def steps(self, minutes):
        return -(-minutes // self.grid)

    def matching(self, entry):
        days = entry.get("days") or WEEKDAYS
        return [date for date in self.dates if WEEKDAYS[date.weekday()] in days]

    def _open_steps(self):
        """(site, date) -> the steps at which the site is open."""
        opened = defaultdict(set)
        for site in self.scenario["sites"]:
            for entry in site["open"]:
                for date in self.matching(entry):
                    if date.isoformat() not in site.get("closed_on", []):
                        steps = range(self.step(entry["from"]), self.step(entry["until"]))
                        opened[site["id"], date].update(steps)
        return opened

    def _promises(self):
        """Promise id -> (entry, date, first step, step after)."""
        found = {}
        for entry in self.scenario.get("appointments", []):
            start = dt.datetime.fromisoformat(entry["start"]).astimezone(self.zone)
            step = (60 * start.hour + start.minute) // self.grid
            service = self.services[entry["service"]]
            minutes = service["minutes"]
            minutes += (entry["persons"] - 1) * service["extra_person_minutes"]
            found[entry["id"]] = (entry, start.date(), step, step + self.steps(minutes))
        return found

    def _shifts(self):
        """(clerk, site, date, first step, step after, break) of every shift that is worked."""
        shifts = []
        for clerk in self.scenario["staff"]:
            for shift in clerk["shifts"]:
                pause = shift.get("break")
                window = (self.step(shift["from"]), self.step(shift["until"]))
                if pause:
                    pause = (
                        self.steps(pause["minutes"]),
                        max(self.step(pause["from"]), window[0]),
                        min(self.step(pause["until"]), window[1]),
                    )
                for date in self.matching(shift):
                    if date.isoformat() not in clerk.get("absent_on", []):
                        shifts.append((clerk, shift["site"], date, *window, pause))
        return shifts

    def _quotas(self):
        """(site, date) -> [(skills, window, block steps, (least, most) steps)]."""
        on_shift = defaultdict(int)
        for _, site, date, first, last, _ in self.shifts:
            for step in range(first, last):
                on_shift[site, date, step] += 1
        found = defaultdict(list)
        for quota in self.scenario["walk_in_quotas"]:
            site = quota["site"]
            window = (self.step(quota["from"]), self.step(quota["until"]))
            for date in self.matching(quota):
                desk = sum(
                    min(on_shift[site, date, step], len(self.site_rooms[site]))
                    for step in range(*window)
                    if step in self.open[site, date]
                )
                least = math.ceil(quota["min_share"] * desk - 1e-9)
                share = quota.get("max_share")
                most = math.inf if share is None else math.floor(share * desk + 1e-9)
                block = self.steps(quota["block_minutes"])
                found[site, date].append((set(quota["skills"]), window, block, (least, most)))
        return found

    def _pools(self):
        """Expands the demand; fills `covering`: (service, site, date) -> [(window, pool)]."""
        pools = []
        self.covering = defaultdict(list)
        for entry in self.scenario["demand"]:
            dates = self.matching(entry)
            window = (self.step(entry["from"]), self.step(entry["until"]))
            horizon = entry.get("pool", "day") == "horizon"
            for together in [dates] if horizon else [[date] for date in dates]:
                for site, date in itertools.product(entry["sites"], together):
                    self.covering[entry["service"], site, date].append((window, len(pools)))
                pools.append(entry)
        return pools

    def covered_by(self, service, site, date, step):
        """The pools that a slot of `service` starting there can serve."""
        windows = self.covering[service, site, date]
        return tuple(pool for (first, last), pool in windows if first <= step < last)

    def kinds(self, site, date):
        """The kinds of rooms there: [(rooms, equipment that services ask for, promised by name)]."""
        if (site, date) not in self._kinds:
            asked = frozenset().union(*(s["equipment"] for s in self.services.values()))
            rooms = defaultdict(list)
            for room, has in self.site_rooms[site]:
                name = room if (room, date) in self._pinned else None
                rooms[has & asked, name].append(room)
            self._kinds[site, date] = [(ids, has, bool(name)) for (has, name), ids in rooms.items()]
        return self._kinds[site, date]

    def fitting(self, site, date, equipment, room=None):
        """The kinds that have the equipment, or the one of the room."""
        needed = frozenset(equipment)
        return tuple(
            kind
            for kind, (rooms, has, _) in enumerate(self.kinds(site, date))
            if needed <= has and room in (None, *rooms)
        )

    def unions(self, site, date):
        """The sets of kinds whose use is counted: those that suit some requirements' union."""
        if (site, date) not in self._unions:
            needs = [s["equipment"] for s in self.services.values()] + [()]
            sets = {frozenset(self.fitting(site, date, need)) for need in needs}
            sets |= {frozenset([k]) for k, (_, _, named) in enumerate(self.kinds(site, date)) if named}
            while True:
                closed = sets | {a | b for a in sets for b in sets}
                if len(closed) == len(sets):
                    break
                sets = closed
            self._unions[site, date] = sorted(map(sorted, closed))
        return self._unions[site, date]

    def _pinned_rooms(self):
        """The (room, date) that a promise has by name."""
        promises = self.promises.values()
        return {(entry["room"], date) for entry, date, _, _ in promises if entry.get("room")}

    def value(self, counts):
        """The objective of `counts`: pool index -> number of slots."""
        total = 0.0
        for pool, count in counts.items():
            entry = self.pools[pool]
            service = self.services[entry["service"]]
            worth = service["value"] * service["minutes"]
            if entry["mean"]:
                total += worth * sum(itertools.islice(tails(entry["mean"]), count))
        return total
