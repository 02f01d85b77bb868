import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import numpy as np

from flights.models import held_out
from flights.train import fit, fit_pooled, open_model
from flights.tune import search
from flights.features import save
from tests.sample import table


class FitTest(unittest.TestCase):
    def setUp(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.folder = Path(made.name)
        self.pooled, self.model = self.folder / "pooled.pkl", self.folder / "model.pkl"

    def fit(self, sample, month=7):
        save(self.folder, "ZZ", sample)
        fit_pooled(self.folder, "ZZ", 15, 0.25, self.pooled)
        return fit(self.folder, self.pooled, "ZZ", month, 15, 0.25, self.model)

    def test_a_month_with_enough_flights_has_a_model_of_its_own(self):
        given = self.fit(table(6000))
        self.assertEqual((given["source"], given["evaluation"]["reason"]), ("own", None))
        self.assertGreater(given["auc"], 0.9)
        self.assertLess(given["brier"], given["evaluation"]["brierGuess"])
        self.assertNotEqual(self.model.read_bytes(), self.pooled.read_bytes())

    def test_a_small_month_falls_back_to_the_pooled_model_and_says_why(self):
        given = self.fit(table(2000))
        self.assertEqual((given["source"], given["evaluation"]["reason"]), ("pooled", "fewer than 300 flights"))
        self.assertEqual(given["brier"], given["evaluation"]["brierPooled"])
        self.assertEqual(self.model.read_bytes(), self.pooled.read_bytes())

    def test_a_month_without_late_flights_falls_back_and_has_no_auc(self):
        given = self.fit(table(6000, late="never"))
        self.assertEqual(given["source"], "pooled")
        self.assertNotIn("auc", given)
        self.assertEqual((given["brier"], given["baseRate"]), (0.0, 0.0))

    def test_a_single_flight_in_the_whole_year_does_not_stop_it(self):
        sample = table(2000)
        for row in range(40):
            given = self.fit(sample.only([row]), month=int(sample.month[row]))
            self.assertEqual((given["source"], given["evaluation"]["flights"]), ("pooled", 1))
            self.assertEqual("brier" in given, given["evaluation"]["heldOut"] == 1)

    def test_the_pooled_model_does_not_know_the_days_held_out(self):
        sample = table(2000)
        self.fit(sample)
        before = self.pooled.read_bytes()
        out = held_out(sample.month, sample.day, 0.25)
        self.fit(replace(sample, delay=np.where(out, 99, sample.delay)))
        self.assertEqual(self.pooled.read_bytes(), before)
        self.fit(replace(sample, delay=np.where(~out, 99, sample.delay)))
        self.assertNotEqual(self.pooled.read_bytes(), before)

    def test_settings_reach_the_model(self):
        save(self.folder, "ZZ", table(6000))
        fit_pooled(self.folder, "ZZ", 15, 0.25, self.pooled, settings={"max_iter": 7})
        self.assertEqual(open_model(self.pooled).n_iter_, 7)

    def test_the_search_answers_with_settings_a_model_takes(self):
        save(self.folder, "ZZ", table(3000))
        found = search(self.folder, 15, 0.25, candidates=3, months=2)["settings"]
        fit_pooled(self.folder, "ZZ", 15, 0.25, self.pooled, settings=found)
        self.assertTrue(self.pooled.exists())
