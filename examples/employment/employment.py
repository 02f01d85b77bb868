"""Forecasts of monthly employment: plain functions, which a test or a notebook can call as well."""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np

START = np.datetime64("2005-01")  # the first month of every series
# Weights of what is new in level, trend and season: every combination is tried at once.
WEIGHTS = np.array(np.meshgrid([0.1, 0.3, 0.5, 0.7, 0.9], [0.01, 0.05, 0.1, 0.2], [0.05, 0.2, 0.5])).reshape(3, -1)


def load(series):
    """Writes each series to the path `series`, as an array called sector/industry."""
    values = defaultdict(list)
    with open(Path(__file__).with_name("employment.csv"), newline="") as rows:
        for row in csv.DictReader(rows):
            values[f"{row['sector']}/{row['industry']}"].append(float(row["employees"]))
    with open(series, "wb") as out:
        np.savez(out, **values)
    print(f"{len(values)} series")


def forecast(series, sector, industry, months):
    """Takes the method that would have been better two years ago, judges it by last year, and looks ahead with it."""
    with np.load(series) as every:
        y = every[f"{sector}/{industry}"]
    known, last_year = y[:-12], y[-12:]
    method = min((holt_winters, holt_winters_multiplied), key=lambda method: percent(method(known[:-12], 12), known[-12:]))
    ends = START + len(y)
    return {
        "ahead": {str(ends + i): round(value, 1) for i, value in enumerate(method(y, months).tolist())},
        "error": percent(method(known, 12), last_year),
        "naive": percent(known[-12:], last_year),
    }


def holt_winters(y, months):
    """Level, trend and season, each smoothed with the weights that would have foretold `y` best, one month at a time."""
    alpha, beta, gamma = WEIGHTS
    first_year, second_year = y[:12].mean(), y[12:24].mean()
    level, trend = np.full_like(alpha, first_year), np.full_like(alpha, (second_year - first_year) / 12)
    season = np.tile(y[:12, None] - first_year, len(alpha))
    squares = np.zeros_like(alpha)
    for t in range(12, len(y)):
        error = y[t] - (level + trend + season[t % 12])
        squares += error**2
        level, trend = level + trend + alpha * error, trend + alpha * beta * error
        season[t % 12] += (1 - alpha) * gamma * error
    best = squares.argmin()
    ahead = np.arange(months)
    return level[best] + trend[best] * (ahead + 1) + season[(len(y) + ahead) % 12, best]


def holt_winters_multiplied(y, months):
    return np.exp(holt_winters(np.log(y), months))


def percent(foretold, came):
    return round(float(np.mean(np.abs(foretold / came - 1)) * 100), 2)


def summarize(ahead, error, naive, table):
    """Each argument but the last is a list of rows: {"sector": …, "industry": …, "error": 1.2}."""
    rows = [
        {"sector": a["sector"], "industry": a["industry"], "error": e["error"], "naive": n["naive"], **a["ahead"]}
        for a, e, n in zip(ahead, error, naive)
    ]
    rows.sort(key=lambda row: row["error"])
    months = sorted({month for row in ahead for month in row["ahead"]})
    with open(table, "w", newline="") as out:
        writer = csv.DictWriter(out, ["sector", "industry", "error", "naive", *months], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return {
        "series": len(rows),
        "betterThanNaive": sum(row["error"] < row["naive"] for row in rows),
        "medianError": float(np.median([row["error"] for row in rows])),
        "surest": f"{rows[0]['sector']}/{rows[0]['industry']}",
        "hardest": f"{rows[-1]['sector']}/{rows[-1]['industry']}",
    }
