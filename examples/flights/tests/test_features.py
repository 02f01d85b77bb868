import tempfile
import unittest
from pathlib import Path

import numpy as np
import pandas as pd

from flights.features import NAMES, build, day_of_year, load, to_numbers

COMMON = {
    "month": 3, "day": 1, "hour": 17, "minute": 30, "origin": "JFK", "dest": "BOS", "distance": 187, "departures": 20, "lat": 42.4, "lon": -71.0,
    "built": 2003, "seats": 150, "engines": 2, "temp": 39.0, "dewp": 20.0, "humid": 50.0, "wind_dir": 90.0, "wind_speed": 10.0, "wind_gust": None,
    "precip": 0.0, "pressure": 1012.0, "visib": 10.0, "arr_delay": 4,
}  # fmt: skip


def flights(*rows):
    return pd.DataFrame([{**COMMON, **row} for row in rows])


class NumbersTest(unittest.TestCase):
    def test_says_time_weekday_and_age_in_numbers(self):
        [row] = to_numbers(flights({}))
        self.assertEqual([row[NAMES.index(name)] for name in ("time", "weekday", "age")], [17.5, 4, 10])  # a Friday

    def test_a_destination_is_as_busy_as_it_has_flights(self):
        numbers = to_numbers(flights({}, {}, {"dest": "SJU"}))
        self.assertEqual(numbers[:, NAMES.index("dest")].tolist(), [2, 2, 1])

    def test_what_is_not_known_stays_so(self):
        self.assertTrue(np.isnan(to_numbers(flights({}))[0, NAMES.index("wind_gust")]))

    def test_counts_the_days_of_the_year(self):
        self.assertEqual(day_of_year([1, 3, 12], [1, 1, 31]).tolist(), [1, 60, 365])


class BuildTest(unittest.TestCase):
    def test_writes_a_table_for_each_airline_of_the_airport(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "tables").mkdir()
            flights({"carrier": "B6", "arr_delay": 7}, {"carrier": "DL"}, {"carrier": "AA", "origin": "LGA"}).to_pickle(folder / "flights.pkl")
            build(folder / "flights.pkl", "JFK", folder / "tables")
            self.assertEqual(sorted(path.name for path in (folder / "tables").iterdir()), ["B6.npy", "DL.npy"])
            table = load(folder / "tables", "B6")
            self.assertEqual((table.x.shape, table.delay.tolist(), table.month.tolist()), ((1, len(NAMES)), [7], [3]))
