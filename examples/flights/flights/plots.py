"""The smaller plots of the report."""

from flights.heatmap import MONTHS, WIDTH, describe
from flights.svg import decimals, drawing, element, percent, scale, text, tip


def ranking(ranked, names, longest):
    """What each model gained: from the error of who only knows the share of late flights (ring) to its own (dot)."""
    x = scale(0, longest, 232, 430)
    drawn = []
    for i, (pair, cell) in enumerate(ranked):
        y = 14 + i * 40
        better = "better" if cell["gain"] >= 0 else "worse"
        drawn += [
            text(0, y, names.get(pair["carrier"], pair["carrier"]), "label"),
            text(0, y + 15, f"{pair['origin']} · {MONTHS[cell['month'] - 1]} · {cell['flights']:,} flights", "axis"),
            element("line", x1=x(0), x2=x(longest), y1=y + 1, y2=y + 1, class_="grid"),
            element("line", x1=x(cell["brierGuess"]), x2=x(cell["brier"]), y1=y + 1, y2=y + 1, class_=f"way {better}"),
            element("circle", cx=x(cell["brierGuess"]), cy=y + 1, r=4, class_="from"),
            element("circle", tip(describe(cell, pair, names)), cx=x(cell["brier"]), cy=y + 1, r=5.5, class_=better),
            text(482, y + 5, percent(cell["gain"]), "value end"),
        ]
    return drawing(484, 40 * len(ranked), "ranking", *drawn)


def calibration(bins):
    """What was said against what happened, for each tenth of the scale; the area of a dot is its number of flights."""
    size, left, top = 330, 62, 10
    x, y = scale(0, 1, left, left + size), scale(0, 1, top + size, top)
    most = max((n for n, _, _ in bins), default=1) or 1
    drawn = square(x, y, "said: probability of being late", "happened: share that was late", lambda v: f"{v:.0%}", [0, 0.25, 0.5, 0.75, 1])
    points = [(n, said / n, were / n) for n, said, were in bins if n > 0]
    drawn.append(element("polyline", points=" ".join(f"{x(said):.1f},{y(were):.1f}" for _, said, were in points), class_="path"))
    for n, said, were in points:
        words = f"{n:,} flights\nsaid {said:.0%} late\n{were:.0%} were late"
        drawn.append(element("circle", tip(words), cx=x(said), cy=y(were), r=3.5 + 14 * (n / most) ** 0.5, class_="dot"))
    return drawing(left + size + 14, top + size + 46, "calibration", *drawn)


def own_against_pooled(judged, names):
    """A dot for each model of its own; below the line the month's own model is the better one."""
    size, left, top = 330, 62, 10
    highest = max([0.3, *(max(cell["brier"], cell["brierPooled"]) for _, cell in judged)]) * 1.03
    x, y = scale(0, highest, left, left + size), scale(0, highest, top + size, top)
    ticks = [tick / 10 for tick in range(int(highest * 10) + 1)]
    drawn = square(x, y, "error of the pooled model", "error of the month's own model", lambda v: f"{v:.1f}", ticks, highest)
    drawn += [text(x(highest) - 8, y(0) - 10, "own is better", "note end"), text(x(0) + 8, y(highest) + 18, "pooled is better", "note")]
    for pair, cell in sorted(judged, key=lambda one: -one[1]["flights"]):
        words = f"{describe(cell, pair, names)}\nThe pooled model: error {decimals(cell['brierPooled'])}"
        side = "better" if cell["brier"] < cell["brierPooled"] else "worse"
        radius = 2.5 + (cell["flights"] / 400) ** 0.5
        drawn.append(element("circle", tip(words), cx=x(cell["brierPooled"]), cy=y(cell["brier"]), r=radius, class_=f"soft {side}"))
    return drawing(left + size + 14, top + size + 46, "own models against pooled ones", *drawn)


def square(x, y, below, beside, write, ticks, highest=1):
    """The frame of a plot whose two axes are alike, with its diagonal."""
    drawn = []
    for tick in ticks:
        drawn += [
            element("line", x1=x(0), x2=x(highest), y1=y(tick), y2=y(tick), class_="grid"),
            element("line", x1=x(tick), x2=x(tick), y1=y(0), y2=y(highest), class_="grid"),
            text(x(tick), y(0) + 17, write(tick), "axis mid"),
            text(x(0) - 8, y(tick) + 4, write(tick), "axis end"),
        ]
    drawn.append(element("line", x1=x(0), y1=y(0), x2=x(highest), y2=y(highest), class_="even"))
    drawn.append(text((x(0) + x(highest)) / 2, y(0) + 40, below, "axis mid"))
    drawn.append(text(0, 0, beside, "axis mid", transform=f"translate(12 {(y(0) + y(highest)) / 2:.0f}) rotate(-90)"))
    return drawn


def sizes(cells, fewest):
    """How many flights the months have, in steps of about three, and where a model of its own begins."""
    edges = [1, 3, 10, 30, 100, 300, 1000, 3000, 10000]
    groups = [[cell for cell in cells if low <= cell["flights"] < high] for low, high in zip(edges, edges[1:])]
    step, floor = WIDTH / len(groups), 176
    height = scale(0, max(map(len, groups)) or 1, 0, 130)
    drawn = [element("line", x1=0, x2=WIDTH, y1=floor, y2=floor, class_="rule")]
    for i, (low, high, group) in enumerate(zip(edges, edges[1:], groups)):
        x, pooled = i * step + 1.5, height(sum(cell["source"] == "pooled" for cell in group))
        words = tip(f"{len(group)} months with {low:,} to {high - 1:,} flights")
        drawn += [
            element("rect", words, x=x, y=floor - height(len(group)), width=step - 3, height=height(len(group)) - pooled, rx=2, class_="better"),
            element("rect", words, x=x, y=floor - pooled, width=step - 3, height=pooled, rx=2, class_="shape"),
            text(x + step / 2, floor - height(len(group)) - 8, len(group), "value mid"),
            text(x + step / 2, floor + 18, f"{low:,} – {high - 1:,}", "axis mid"),
        ]
        if low == fewest:
            drawn += [
                element("line", x1=x - 1.5, x2=x - 1.5, y1=0, y2=floor, class_="even"),
                text(x - 12, 10, f"under {fewest:,}: pooled", "note end"),
            ]
    drawn.append(text(WIDTH / 2, floor + 40, "flights in the month", "axis mid"))
    return drawing(WIDTH, floor + 44, "sizes of the months", *drawn)
