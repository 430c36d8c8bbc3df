"""The reference office in Ciw: one node, three classes of customers with priorities."""

from importlib.metadata import version

import ciw

import office

# Longer than any day.
END = 5000.0
CLASSES = {"break": office.BREAK, "appointment": office.APPOINTMENT, "walk-in": office.WALK_IN}


def sequence(times):
    """Arrivals at these times and then no more."""
    gaps = [now - before for before, now in zip([0.0] + times, times)]
    return [ciw.dists.Sequential(gaps + [float("inf")])]


def one_day(draw, served, waited):
    ciw.seed(draw.getrandbits(32))
    appointment, walk_in = office.SERVICE[office.APPOINTMENT], office.SERVICE[office.WALK_IN]
    network = ciw.create_network(
        arrival_distributions={
            "break": sequence(office.BREAKS),
            "appointment": sequence(office.appointments(draw)),
            "walk-in": sequence(office.walk_ins(draw)),
        },
        service_distributions={
            "break": [ciw.dists.Deterministic(office.BREAK_MINUTES)],
            "appointment": [ciw.dists.Lognormal(*appointment)],
            "walk-in": [ciw.dists.Lognormal(*walk_in)],
        },
        number_of_servers=[office.COUNTERS],
        priority_classes=CLASSES,
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(END)
    for record in simulation.get_all_records(only=["service"]):
        kind = CLASSES[record.customer_class]
        served[kind] += 1
        waited[kind] += record.waiting_time


if __name__ == "__main__":
    office.run("Ciw", version("ciw"), one_day)
