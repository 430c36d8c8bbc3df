#!/usr/bin/env python3
"""Simulates the reference office with the engine and its peers, one after the other on one core, and
prints customers a second of processor time (the best of some runs) and the waits as Markdown.

    benches/peers/install.sh && python3 benches/peers/offices.py

The model is described in `office.py`; waits of runs with different seeds give the standard errors.
"""

import argparse
import datetime
import json
import math
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PYTHON = HERE / ".venv" / "bin" / "python"
SIMRS = HERE / "simrs"
# Days for each run: some seconds each, and ten for the engine, whose waits are then as sure as the
# reference.
DAYS = {"engine": 400_000, "simrs": 40_000, "SimPy": 800, "Ciw": 600}
# What a specialised simulation of two million days gives.
REFERENCE = "1.828 ± 0.0005", "13.633 ± 0.006"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="runs of each, of which the best counts")
    parser.add_argument("--scale", type=float, default=1.0, help="factor on the days of each run")
    args = parser.parse_args()
    days = {engine: max(1, round(count * args.scale)) for engine, count in DAYS.items()}

    build = ["cargo", "build", "--release", "--locked"]
    ours_built = build + ["-p", "scheduler-benches", "--bin", "day"]
    subprocess.run(ours_built, cwd=ROOT, check=True)
    subprocess.run(build, cwd=SIMRS, check=True)
    peers = {
        "simrs": [target(SIMRS) / "office-simrs"],
        "SimPy": [PYTHON, HERE / "office_simpy.py"],
        "Ciw": [PYTHON, HERE / "office_ciw.py"],
    }

    rows = [ours(target(ROOT) / "day", days["engine"], args.runs)]
    # In turns, so that a busy stretch of the machine meets all of them.
    lines = {engine: [] for engine in peers}
    for seed in range(1, args.runs + 1):
        for engine, command in peers.items():
            lines[engine].append(json.loads(output(command + [days[engine], seed])))
    rows += [peer(lines[engine]) for engine in peers]

    commit = output(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT).strip()
    print(f"{datetime.date.today()}, {processor()}, commit {commit}, best of {args.runs}\n")
    print("| engine | customers/s | engine is faster by | wait, appointments | wait, walk-ins |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, speed, waits in rows:
        ratio = f"{rows[0][1] / speed:.1f}"
        print(f"| {name} | {speed:,.0f} | {ratio} | {waits[0]} | {waits[1]} |")
    print(f"| two million days | | | {REFERENCE[0]} | {REFERENCE[1]} |")


def ours(program, days, runs):
    """The engine's row, from the line that `day` prints about this office."""
    command = [program, "--reference", "--days", days, "--runs", runs]
    lines = output(command).splitlines()
    fields = next(line.split() for line in lines if line.startswith("REF-OFFICE-A"))
    return "this engine", float(fields[1]), [" ".join(fields[3:6]), " ".join(fields[6:9])]


def peer(lines):
    speed = max(line["customers"] / line["cpu_seconds"] for line in lines)
    name = f"{lines[0]['engine']} {lines[0]['version']}"
    kinds = ("wait_appointments", "wait_walk_ins")
    return name, speed, [interval([line[kind] for line in lines]) for kind in kinds]


def interval(values):
    """Mean and its standard error."""
    count = len(values)
    mean = sum(values) / count
    if count == 1:
        return f"{mean:.4f}"
    spread = sum((value - mean) ** 2 for value in values)
    return f"{mean:.4f} ± {math.sqrt(spread / (count - 1) / count):.4f}"


def target(package):
    metadata = ["cargo", "metadata", "--format-version=1", "--no-deps"]
    return pathlib.Path(json.loads(output(metadata, cwd=package))["target_directory"]) / "release"


def processor():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return names[0] if names else "unknown processor"


def output(command, cwd=None):
    command = [str(part) for part in command]
    return subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main()
