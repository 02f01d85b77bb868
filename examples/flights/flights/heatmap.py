"""The map of all models: a row for each airline at an airport, a column for each month."""

from bisect import bisect_right

from flights.svg import decimals, drawing, element, percent, text, tip

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
AIRPORTS = {"EWR": "Newark Liberty", "JFK": "John F. Kennedy", "LGA": "LaGuardia"}
LEFT, CELL, ROW, HEAD, GROUP = 222, 44, 27, 26, 44
YEAR = LEFT + 12 * CELL + 26
BAR = YEAR + 46
WIDTH = BAR + 126

# Each view: where one colour ends and the next begins, and how a border is written.
ERROR = {"value": "brier", "class": "e", "edges": [0.05, 0.10, 0.15, 0.20, 0.25, 0.30], "write": lambda edge: f"{edge:.2f}"}
GAIN = {"value": "gain", "class": "g", "edges": [-0.15, -0.05, 0.05, 0.15, 0.30], "write": percent}


def heatmap(pairs, names, view):
    """`pairs` are the summaries in the order of the rows; a cell without a score is drawn as a ring."""
    busiest = max(pair["flights"] for pair in pairs)
    drawn, y = [], 0
    for origin in sorted({pair["origin"] for pair in pairs}):
        y += GROUP
        drawn += [text(0, y - 12, AIRPORTS.get(origin, origin), "group"), text(LEFT - 12, y - 12, origin, "code end")]
        drawn += [text(LEFT + CELL * (i + 0.5), y - 12, month, "axis mid") for i, month in enumerate(MONTHS)]
        drawn += [text(YEAR, y - 12, "year", "axis mid"), text(BAR, y - 12, "flights", "axis")]
        for pair in (pair for pair in pairs if pair["origin"] == origin):
            drawn += row(pair, names, view, y, busiest)
            y += ROW
    return drawing(WIDTH, y + 6, "map of all models by airline and month", *drawn)


def row(pair, names, view, y, busiest):
    middle = y + ROW / 2
    yield text(0, middle + 4, names.get(pair["carrier"], pair["carrier"]), "label")
    yield text(LEFT - 12, middle + 4, pair["carrier"], "code end")
    cells = {cell["month"]: cell for cell in pair["cells"]}
    for month in range(1, 13):
        x = LEFT + CELL * (month - 1)
        if month in cells:
            yield mark(cells[month], pair, names, view, x, y)
        else:
            yield element("circle", cx=x + CELL / 2, cy=middle, r=1.5, class_="absent")
    yield text(YEAR, middle + 4, in_words(pair[view["value"]], view), "value mid")
    length = max(1.5, 110 * pair["flights"] / busiest)
    yield element("rect", tip(f"{pair['flights']:,} flights"), x=BAR, y=middle - 4, width=length, height=8, rx=2, class_="bar")


def mark(cell, pair, names, view, x, y):
    """A square for a model of its own, a disc for the pooled one."""
    said = tip(describe(cell, pair, names))
    value = cell[view["value"]]
    colour = "unknown" if value is None else f"{view['class']}{bisect_right(view['edges'], value)}"
    if cell["source"] == "pooled":
        return element("circle", said, cx=x + CELL / 2, cy=y + ROW / 2, r=7.5, class_=colour)
    return element("rect", said, x=x + 1.5, y=y + 1.5, width=CELL - 3, height=ROW - 3, rx=3, class_=colour)


def describe(cell, pair, names):
    own = "a model of its own" if cell["source"] == "own" else f"the pooled model: {cell['reason']}"
    return "\n".join(
        [
            f"{names.get(pair['carrier'], pair['carrier'])} from {pair['origin']} in {MONTHS[cell['month'] - 1]}",
            f"{cell['flights']:,} flights, {cell['heldOut']:,} of them to judge with",
            f"Error {decimals(cell['brier'])}, by the share alone {decimals(cell['brierGuess'])} ({percent(cell['gain'])} gained)",
            f"AUC {decimals(cell['auc'], 2)}, late {'–' if cell['baseRate'] is None else format(cell['baseRate'], '.0%')}",
            own,
        ]
    )


def in_words(value, view):
    return percent(value) if view is GAIN else decimals(value)


def legend(view):
    """The colours with their borders, and the two shapes."""
    steps = len(view["edges"]) + 1
    drawn = [element("rect", x=i * 46, y=2, width=45, height=12, class_=f"{view['class']}{i}") for i in range(steps)]
    drawn += [text((i + 1) * 46, 29, view["write"](edge), "axis mid") for i, edge in enumerate(view["edges"])]
    at = steps * 46 + 36
    drawn += [element("rect", x=at, y=1, width=22, height=15, rx=3, class_="shape"), text(at + 30, 13, "own model", "axis")]
    drawn += [element("circle", cx=at + 122, cy=8.5, r=7.5, class_="shape"), text(at + 137, 13, "pooled: fell back", "axis")]
    drawn += [element("circle", cx=at + 265, cy=8.5, r=6.5, class_="unknown"), text(at + 280, 13, "no day to judge with", "axis")]
    return drawing(WIDTH, 34, "legend", *drawn)
