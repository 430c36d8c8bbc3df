"""What the peers share: their command line and the one line of JSON that they print."""

import argparse
import json
import time

import extraction
from formulation import Formulation
from instance import Instance


def run(name, version, solve, colour, relax=None):
    """Reads the command line, builds the program, calls `solve(form, seconds, threads)`.

    `solve` returns (status, column values or None, bound or None). The time limit includes the
    time to build the program, as it does for a planner who waits. `colour`: see `extraction.plan`.
    """
    parser = argparse.ArgumentParser(description=f"Plans a scenario with {name}.")
    parser.add_argument("scenario")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rooms", choices=["counts", "kinds"], default="counts")
    parser.add_argument("--plan", help="write the plan to this file")
    if relax:
        parser.add_argument("--relax", action="store_true", help="solve the LP relaxation only")
    args = parser.parse_args()

    begun = time.monotonic()
    instance = Instance(args.scenario)
    form = Formulation(instance, exact_rooms=args.rooms == "kinds")
    built = time.monotonic() - begun
    line = {
        "solver": name,
        "version": version,
        "scenario": instance.scenario.get("name", args.scenario),
        "rooms": args.rooms,
        "threads": args.threads,
        "columns": len(form.cost),
        "rows": len(form.row_lower),
        "build_seconds": round(built, 2),
    }
    left = max(0.1, args.seconds - built)
    if relax and args.relax:
        status, bound = relax(form, left, args.threads)
        line |= {"status": status, "relaxation": bound}
    else:
        status, values, bound = solve(form, left, args.threads)
        line |= {"status": status, "bound": bound, "objective": None, "gap": None}
        seconds = time.monotonic() - begun
        if values is not None:
            plan, objective, named = extraction.plan(form, values, colour)
            gap = (bound - objective) / bound if bound else None
            line |= {"objective": objective, "gap": gap, "rooms_named": named}
            if args.plan:
                claimed = max(bound or 0.0, objective)
                plan |= {"objective": objective, "upper_bound": claimed}
                plan |= {"gap": (claimed - objective) / claimed if claimed else 0.0}
                plan |= {"seconds": seconds, "engine": name, "seed": 0}
                with open(args.plan, "w") as file:
                    json.dump(plan, file)
        line["seconds"] = round(seconds, 2)
    line.setdefault("seconds", round(time.monotonic() - begun, 2))
    print(json.dumps(line))
