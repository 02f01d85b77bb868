"""A small airline whose flights are late when it is windy."""

import numpy as np

from flights.features import NAMES, Table


def table(flights=2000, seed=1, late="windy"):
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(flights, len(NAMES))).astype(np.float32)
    month, day = draw.integers(1, 13, flights), draw.integers(1, 29, flights)
    wind = x[:, NAMES.index("wind_speed")]
    delay = {"windy": np.where(wind + draw.normal(0, 0.3, flights) > 0.7, 40, -5), "never": np.full(flights, -5)}[late]
    return Table(x, delay.astype(np.float32), month.astype(np.int8), day.astype(np.int8))
