"""Searches hyper-parameters for the models of an airport. Heavy, and so left out unless asked for."""

import numpy as np

from flights.features import load
from flights.models import SEED, held_out, judge, probability_of_late, train

CHOICES = {
    "learning_rate": [0.03, 0.05, 0.08, 0.12],
    "max_iter": [40, 80, 120, 200],
    "max_leaf_nodes": [6, 10, 15, 24],
    "min_samples_leaf": [10, 20, 40, 80],
    "l2_regularization": [0.0, 1.0, 10.0],
}
FOLDS = 3


def search(tables, late_minutes, holdout, candidates=24, months=6, largest=4):
    """Returns the settings with the least Brier score over single months of the airport's largest airlines."""
    samples = list(months_to_try(tables, holdout, months, largest))
    draw = np.random.default_rng(SEED)
    best = None
    for number in range(candidates):
        settings = {} if number == 0 else {name: draw.choice(values).item() for name, values in CHOICES.items()}
        error = float(np.mean([cross_validate(table, late_minutes, settings) for table in samples]))
        if best is None or error < best[0]:
            best = (error, settings)
            print(f"{number + 1} of {candidates}: Brier score {error:.5f} with {settings or 'the defaults'}")
    return {"settings": best[1]}


def months_to_try(tables, holdout, months, largest):
    """Months of the busiest airlines, without the days held out."""
    every = [load(tables, path.stem) for path in sorted(tables.glob("*.npy"))]
    for table in sorted(every, key=len, reverse=True)[:largest]:
        known = table.only(~held_out(table.month, table.day, holdout))
        for month in range(1, 13, 12 // months):
            yield known.only(known.month == month)


def cross_validate(table, late_minutes, settings):
    """The mean Brier score over folds of whole days."""
    late = table.delay >= late_minutes
    errors = []
    for fold in range(FOLDS):
        unseen = table.day % FOLDS == fold
        model = train(table.x[~unseen], late[~unseen], settings)
        errors.append(judge(late[unseen], probability_of_late(model, table.x[unseen]))["brier"])
    return np.mean(errors)
