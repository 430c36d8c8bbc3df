"""Plans a scenario with OR-Tools' CP-SAT."""

import math

import ortools
from ortools.sat.python import cp_model

import peer

# CP-SAT counts in whole numbers; its objective is in millionths of an expected served minute.
UNIT = 1_000_000


def solve(form, seconds, threads):
    model = cp_model.CpModel()
    columns = [model.new_int_var(0, int(upper), "") for upper in form.upper]
    starts, cols, values = form.matrix()
    coefficients = [int(value) for value in values]
    for row, (lower, upper) in enumerate(zip(form.row_lower, form.row_upper)):
        span = slice(starts[row], starts[row + 1])
        total = cp_model.LinearExpr.weighted_sum([columns[c] for c in cols[span]], coefficients[span])
        if lower == upper:
            model.add(total == int(lower))
            continue
        if math.isfinite(lower):
            model.add(total >= int(lower))
        if math.isfinite(upper):
            model.add(total <= int(upper))
    costs = [round(cost * UNIT) for cost in form.cost]
    paid = [column for column, cost in enumerate(costs) if cost]
    model.maximize(
        cp_model.LinearExpr.weighted_sum([columns[c] for c in paid], [costs[c] for c in paid])
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = threads
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.random_seed = 1
    status = solver.solve(model)
    # Each cost is rounded by at most half a unit; that many more the true optimum may be worth.
    bound = (solver.best_objective_bound + 0.5 * len(paid)) / UNIT
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        # Before the solver has any bound it reports 0.
        return solver.status_name(status), None, bound if solver.best_objective_bound else None
    values = [solver.value(column) for column in columns]
    return solver.status_name(status), values, bound


def colour(choices, cliques):
    model = cp_model.CpModel()
    picks = [model.new_bool_var("") for own in choices for _ in own]
    for own in choices:
        model.add_exactly_one(picks[choice] for choice in own)
    for clique in cliques:
        model.add_at_most_one(picks[choice] for choice in clique)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = 20.0
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [next(choice for choice in own if solver.boolean_value(picks[choice])) for own in choices]


if __name__ == "__main__":
    peer.run("CP-SAT", ortools.__version__, solve, colour)
