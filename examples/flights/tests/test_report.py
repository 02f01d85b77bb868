import tempfile
import unittest
from html.parser import HTMLParser
from pathlib import Path

from flights.compare import compare
from flights.report import spans, write

LATE = {"source": "own", "reason": None, "flights": 900, "heldOut": 200, "baseRate": 0.3, "auc": 0.7, "brier": 0.18, "brierGuess": 0.2, "brierPooled": 0.19}
LATE["calibration"] = [[20, 2.0, 3.0]] * 10
SMALL = {**LATE, "source": "pooled", "reason": "fewer than 300 flights", "flights": 40, "heldOut": 9, "auc": None}
EMPTY = {**SMALL, "flights": 1, "heldOut": 0, "baseRate": None, "brier": None, "brierGuess": None, "brierPooled": None, "calibration": [[0, 0.0, 0.0]] * 10}


def rows(*cells, origin="JFK", carrier="B6"):
    months = [{"month": 12 - i, "evaluation": cell} for i, cell in enumerate(cells)]
    return {"origin": origin, "carrier": carrier, **compare(origin, carrier, months)}


def page(*summary):
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.html"
        write(list(summary), {"B6": "JetBlue <Airways>"}, 15, 0.25, report)
        return report.read_text("utf-8")


class Outline(HTMLParser):
    """Fails on tags that do not close in order; collects classes, texts, and what would be fetched."""

    def __init__(self, source):
        super().__init__()
        self.open, self.classes, self.links, self.texts = [], [], [], []
        self.feed(source)
        assert self.open == [], self.open

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.classes.append((tag, given.get("class")))
        self.links += [given[name] for name in ("src", "href") if name in given]
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.classes.append((tag, dict(attributes).get("class")))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.texts.append(data)


class CompareTest(unittest.TestCase):
    def test_months_come_in_order_and_errors_are_those_of_a_flight(self):
        summary = rows(LATE, {**LATE, "brier": 0.1, "heldOut": 600})["summary"]
        self.assertEqual([cell["month"] for cell in summary["cells"]], [11, 12])
        self.assertAlmostEqual(summary["brier"], (0.18 * 200 + 0.1 * 600) / 800)
        self.assertEqual(summary["calibration"][0], [40, 4.0, 6.0])

    def test_an_airline_that_could_not_be_judged_has_no_error(self):
        self.assertIsNone(rows(EMPTY)["summary"]["brier"])


class ReportTest(unittest.TestCase):
    def test_a_page_needs_nothing_else_and_is_well_formed(self):
        source = page(rows(LATE, SMALL, EMPTY), rows(LATE, origin="LGA"))
        outline = Outline(source)
        self.assertEqual(outline.links, [])
        self.assertNotIn("url(", source)
        self.assertNotIn("@import", source)
        self.assertNotIn("<script", source)

    def test_own_models_are_squares_pooled_ones_discs_and_those_not_judged_rings(self):
        classes = Outline(page(rows(LATE, SMALL, EMPTY))).classes
        legend = 7  # the colours of the error's legend
        self.assertEqual(sum(tag == "rect" and str(name)[:1] == "e" for tag, name in classes), 1 + legend)
        self.assertEqual(sum(tag == "circle" and name == "e3" for tag, name in classes), 1)
        self.assertEqual(sum(tag == "circle" and name == "unknown" for tag, name in classes), 2 * (1 + 1))

    def test_names_are_text_and_never_markup(self):
        source = page(rows(LATE, SMALL))
        self.assertIn("JetBlue &lt;Airways&gt;", source)
        self.assertNotIn("<Airways>", source)

    def test_says_what_fell_back_and_why(self):
        source = page(rows(LATE, SMALL, EMPTY))
        self.assertIn("2 of 3 months", source)
        self.assertIn("2 with fewer than 300 flights", source)
        self.assertIn("Oct – Nov", source)

    def test_a_single_scenario_makes_a_page_whatever_it_lacks(self):
        for cell in (LATE, SMALL, EMPTY):
            with self.subTest(cell["source"]):
                Outline(page(rows(cell)))

    def test_months_in_a_row_are_drawn_together(self):
        self.assertEqual(spans([1, 2, 3, 6, 12]), "Jan – Mar, Jun, Dec")
