"""The reference office: what the peers that simulate share.

Eight hours, eight counters. 192 appointments, six every 15 minutes from opening on, of whom 15 % do
not come; the others come at their time plus a normal lateness of mean -4 and standard deviation 6
minutes, at least -15, and not before opening. Walk-ins at 12 an hour, as a Poisson process, until
minute 450. Lognormal service: appointments 13 minutes (coefficient of variation 0.5), walk-ins 10
minutes (0.7). Four breaks of 30 minutes are due at minute 240 and four at 271: the next free counter
takes one. Breaks go before appointments, appointments before walk-ins, first come first served
within each. Everybody is served. The wait is from arrival to the start of service.
"""

import argparse
import json
import math
import random
import time

COUNTERS = 8
BREAK_MINUTES = 30.0
BREAKS = [240.0] * 4 + [271.0] * 4
BREAK, APPOINTMENT, WALK_IN = range(3)


def lognormal(mean, cv):
    variance = math.log1p(cv * cv)
    return math.log(mean) - variance / 2, math.sqrt(variance)


SERVICE = {APPOINTMENT: lognormal(13.0, 0.5), WALK_IN: lognormal(10.0, 0.7)}


def appointments(draw):
    """Times at which customers with an appointment come, in order."""
    times = []
    for epoch in range(32):
        for _ in range(6):
            if draw.random() < 0.85:
                lateness = max(draw.gauss(-4.0, 6.0), -15.0)
                times.append(max(15.0 * epoch + lateness, 0.0))
    times.sort()
    return times


def walk_ins(draw):
    """Times at which walk-ins come, in order."""
    times = []
    at = draw.expovariate(0.2)
    while at < 450.0:
        times.append(at)
        at += draw.expovariate(0.2)
    return times


def run(engine, version, one_day):
    """Simulates days with `one_day(draw, served, waited)`, which adds to both by class, and prints a
    line of JSON. CPU time: one thread, without starting the interpreter."""
    parser = argparse.ArgumentParser(description=f"Simulates the reference office with {engine}.")
    parser.add_argument("days", type=int)
    parser.add_argument("seed", type=int)
    args = parser.parse_args()
    draw = random.Random(args.seed)
    served, waited = [0, 0, 0], [0.0, 0.0, 0.0]
    begun = time.process_time()
    for _ in range(args.days):
        one_day(draw, served, waited)
    seconds = time.process_time() - begun
    line = {
        "engine": engine,
        "version": version,
        "days": args.days,
        "customers": served[APPOINTMENT] + served[WALK_IN],
        "cpu_seconds": seconds,
        "wait_appointments": waited[APPOINTMENT] / served[APPOINTMENT],
        "wait_walk_ins": waited[WALK_IN] / served[WALK_IN],
    }
    print(json.dumps(line))
