import csv
import tempfile
import unittest
from pathlib import Path

import numpy as np

import employment

MONTHS = np.arange(96)
ADDED = 100 + 0.5 * MONTHS + 8 * np.sin(MONTHS * np.pi / 6)


class HoltWinters(unittest.TestCase):
    def test_goes_on_with_a_trend_and_a_season(self):
        foretold = employment.holt_winters(ADDED[:84], 12)
        self.assertLess(employment.percent(foretold, ADDED[84:]), 1)

    def test_follows_a_season_that_grows_with_the_level_better_when_it_multiplies(self):
        grown = 50 * 1.01**MONTHS * (1 + 0.3 * np.sin(MONTHS * np.pi / 6))
        added = employment.percent(employment.holt_winters(grown[:84], 12), grown[84:])
        multiplied = employment.percent(employment.holt_winters_multiplied(grown[:84], 12), grown[84:])
        self.assertLess(multiplied, added / 2)


class Steps(unittest.TestCase):
    """The functions of the pipeline, called as Flotilla calls them."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_every_scenario_has_a_series(self):
        employment.load(self.folder / "series.npz")
        with open(Path(employment.__file__).with_name("series.csv"), newline="") as rows:
            scenarios = {f"{row['sector']}/{row['industry']}" for row in csv.DictReader(rows)}
        with np.load(self.folder / "series.npz") as series:
            self.assertEqual(set(series.files), scenarios)
        self.assertEqual(len(scenarios), 143)

    def test_a_forecast_begins_where_the_series_ends(self):
        np.savez(self.folder / "series.npz", **{"toys/kites": ADDED})
        made = employment.forecast(self.folder / "series.npz", "toys", "kites", months=3)
        self.assertEqual(list(made["ahead"]), ["2013-01", "2013-02", "2013-03"])
        self.assertLess(made["error"], made["naive"])

    def test_a_summary_has_the_surest_first(self):
        keys = [{"sector": "toys", "industry": industry} for industry in ("kites", "yoyos")]
        verdict = employment.summarize(
            ahead=[{**key, "ahead": {"2013-01": 100.0}} for key in keys],
            error=[{**key, "error": error} for key, error in zip(keys, (3.0, 1.0))],
            naive=[{**key, "naive": 2.0} for key in keys],
            table=self.folder / "summary.csv",
        )
        self.assertEqual((verdict["surest"], verdict["betterThanNaive"]), ("toys/yoyos", 1))
        lines = (self.folder / "summary.csv").read_text().splitlines()
        self.assertEqual(lines[:2], ["sector,industry,error,naive,2013-01", "toys,yoyos,1.0,2.0,100.0"])


if __name__ == "__main__":
    unittest.main()
