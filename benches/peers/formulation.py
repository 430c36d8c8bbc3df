"""The slot allocation problem of a scenario file as one mixed-integer program.

Equal shifts of equally skilled clerks form one integer flow through the grid steps of their day
(nodes: break due, break done, in a walk-in block; arcs: idle step, slot, break, block). What the
flows share are rows: rooms, pools, quotas, promises.

Rooms come in two forms:

- `counts` (smaller, faster): for every step and every union of equipment requirements, their use is
  at most the number of rooms that can take one of them (Hall's condition). The bound is valid for
  any plan, but counts let an interval change rooms half way, so the rooms of a plan cannot always
  be named (`extraction.py` tries and says so).
- `kinds` (exact): rooms of a site that suit the same services are one kind, a room that a promise
  has by name is a kind of its own that day. Each slot and each block keeps one kind for its whole
  length, and no kind is used beyond its number of rooms; intervals being an interval graph, the
  rooms of each kind can always be named.
"""

import itertools
import math
from collections import defaultdict

import numpy as np

from instance import tails


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

    def __init__(self, instance, exact_rooms):
        super().__init__()
        self.instance = instance
        self.exact_rooms = exact_rooms
        self.arcs = []  # (column, group, tail node, head node, label)
        self.groups = []  # (what makes shifts equal, clerks)
        self.serving = []  # (column, (service, site, date, step)): slots that can serve a pool
        self.promise_rows = {promise: self.row(1, 1) for promise in instance.promises}
        self.quota_rows = {
            (*place, index): self.row(*quota[3])
            for place, quotas in instance.quotas.items()
            for index, quota in enumerate(quotas)
        }
        self._capacity_rows, self._choices = {}, {}
        for key, clerks in self._groups().items():
            self._flow(key, clerks)
        self._serve()

    # --- rooms ---------------------------------------------------------------------------------

    def use_kinds(self, column, site, date, first, last, kinds):
        """Uses up a room of these kinds, taken together, for the steps."""
        for step in range(first, last):
            key = (site, date, step, tuple(kinds))
            if key not in self._capacity_rows:
                rooms = sum(len(self.instance.kinds(site, date)[kind][0]) for kind in kinds)
                self._capacity_rows[key] = self.row(-math.inf, rooms)
            self.put(self._capacity_rows[key], column)

    def use_room(self, column, site, date, first, last, equipment, room=None):
        """Takes any fitting room, or the one named, for the steps."""
        fitting = self.instance.fitting(site, date, equipment, room)
        if not self.exact_rooms:
            for union in self.instance.unions(site, date):
                if set(fitting) <= set(union):
                    self.use_kinds(column, site, date, first, last, union)
            return
        if len(fitting) == 1:
            self.use_kinds(column, site, date, first, last, fitting)
            return
        key = (site, date, first, last, fitting)
        if key not in self._choices:
            self._choices[key] = self.row(0, 0)
            for kind in fitting:
                chosen = self.column(len(self.instance.kinds(site, date)[kind][0]))
                self.put(self._choices[key], chosen, -1.0)
                self.use_kinds(chosen, site, date, first, last, (kind,))
        self.put(self._choices[key], column)

    # --- clerks --------------------------------------------------------------------------------

    def _groups(self):
        pinned = {p[0]["staff"] for p in self.instance.promises.values() if p[0].get("staff")}
        groups = defaultdict(list)
        for clerk, site, date, first, last, pause in self.instance.shifts:
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
        opened = self.instance.open[site, date]
        able = [s for s in self.instance.services.values() if set(s["skills"]) <= skills]
        for layer, lo, hi in layers:
            for step in range(lo, hi):
                self.arc(group, (layer, step), (layer, step + 1), None, integer=False)
            self._promised(group, layer, lo, hi)
            for service, start in itertools.product(able, range(lo, hi)):
                end = start + self.instance.steps(service["minutes"])
                if end > hi or not all(step in opened for step in range(start, end)):
                    continue
                if not self.instance.covered_by(service["id"], site, date, start):
                    continue
                label = ("slot", start, end, service["id"])
                column = self.arc(group, (layer, start), (layer, end), label)
                self.use_room(column, site, date, start, end, service["equipment"])
                self.serving.append((column, (service["id"], site, date, start)))
            self._blocks(group, layer, lo, hi)

    def _promised(self, group, layer, lo, hi):
        (site, date, _, _, _, skills, name), _ = self.groups[group]
        for entry, day, start, end in self.instance.promises.values():
            service = self.instance.services[entry["service"]]
            here = (entry["site"], day) == (site, date) and lo <= start and end <= hi
            by_name = entry.get("staff") in (None, name)
            if not here or not by_name or not set(service["skills"]) <= skills:
                continue
            label = ("promise", start, end, entry["service"], entry["id"])
            column = self.arc(group, (layer, start), (layer, end), label)
            self.put(self.promise_rows[entry["id"]], column)
            self.use_room(
                column, site, date, start, end, service["equipment"], entry.get("room")
            )

    def _blocks(self, group, layer, lo, hi):
        """Walk-in blocks: a layer for each least length (and kind of room); in one only the steps
        where no quota asks for a longer one."""
        (site, date, _, _, _, skills, _), _ = self.groups[group]
        quotas = [
            (window, block, self.quota_rows[site, date, index])
            for index, (asked_skills, window, block, _) in enumerate(self.instance.quotas[site, date])
            if asked_skills <= skills
        ]
        entered = set()
        asked = defaultdict(int)
        for window, block, _ in quotas:
            for step in range(*window):
                asked[step] = max(asked[step], block)
        kinds = range(len(self.instance.kinds(site, date))) if self.exact_rooms else [None]
        for least, kind in itertools.product(sorted(set(asked.values())), kinds):
            near = {s + d for s in asked for d in range(-least, least + 1)} & self.instance.open[site, date]
            usable = [s in near and asked.get(s, 0) <= least for s in range(hi + 1)]
            inside = (layer, least, kind)
            for end in range(lo + least, hi + 1):
                spans = [(end - least, "enter")] if all(usable[end - least : end]) else []
                if usable[end - 1] and (*inside, end - 1) in entered:
                    spans.append((end - 1, "stay"))
                for start, how in spans:
                    tail = (layer, start) if how == "enter" else (*inside, start)
                    column = self.arc(group, tail, (*inside, end), ("block", start, end, how))
                    if kind is None:
                        self.use_room(column, site, date, start, end, ())
                    else:
                        self.use_kinds(column, site, date, start, end, (kind,))
                    for (first, last), _, row in quotas:
                        common = min(end, last) - max(start, first)
                        if common > 0:
                            self.put(row, column, common)
                if spans:
                    entered.add((*inside, end))
                    self.arc(group, (*inside, end), (layer, end), None, integer=False)

    # --- pools ---------------------------------------------------------------------------------

    def _serve(self):
        """Slots to pools, and a pool's value as a concave sum of its marginals."""
        reach = defaultdict(int)
        supply = defaultdict(list)
        for column, (service, site, date, step) in self.serving:
            pools = self.instance.covered_by(service, site, date, step)
            # Equal sets of pools share their slots; a set over many days still is one class a day.
            key = (service, pools) if len(pools) == 1 else (service, pools, site, date)
            supply[key].append(column)
        rows = {pool: self.row(0, math.inf) for pool in range(len(self.instance.pools))}
        for (_, pools, *_), columns in supply.items():
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
        for pool, entry in enumerate(self.instance.pools):
            service = self.instance.services[entry["service"]]
            worth = service["value"] * service["minutes"]
            for tail in itertools.islice(tails(entry["mean"]), reach[pool]) if entry["mean"] else ():
                if worth * tail < 1e-9:
                    break
                self.put(rows[pool], self.column(1, cost=worth * tail, integer=False), -1.0)

    def matrix(self):
        """The rows in compressed form: (starts, columns, values)."""
        rows = np.asarray(self.rows, dtype=np.int64)
        cols = np.asarray(self.cols, dtype=np.int64)
        values = np.asarray(self.values, dtype=float)
        order = np.lexsort((cols, rows))
        rows, cols, values = rows[order], cols[order], values[order]
        # A solver takes a column once in a row: add up what was put there twice.
        keep = np.ones(len(rows), dtype=bool)
        keep[1:] = (rows[1:] != rows[:-1]) | (cols[1:] != cols[:-1])
        if not keep.all():
            values = np.add.reduceat(values, np.flatnonzero(keep))
            rows, cols = rows[keep], cols[keep]
        starts = np.searchsorted(rows, np.arange(len(self.row_lower) + 1))
        return starts, cols, values
