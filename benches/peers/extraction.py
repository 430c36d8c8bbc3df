"""From column values of a `Formulation` to a plan file: paths, pools, and rooms by name."""

import datetime as dt
from collections import defaultdict

from instance import tails


def plan(form, values, colour):
    """The plan that `values` describe, and whether its rooms could be named.

    `colour(choices, cliques)` picks one of each item's `choices` (numbers, unique over all items)
    so that of each clique at most one is picked, or returns None. (highspy and ortools cannot be
    imported into one process, so each peer brings its own.)

    Returns (plan without objective and bound, objective, named). Rooms are null where `named` is
    False: the formulation counts rooms, and counts do not always suffice.
    """
    work = _paths(form, values)
    objective = _give_to_pools(form, work["slots"])
    named = _name_rooms(form, work, colour)
    return _written(form, work), objective, named


def _paths(form, values):
    """Splits the flow of each group of equal shifts into one path for each clerk."""
    leaving = defaultdict(list)
    for column, group, tail, head, label in form.arcs:
        count = round(values[column])
        if count:
            leaving[group, tail].append([count, head, label])
    work = {"slots": [], "blocks": [], "breaks": []}
    for group, ((site, date, first, last, pause, _, _), clerks) in enumerate(form.groups):
        for clerk in clerks:
            node, sink, block = (0 if pause else 1, first), (1, last), None
            while node != sink:
                arc = next(arc for arc in leaving[group, node] if arc[0])
                arc[0] -= 1
                _, node, label = arc
                if label is None:
                    block = None
                    continue
                kind, start, end = label[:3]
                item = {"site": site, "date": date, "from": start, "until": end, "staff": clerk}
                if kind == "block" and label[3] == "stay":
                    block["until"] = end
                elif kind == "block":
                    block = item | {"equipment": frozenset()}
                    work["blocks"].append(block)
                elif kind == "break":
                    work["breaks"].append(item)
                else:
                    equipment = frozenset(form.instance.services[label[3]]["equipment"])
                    item |= {"service": label[3], "equipment": equipment, "demand": None}
                    item["appointment"] = label[4] if kind == "promise" else None
                    work["slots"].append(item)
    return work


def _give_to_pools(form, slots):
    """Gives slots to pools at their highest value; sets `demand`; returns the objective.

    The units of pools that slots can serve together form a transversal matroid: taking them in the
    order of their worth, each if an augmenting path exists, is optimal.
    """
    reach = defaultdict(list)
    for index, slot in enumerate(slots):
        if slot["appointment"] is None:
            slot["pools"] = form.instance.covered_by(
                slot["service"], slot["site"], slot["date"], slot["from"]
            )
            for pool in slot["pools"]:
                reach[pool].append(index)
    units = []
    for pool, indices in reach.items():
        entry = form.instance.pools[pool]
        service = form.instance.services[entry["service"]]
        worth = service["value"] * service["minutes"]
        chances = tails(entry["mean"])[: len(indices)] if entry["mean"] else []
        units += [(-worth * chance, k, pool) for k, chance in enumerate(chances)]
    taken = {}

    def augment(pool, seen):
        for index in reach[pool]:
            if index not in taken:
                taken[index] = pool
                return True
        for index in reach[pool]:
            other = taken[index]
            if other not in seen:
                seen.add(other)
                if augment(other, seen):
                    taken[index] = pool
                    return True
        return False

    full = set()
    counts = defaultdict(int)
    for _, _, pool in sorted(units):
        if pool not in full:
            if augment(pool, {pool}):
                counts[pool] += 1
            else:
                full.add(pool)
    for index, pool in taken.items():
        slots[index]["demand"] = form.instance.pools[pool]["id"]
    return form.instance.value(counts)


def _name_rooms(form, work, colour):
    """Colours the intervals of each site and day onto its rooms; True where all were."""
    days = defaultdict(list)
    for item in work["slots"] + work["blocks"]:
        item["room"] = None
        days[item["site"], item["date"]].append(item)
    return all([_name_day(form, site, items, colour) for (site, _), items in days.items()])


def _name_day(form, site, items, colour):
    pinned = {entry["id"]: entry.get("room") for entry, *_ in form.instance.promises.values()}
    rooms = []
    choices = []
    at = defaultdict(list)
    for item in items:
        only = pinned.get(item.get("appointment"))
        own = []
        for room, has in form.instance.site_rooms[site]:
            if item["equipment"] <= has and only in (None, room):
                for step in range(item["from"], item["until"]):
                    at[room, step].append(len(rooms))
                own.append(len(rooms))
                rooms.append(room)
        choices.append(own)
    picked = colour(choices, list(at.values()))
    if picked is None:
        return False
    for item, choice in zip(items, picked):
        item["room"] = rooms[choice]
    return True


def _written(form, work):
    def instant(date, step):
        at = dt.datetime.combine(date, dt.time(), form.instance.zone) + dt.timedelta(minutes=step * form.instance.grid)
        return at.isoformat()

    def entry(item, *fields):
        ends = (instant(item["date"], item[end]) for end in ("from", "until"))
        times = dict(zip(("start", "end"), ends))
        return {field: item[field] for field in fields} | times

    return {
        "schema": "plan/1",
        "slots": [
            entry(s, "service", "site", "staff", "room", "demand", "appointment")
            for s in work["slots"]
        ],
        "walk_in_blocks": [entry(b, "site", "staff", "room") for b in work["blocks"]],
        "breaks": [entry(b, "staff") for b in work["breaks"]],
    }
