import unittest

import numpy as np

from flights.models import calibration, held_out, judge, probability_of_late, train
from tests.sample import table


class HeldOutTest(unittest.TestCase):
    def test_keeps_whole_days_and_about_the_fraction_of_every_month(self):
        month, day = np.repeat(np.arange(1, 13), 62), np.tile(np.repeat(np.arange(1, 32), 2), 12)
        out = held_out(month, day, 0.25).reshape(12, 31, 2)
        self.assertTrue((out[..., 0] == out[..., 1]).all())
        self.assertEqual(out[..., 0].sum(axis=1).tolist(), [8] * 12)

    def test_holds_out_the_same_days_whoever_asks(self):
        self.assertEqual(held_out([4], [9], 0.25).tolist(), held_out([1, 4], [9, 9], 0.25).tolist()[1:])

    def test_a_larger_fraction_only_adds_days(self):
        month, day = np.repeat(np.arange(1, 13), 31), np.tile(np.arange(1, 32), 12)
        self.assertTrue((held_out(month, day, 0.4) >= held_out(month, day, 0.2)).all())


class TrainTest(unittest.TestCase):
    def test_finds_what_makes_flights_late(self):
        sample = table()
        known, unseen = sample.only(slice(0, 1500)), sample.only(slice(1500, 2000))
        model = train(known.x, known.delay >= 15)
        self.assertGreater(judge(unseen.delay >= 15, probability_of_late(model, unseen.x))["auc"], 0.9)

    def test_gives_the_same_model_each_time(self):
        sample = table(500)
        first, second = (probability_of_late(train(sample.x, sample.delay >= 15), sample.x) for _ in range(2))
        self.assertEqual(first.tolist(), second.tolist())

    def test_with_one_kind_of_flight_says_what_it_has_seen(self):
        x = table(40).x
        self.assertEqual(set(probability_of_late(train(x, np.zeros(40, bool)), x)), {0.0})
        self.assertEqual(set(probability_of_late(train(x, np.ones(40, bool)), x)), {1.0})

    def test_with_no_flight_says_one_half(self):
        x = table(3).x
        self.assertIsNone(train(x[:0], np.zeros(0, bool)))
        self.assertEqual(probability_of_late(None, x).tolist(), [0.5] * 3)


class JudgeTest(unittest.TestCase):
    def test_has_no_auc_for_one_class_and_nothing_for_no_flights(self):
        self.assertEqual(judge(np.array([False, False]), np.array([0.5, 0.5])), {"heldOut": 2, "baseRate": 0.0, "auc": None, "brier": 0.25})
        self.assertEqual(judge(np.zeros(0, bool), np.zeros(0)), {"heldOut": 0, "baseRate": None, "auc": None, "brier": None})

    def test_calibration_counts_each_tenth_of_the_scale(self):
        bins = calibration(np.array([True, False, True]), np.array([0.05, 0.05, 1.0]))
        self.assertEqual((bins[0], bins[9], sum(n for n, _, _ in bins)), ([2, 0.1, 1], [1, 1.0, 1], 3))
