"""How a model is made, split and judged; the same for own, pooled and tuned ones."""

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import brier_score_loss, roc_auc_score

SETTINGS = {"learning_rate": 0.05, "max_iter": 60, "max_leaf_nodes": 6, "min_samples_leaf": 40, "l2_regularization": 1.0}
SEED = 2013
BINS = 10


def held_out(month, day, fraction):
    """
    Which flights are kept to judge with: all those of some days of each month, the same days for everyone. Flights of a
    day share weather and jams, so a split by flight would flatter the models.
    """
    draw = np.random.default_rng(SEED).permuted(np.tile(np.arange(31), (12, 1)), axis=1)
    return draw[np.asarray(month, int) - 1, np.asarray(day, int) - 1] < round(31 * fraction)


def train(x, late, settings=None):
    """Gradient boosting; the mere share of late flights where there is too little to learn from; None without any."""
    if len(late) == 0:
        return None
    if min(np.sum(late), np.sum(~late)) < 5:
        return DummyClassifier(strategy="prior").fit(x, late)
    # Early stopping would draw a split of its own, by flight.
    return HistGradientBoostingClassifier(**{**SETTINGS, **(settings or {})}, early_stopping=False, random_state=SEED).fit(x, late)


def probability_of_late(model, x):
    """Of each row. Who has seen no flight says one half; who has seen one kind only, knows one class only."""
    if model is None or len(x) == 0:
        return np.full(len(x), 0.5)
    given = dict(zip(model.classes_.tolist(), model.predict_proba(x).T))
    return given.get(True, np.zeros(len(x)))


def judge(late, probability):
    """Scores by name; None where there is no such number: no flights, or all late, or all on time."""
    n = len(late)
    one_class = n == 0 or late.all() or not late.any()
    return {
        "heldOut": n,
        "baseRate": float(late.mean()) if n else None,
        "auc": None if one_class else float(roc_auc_score(late, probability)),
        "brier": float(brier_score_loss(late, probability, pos_label=True)) if n else None,
    }


def calibration(late, probability):
    """For each tenth of the scale: how many flights, the sum of what was said, and how many were late."""
    place = np.minimum((probability * BINS).astype(int), BINS - 1)
    counts = [np.bincount(place, weights=w, minlength=BINS) for w in (np.ones(len(late)), probability, late)]
    return [[int(n), float(said), int(were)] for n, said, were in zip(*counts)]
