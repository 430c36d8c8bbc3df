"""The reference office in SimPy: a resource with priorities, a process for each customer."""

from importlib.metadata import version

import simpy

import office


def one_day(draw, served, waited):
    env = simpy.Environment()
    counters = simpy.PriorityResource(env, capacity=office.COUNTERS)

    def visit(at, kind):
        yield env.timeout(at)
        with counters.request(priority=kind) as request:
            yield request
            served[kind] += 1
            waited[kind] += env.now - at
            if kind == office.BREAK:
                yield env.timeout(office.BREAK_MINUTES)
            else:
                yield env.timeout(draw.lognormvariate(*office.SERVICE[kind]))

    for kind, times in (
        (office.BREAK, office.BREAKS),
        (office.APPOINTMENT, office.appointments(draw)),
        (office.WALK_IN, office.walk_ins(draw)),
    ):
        for at in times:
            env.process(visit(at, kind))
    env.run()


if __name__ == "__main__":
    office.run("SimPy", version("simpy"), one_day)
