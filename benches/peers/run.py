#!/usr/bin/env python3
"""Plans the same scenarios with the search and its peers, one after the other, each in a process of
its own with the same threads and time limit, and prints the table side by side as Markdown.

    benches/peers/install.sh && python3 benches/peers/run.py

Every plan, the peers' too, is judged by `scheduler check`. The peers' programs know no stays, so that
all prices of the scenarios are 0 and quotas are asked for in their whole windows alone.
"""

import argparse
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PEERS = [("HiGHS", "highs.py"), ("CP-SAT", "cp_sat.py")]
FAMILIES = "tiny,day-5,day-20,tight-rooms,many-quotas,promised-day"
REAL = ["examples/bremerhaven/thursday.json"]
ROOMS = {"counts": "rooms counted", "kinds": "rooms exact"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of each peer")
    parser.add_argument("--ours", default="1,10,60", help="time limits of the search")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--families", default=FAMILIES, help="members of the instance families")
    parser.add_argument("--scenario", action="append", help="scenario files; default: the real day")
    parser.add_argument("--rooms", default="counts,kinds", help="forms of the peers' program")
    parser.add_argument("--json", help="append a line of JSON for each run to this file")
    args = parser.parse_args()

    build = ["cargo", "build", "--release", "--locked", "-p", "scheduler-benches"]
    build += ["-p", "scheduler-service", "--bins"]
    subprocess.run(build, cwd=ROOT, check=True)
    target = json.loads(
        output(["cargo", "metadata", "--format-version=1", "--no-deps"], cwd=ROOT)
    )["target_directory"]
    binaries = pathlib.Path(target) / "release"

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        files = [ROOT / path for path in args.scenario or REAL]
        for member in filter(None, args.families.split(",")):
            files.append(folder / f"generated-{member}.json")
            subprocess.run([binaries / "generate", member, "--out", files[-1]], check=True)
        files = [unpriced(file, folder) for file in files]
        print(heading(args))
        print("| scenario | engine | seconds | plan | bound | gap % | check |")
        print("| --- | --- | ---: | ---: | ---: | ---: | --- |", flush=True)
        for file in files:
            for line in runs(file, folder, binaries, args):
                print(row(file.stem, line), flush=True)
                if args.json:
                    with open(args.json, "a") as log:
                        log.write(json.dumps({"scenario": file.stem} | line) + "\n")


PRICES = ["seat", "move", "free_minute", "break_pair_minute", "short_minute"]


def unpriced(file, folder):
    """A copy of the scenario in which nothing but the value of slots counts."""
    scenario = json.loads(file.read_text())
    scenario["weights"] = dict.fromkeys(PRICES, 0)
    for quota in scenario.get("walk_in_quotas", []):
        quota["stretch_minutes"] = 0
    copy = folder / f"{file.stem.removeprefix('generated-')}.json"
    copy.write_text(json.dumps(scenario))
    return copy


def output(command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def heading(args):
    """Where and when: what a number needs to be worth anything."""
    with open("/proc/cpuinfo") as info:
        names = [line.split(":")[1].strip() for line in info if line.startswith("model name")]
    commit = output(["git", "describe", "--always", "--dirty"], cwd=ROOT).strip()
    date = datetime.date.today().isoformat()
    machine = f"{names[0]}, {len(names)} cores"
    return f"{date}, {machine}, {args.threads} threads for each engine, commit {commit}\n"


def runs(file, folder, binaries, args):
    log = folder / "ours.json"
    log.write_text("")
    command = [binaries / "quality", "--scenario", file, "--seconds", args.ours, "--json", log]
    subprocess.run([*command, "--threads", str(args.threads)], stdout=subprocess.DEVNULL)
    for line in map(json.loads, log.read_text().splitlines()):
        checked = {0: "ok", None: "no plan"}.get(line["violations"], "wrong")
        yield line | {"engine": f"ours, {line['budget']:g} s", "check": checked}
    for rooms in args.rooms.split(","):
        for name, script in PEERS:
            yield peer(name, script, rooms, file, folder, binaries, args)


def peer(name, script, rooms, file, folder, binaries, args):
    plan = folder / "plan.json"
    plan.unlink(missing_ok=True)
    command = [HERE / ".venv/bin/python", HERE / script, file, "--rooms", rooms, "--plan", plan]
    command += ["--seconds", str(args.seconds), "--threads", str(args.threads)]
    line = {"engine": f"{name}, {ROOMS[rooms]}", "objective": None, "bound": None, "gap": None}
    # Solvers look at the clock between steps, and some steps are long.
    patience = 2 * args.seconds + 60
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=patience)
    except subprocess.TimeoutExpired:
        return line | {"seconds": patience, "check": "did not stop at its time limit"}
    if ended.returncode != 0:
        print(ended.stderr, file=sys.stderr)
        return line | {"seconds": None, "check": f"failed with {ended.returncode}"}
    line |= json.loads(ended.stdout)
    line["engine"] = f"{name} {line['version']}, {ROOMS[rooms]}"
    if line["objective"] is None:
        return line | {"check": "no plan"}
    if not line["rooms_named"]:
        return line | {"check": "its rooms cannot be named"}
    judged = subprocess.run([binaries / "scheduler", "check", file, plan], capture_output=True)
    return line | {"check": "ok" if judged.returncode == 0 else judged.stdout.decode()}


def row(scenario, line):
    def number(value, digits=2):
        return "–" if value is None else f"{value:,.{digits}f}"

    gap = None if line["gap"] is None else 100 * line["gap"]
    cells = [scenario, line["engine"], number(line["seconds"], 1), number(line["objective"])]
    cells += [number(line["bound"]), number(gap, 3), line["check"]]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
