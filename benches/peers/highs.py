"""Plans a scenario with HiGHS."""

import math

import highspy
import numpy as np

import peer


def model(form, seconds, threads, integer):
    """A HiGHS instance with the program of `form`."""
    highs = highspy.Highs()
    highs.silent()
    highs.setOptionValue("threads", threads)
    highs.setOptionValue("time_limit", seconds)
    highs.setOptionValue("mip_rel_gap", 1e-7)
    starts, cols, values = form.matrix()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(form.cost), len(form.row_lower)
    lp.col_cost_ = np.asarray(form.cost)
    lp.col_lower_ = np.zeros(lp.num_col_)
    lp.col_upper_ = np.asarray(form.upper, dtype=float)
    lp.row_lower_ = np.asarray(form.row_lower, dtype=float)
    lp.row_upper_ = np.asarray(form.row_upper, dtype=float)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = starts, cols, values
    lp.sense_ = highspy.ObjSense.kMaximize
    if integer:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[whole] for whole in form.integer]
    highs.passModel(lp)
    return highs


def solve(form, seconds, threads):
    highs = model(form, seconds, threads, integer=True)
    highs.run()
    info = highs.getInfo()
    status = highs.modelStatusToString(highs.getModelStatus())
    bound = info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else None
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return status, None, bound
    return status, highs.getSolution().col_value, bound


def colour(choices, cliques):
    highs = highspy.Highs()
    highs.silent()
    highs.setOptionValue("time_limit", 20.0)
    picks = [highs.addBinary() for own in choices for _ in own]
    for own in choices:
        highs.addConstr(highs.qsum([picks[choice] for choice in own]) == 1)
    for clique in cliques:
        highs.addConstr(highs.qsum([picks[choice] for choice in clique]) <= 1)
    highs.run()
    if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    value = highs.getSolution().col_value
    return [next(choice for choice in own if value[choice] > 0.5) for own in choices]


def relax(form, seconds, threads):
    highs = model(form, seconds, threads, integer=False)
    highs.run()
    status = highs.modelStatusToString(highs.getModelStatus())
    solved = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return status, highs.getInfo().objective_function_value if solved else None


if __name__ == "__main__":
    peer.run("HiGHS", highspy.Highs().version(), solve, colour, relax)
