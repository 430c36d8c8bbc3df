"""The slot allocation problem of a scenario file as one mixed-integer program.

Equal shifts of equally skilled clerks form one integer flow through the grid steps of their day
(nodes: break due, break done, in a walk-in block; arcs: idle step, slot, break, block). What the
flows share are rows: rooms, pools, quotas, promises.

Rooms are counted, not named: for every step and every union of equipment requirements, the
requirements' use is at most the number of rooms that can take one of them (Hall's condition). That
is a relaxation, so a bound is valid for any plan, and `extraction.py` finds out whether the rooms
can be named afterwards.

Stops with a message on days of clock change: the instances have none.
"""

import datetime as dt
import itertools
import json
import math
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


class Columns:
    """Columns and rows of `maximise c x, lower <= A x <= upper`, collected as triplets."""

    def __init__(self):
        self.cost, self.upper, self.integer = [], [], []
        self.row_lower, self.row_upper = [], []
        self.rows, self.cols, self.values = [], [], []

    def column(self, upper, cost=0.0, integer=True):
        self.cost.append(cost)
        self.upper.append(upper)
        self.integer.append(integer)
        return len(self.cost) - 1

    def row(self, lower, upper):
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        return len(self.row_lower) - 1

    def put(self, row, column, value=1.0):
        self.rows.append(row)
        self.cols.append(column)
        self.values.append(value)


class Formulation(Columns):
    """The program of one scenario, with what is needed to read a solution."""

    def __init__(self, path):
        super().__init__()
        with open(path, "rb") as file:
            self.scenario = json.load(file)
        self.grid = self.scenario["grid_minutes"]
        self.zone = ZoneInfo(self.scenario["time_zone"])
        self.dates = self._dates()
        self.services = {s["id"]: s for s in self.scenario["services"]}
        self.site_rooms = defaultdict(list)
        for room in self.scenario["rooms"]:
            self.site_rooms[room["site"]].append((room["id"], frozenset(room["equipment"])))
        self.open = self._open_steps()
        self.arcs = []  # (column, group, tail node, head node, label)
        self.groups = []
        self.serving = []  # (column, (service, site, date, step)); slots that can serve a pool
        self.given = []  # (column, pool, (site, date, service, class of pools))
        self.promises = self._promises()
        self.shifts = self._shifts()
        self.quotas = self._quotas()
        self.pools = self._pools()
        self._room_rows = {}
        self._room_unions = {}
        self._pinned_rooms()
        for key, clerks in self._groups().items():
            self._flow(key, clerks)
        self._serve()

    # --- reading -------------------------------------------------------------------------------

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
        """Promise id -> (entry, date, first step, step after), each with its own row."""
        found = {}
        self.promise_rows = {}
        for entry in self.scenario.get("appointments", []):
            start = dt.datetime.fromisoformat(entry["start"]).astimezone(self.zone)
            step = (60 * start.hour + start.minute) // self.grid
            service = self.services[entry["service"]]
            minutes = service["minutes"]
            minutes += (entry["persons"] - 1) * service["extra_person_minutes"]
            found[entry["id"]] = (entry, start.date(), step, step + self.steps(minutes))
            self.promise_rows[entry["id"]] = self.row(1, 1)
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
        """(site, date) -> [(skills, window, block steps, row)]."""
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
                row = self.row(least, most)
                block = self.steps(quota["block_minutes"])
                found[site, date].append((set(quota["skills"]), window, block, row))
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

    # --- rooms ---------------------------------------------------------------------------------

    def unions(self, site):
        """requirement -> the room sets whose count it uses up, closed under union."""
        if site not in self._room_unions:
            needs = {frozenset(s["equipment"]) for s in self.services.values()} | {frozenset()}
            able = {
                need: frozenset(r for r, has in self.site_rooms[site] if need <= has)
                for need in needs
            }
            sets = set(able.values())
            while True:
                closed = sets | {a | b for a in sets for b in sets}
                if len(closed) == len(sets):
                    break
                sets = closed
            self._room_unions[site] = {
                need: [union for union in sets if rooms <= union] for need, rooms in able.items()
            }
        return self._room_unions[site]

    def use_room(self, column, site, date, first, last, equipment):
        for union in self.unions(site)[frozenset(equipment)]:
            for step in range(first, last):
                key = (site, date, step, union)
                if key not in self._room_rows:
                    taken = len(union & self.pinned[site, date, step])
                    self._room_rows[key] = self.row(-math.inf, len(union) - taken)
                self.put(self._room_rows[key], column)

    def _pinned_rooms(self):
        """(site, date, step) -> rooms that a promise has by name."""
        self.pinned = defaultdict(set)
        for entry, date, first, last in self.promises.values():
            if entry.get("room"):
                for step in range(first, last):
                    self.pinned[entry["site"], date, step].add(entry["room"])

    # --- clerks --------------------------------------------------------------------------------

    def _groups(self):
        pinned = {p[0]["staff"] for p in self.promises.values() if p[0].get("staff")}
        groups = defaultdict(list)
        for clerk, site, date, first, last, pause in self.shifts:
            name = clerk["id"] if clerk["id"] in pinned else None
            skills = frozenset(clerk["skills"])
            groups[site, date, first, last, pause, skills, name].append(clerk["id"])
        return groups

    def arc(self, group, tail, head, label, integer=True):
        size = len(self.groups[group][1])
        column = self.column(size, integer=integer)
        self.put(self._node(group, tail), column, 1.0)
        self.put(self._node(group, head), column, -1.0)
        self.arcs.append((column, group, tail, head, label))
        return column

    def _node(self, group, node):
        key = (group, node)
        if key not in self._nodes:
            self._nodes[key] = self.row(0, 0)
        return self._nodes[key]

    def _flow(self, key, clerks):
        site, date, first, last, pause, skills, name = key
        group = len(self.groups)
        self.groups.append((key, clerks))
        self._nodes = {}
        if pause:
            length, earliest, latest = pause
            layers = [(0, first, latest - length), (1, earliest + length, last)]
            for start in range(earliest, latest - length + 1):
                self.arc(group, (0, start), (1, start + length), ("break", start, start + length))
        else:
            layers = [(1, first, last)]
        source = self._node(group, (layers[0][0], first))
        self.row_lower[source] = self.row_upper[source] = len(clerks)
        sink = self._node(group, (1, last))
        self.row_lower[sink] = self.row_upper[sink] = -len(clerks)
        opened = self.open[site, date]
        able = [s for s in self.services.values() if set(s["skills"]) <= skills]
        for layer, lo, hi in layers:
            for step in range(lo, hi):
                self.arc(group, (layer, step), (layer, step + 1), None, integer=False)
            self._promised(group, layer, lo, hi)
            for service, start in itertools.product(able, range(lo, hi)):
                end = start + self.steps(service["minutes"])
                if end > hi or not all(step in opened for step in range(start, end)):
                    continue
                if not self.covered_by(service["id"], site, date, start):
                    continue
                label = ("slot", start, end, service["id"])
                column = self.arc(group, (layer, start), (layer, end), label)
                self.use_room(column, site, date, start, end, service["equipment"])
                self.serving.append((column, (service["id"], site, date, start)))
            self._blocks(group, layer, lo, hi)

    def _promised(self, group, layer, lo, hi):
        (site, date, _, _, _, skills, name), _ = self.groups[group]
        for entry, day, start, end in self.promises.values():
            service = self.services[entry["service"]]
            here = (entry["site"], day) == (site, date) and lo <= start and end <= hi
            by_name = entry.get("staff") in (None, name)
            if not here or not by_name or not set(service["skills"]) <= skills:
                continue
            label = ("promise", start, end, entry["service"], entry["id"])
            column = self.arc(group, (layer, start), (layer, end), label)
            self.put(self.promise_rows[entry["id"]], column)
            if not entry.get("room"):
                self.use_room(column, site, date, start, end, service["equipment"])

    def _blocks(self, group, layer, lo, hi):
        """Walk-in blocks: a layer for each least length; in it only steps that ask no longer one."""
        (site, date, _, _, _, skills, _), _ = self.groups[group]
        quotas = [quota for quota in self.quotas[site, date] if quota[0] <= skills]
        asked = defaultdict(int)
        for _, window, block, _ in quotas:
            for step in range(*window):
                asked[step] = max(asked[step], block)
        for least in sorted(set(asked.values())):
            near = {s + d for s in asked for d in range(-least, least + 1)} & self.open[site, date]
            usable = [s in near and asked.get(s, 0) <= least for s in range(hi + 1)]
            inside = (layer, least)
            for end in range(lo + least, hi + 1):
                spans = [(end - least, "enter")] if all(usable[end - least : end]) else []
                if usable[end - 1] and end - 1 >= lo + least:
                    spans.append((end - 1, "stay"))
                for start, how in spans:
                    tail = (layer, start) if how == "enter" else (*inside, start)
                    column = self.arc(group, tail, (*inside, end), ("block", start, end, how))
                    self.use_room(column, site, date, start, end, ())
                    for _, (first, last), _, row in quotas:
                        common = min(end, last) - max(start, first)
                        if common > 0:
                            self.put(row, column, common)
                if spans:
                    self.arc(group, (*inside, end), (layer, end), None, integer=False)

    # --- pools ---------------------------------------------------------------------------------

    def _serve(self):
        """Slots to pools, and a pool's value as a concave sum of its marginals."""
        reach = defaultdict(int)
        supply = defaultdict(list)
        for column, (service, site, date, step) in self.serving:
            pools = self.covered_by(service, site, date, step)
            # Equal sets of pools share their slots; a set over many days still is one class a day.
            key = (service, pools) if len(pools) == 1 else (service, pools, site, date)
            supply[key].append(column)
        rows = {pool: self.row(0, math.inf) for pool in range(len(self.pools))}
        for (service, pools, *place), columns in supply.items():
            most = sum(self.upper[column] for column in columns)
            for pool in pools:
                reach[pool] += most
            if len(pools) == 1:
                for column in columns:
                    self.put(rows[pools[0]], column)
                continue
            split = self.row(-math.inf, 0)
            for column in columns:
                self.put(split, column, -1.0)
            for pool in pools:
                part = self.column(most, integer=False)
                self.put(split, part)
                self.put(rows[pool], part)
                self.given.append((part, pool, (service, pools, *place)))
        for pool, entry in enumerate(self.pools):
            service = self.services[entry["service"]]
            worth = service["value"] * service["minutes"]
            for tail in itertools.islice(tails(entry["mean"]), reach[pool]) if entry["mean"] else ():
                if worth * tail < 1e-9:
                    break
                self.put(rows[pool], self.column(1, cost=worth * tail, integer=False), -1.0)

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

    def matrix(self):
        """The rows in compressed form: (starts, columns, values)."""
        rows = np.asarray(self.rows, dtype=np.int64)
        cols = np.asarray(self.cols, dtype=np.int64)
        values = np.asarray(self.values, dtype=float)
        order = np.lexsort((cols, rows))
        rows, cols, values = rows[order], cols[order], values[order]
        # An arc may name a row twice (a slot that is both in a flow and ... never, but be exact).
        keep = np.ones(len(rows), dtype=bool)
        keep[1:] = (rows[1:] != rows[:-1]) | (cols[1:] != cols[:-1])
        if not keep.all():
            values = np.add.reduceat(values, np.flatnonzero(keep))
            rows, cols = rows[keep], cols[keep]
        starts = np.searchsorted(rows, np.arange(len(self.row_lower) + 1))
        return starts, cols, values
