"""Trains the model of one airline at one airport: in one month, or in all of them as a fallback."""

import pickle
import shutil

import numpy as np

from flights import FEWEST
from flights.features import load
from flights.models import calibration, held_out, judge, probability_of_late, train


def fit_pooled(tables, carrier, late_minutes, holdout, model, settings=None):
    """Writes a model of all months to the path `model`, without the days held out: it will be judged on them."""
    table = load(tables, carrier)
    known = table.only(~held_out(table.month, table.day, holdout))
    save(train(known.x, known.delay >= late_minutes, settings), model)
    print(f"all months: {len(known):,} flights")


def fit(tables, pooled, carrier, month, late_minutes, holdout, model, settings=None):
    """Writes the model of the month to the path `model` and returns how good it is."""
    table = load(tables, carrier)
    table = table.only(table.month == month)
    out = held_out(table.month, table.day, holdout)
    known, unseen = table.only(~out), table.only(out)
    late = known.delay >= late_minutes

    reason = why_not_alone(len(table), late)
    shared = open_model(pooled)
    if reason is None:
        chosen = train(known.x, late, settings)
        save(chosen, model)
    else:
        chosen = shared
        shutil.copyfile(pooled, model)

    evaluation = evaluate(chosen, known, unseen, late_minutes)
    evaluation |= {
        "source": "own" if reason is None else "pooled",
        "reason": reason,
        "flights": len(table),
        "brierPooled": evaluate(shared, known, unseen, late_minutes)["brier"],
    }
    print(f"{evaluation['source']}: {reason or 'enough flights'}; {len(known)} to learn from, {len(unseen)} to judge with")
    scores = {name: evaluation[name] for name in ("auc", "brier", "baseRate") if evaluation[name] is not None}
    return {"source": evaluation["source"], **scores, "evaluation": evaluation}


def why_not_alone(flights, late):
    """The reason to fall back in words, or None if the month can stand alone."""
    if flights < FEWEST:
        return f"fewer than {FEWEST} flights"
    if late.all() or not late.any():
        return "all late, or all on time"
    return None


def evaluate(model, known, unseen, late_minutes):
    """The scores on unseen days, and that of whoever only knows the share of late flights."""
    late = unseen.delay >= late_minutes
    probability = probability_of_late(model, unseen.x)
    guess = np.full(len(late), np.mean(known.delay >= late_minutes) if len(known) else 0.5)
    return {**judge(late, probability), "brierGuess": judge(late, guess)["brier"], "calibration": calibration(late, probability)}


def save(model, path):
    with open(path, "wb") as out:
        pickle.dump(model, out, protocol=5)


def open_model(path):
    with open(path, "rb") as stored:
        return pickle.load(stored)
