"""Sums up the months of one airline at one airport."""


def compare(origin, carrier, evaluation):
    """`evaluation` is a row for each month that has a model."""
    cells = [{"month": row["month"], **row["evaluation"]} for row in evaluation]
    cells.sort(key=lambda cell: cell["month"])
    judged = [cell for cell in cells if cell["brier"] is not None]
    summary = {
        "origin": origin,
        "carrier": carrier,
        "flights": sum(cell["flights"] for cell in cells),
        "brier": weighted_mean(judged, "brier"),
        "brierGuess": weighted_mean(judged, "brierGuess"),
        "brierPooled": weighted_mean(judged, "brierPooled"),
        "calibration": add_calibrations([cell["calibration"] for cell in cells]),
        "cells": [{name: value for name, value in cell.items() if name != "calibration"} for cell in cells],
    }
    own = sum(cell["source"] == "own" for cell in cells)
    print(f"{origin} {carrier}: {own} of {len(cells)} months stand alone")
    return {"summary": summary}


def weighted_mean(cells, name):
    """By the flights that were judged, so that it is the error of a flight; None without any."""
    flights = sum(cell["heldOut"] for cell in cells)
    return sum(cell[name] * cell["heldOut"] for cell in cells) / flights if flights else None


def add_calibrations(calibrations):
    return [[sum(column) for column in zip(*parts)] for parts in zip(*calibrations)]
