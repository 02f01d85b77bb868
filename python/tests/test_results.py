from __future__ import annotations

import json
import unittest
from typing import Any, Dict

from flotilla_runner.faults import Fault
from flotilla_runner.results import MAX_VALUES_BYTES, values_of

NUMBER = {"auc": {"type": "number"}}
TWO = {"auc": {"type": "number"}, "modelName": {"type": "string"}}
JSON = {"facts": {"type": "json"}}
FILE = {"model": {"type": "file", "path": "/m"}}


class Scalar:
    """As numpy's are."""

    shape = ()

    def __init__(self, value: Any) -> None:
        self._value = value

    def item(self) -> Any:
        return self._value


class Array:
    shape = (2,)

    def item(self) -> Any:
        raise ValueError

    def tolist(self) -> Any:
        return [1, 2]


class ResultsTest(unittest.TestCase):
    def test_what_may_be_returned(self) -> None:
        table: list = [
            (0.7, NUMBER, {"auc": 0.7}),
            ({"auc": 1}, NUMBER, {"auc": 1}),
            (Scalar(0.5), NUMBER, {"auc": 0.5}),
            ({"auc": 1.0, "modelName": "a"}, TWO, {"auc": 1.0, "modelName": "a"}),
            ({"auc": 1.0, "model_name": "a"}, TWO, {"auc": 1.0, "modelName": "a"}),
            (None, {}, {}),
            (None, FILE, {}),
            ({}, FILE, {}),
            (True, {"ok": {"type": "boolean"}}, {"ok": True}),
            (Scalar(True), {"ok": {"type": "boolean"}}, {"ok": True}),
            ("", {"text": {"type": "string"}}, {"text": ""}),
            ({"a": [1, (2, None)]}, JSON, {"facts": {"a": [1, [2, None]]}}),
            ({"facts": {"a": Scalar(1)}}, JSON, {"facts": {"a": 1}}),
            ({"facts": None}, JSON, {"facts": None}),
            ([], JSON, {"facts": []}),
            ({}, JSON, {"facts": {}}),
            (None, {"auc": {"type": "number", "optional": True}}, {}),
            ({"auc": None}, {"auc": {"type": "number", "optional": True}}, {"auc": None}),
            ({"auc": 1}, {**NUMBER, "note": {"type": "string", "optional": True}}, {"auc": 1}),
        ]
        for returned, outputs, expected in table:
            self.assertEqual(values_of(returned, outputs), expected, (returned, outputs))

    def test_what_may_not(self) -> None:
        circle: Dict[str, Any] = {}
        circle["me"] = circle
        table: list = [
            (None, NUMBER, "OUTPUT_MISSING", "auc"),
            ({}, NUMBER, "OUTPUT_MISSING", "auc"),
            (None, TWO, "OUTPUT_MISSING", "auc, modelName"),
            ({"auc": 1.0}, TWO, "OUTPUT_MISSING", "modelName"),
            (None, JSON, "OUTPUT_MISSING", "facts"),
            ({"auc": 1, "other": 2}, NUMBER, "OUTPUT_INVALID", "other"),
            ({"auc": 1, "modelName": "a", "model_name": "b"}, TWO, "OUTPUT_INVALID", "twice"),
            (1, {}, "OUTPUT_INVALID", "no value outputs"),
            ({"model": "/m"}, FILE, "OUTPUT_INVALID", "write it to the path"),
            (float("nan"), NUMBER, "OUTPUT_INVALID", "nan"),
            (Scalar(float("inf")), NUMBER, "OUTPUT_INVALID", "inf"),
            ({"facts": [float("nan")]}, JSON, "OUTPUT_INVALID", "nan"),
            ("0.7", NUMBER, "OUTPUT_INVALID", "number"),
            (True, NUMBER, "OUTPUT_INVALID", "True (bool)"),
            (1, {"text": {"type": "string"}}, "OUTPUT_INVALID", "string"),
            ({"auc": None, "modelName": "a"}, TWO, "OUTPUT_INVALID", "None"),
            (Array(), JSON, "OUTPUT_INVALID", ".tolist()"),
            (object(), JSON, "OUTPUT_INVALID", "not JSON"),
            ({1: 2}, JSON, "OUTPUT_INVALID", "key"),
            (circle, JSON, "OUTPUT_INVALID", "itself"),
            ("x" * MAX_VALUES_BYTES, JSON, "OUTPUT_INVALID", "8,388,"),
        ]
        for returned, outputs, code, part in table:
            with self.assertRaises(Fault, msg=repr((returned, outputs))[:200]) as caught:
                values_of(returned, outputs)
            self.assertEqual(caught.exception.code, code, str(caught.exception))
            self.assertIn(part, str(caught.exception))

    def test_values_just_within_the_limit_pass(self) -> None:
        text = "ü" * ((MAX_VALUES_BYTES - len(json.dumps({"facts": ""}, separators=(",", ":")))) // 2)
        self.assertEqual(values_of(text, JSON), {"facts": text})


if __name__ == "__main__":
    unittest.main()
