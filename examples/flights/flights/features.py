"""Tables of numbers for the models: one file for each airline of an airport, quick to open for the many tasks that do."""

from dataclasses import dataclass, fields

import numpy as np

NAMES = [
    "month", "weekday", "time", "departures", "distance", "lat", "lon", "dest", "age", "seats", "engines",
    "temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "pressure", "visib",
]  # fmt: skip


@dataclass(frozen=True)
class Table:
    """Flights of one airline at one airport: `x` has a column for each of NAMES, `delay` is in minutes."""

    x: np.ndarray
    delay: np.ndarray
    month: np.ndarray
    day: np.ndarray

    def only(self, rows):
        return Table(self.x[rows], self.delay[rows], self.month[rows], self.day[rows])

    def __len__(self):
        return len(self.delay)


def build(flights, origin, tables):
    """Reads the joined flights; writes `<carrier>.npy` for each airline at `origin` into the folder `tables`."""
    import pandas as pd  # here, because training reads tables only and should not wait for pandas

    every = pd.read_pickle(flights)
    here = every[every["origin"] == origin]
    x = to_numbers(here)
    for carrier, rows in here.groupby("carrier").indices.items():
        some = here.iloc[rows]
        delay, month, day = some["arr_delay"].to_numpy(np.float32), some["month"].to_numpy(np.int8), some["day"].to_numpy(np.int8)
        save(tables, carrier, Table(x[rows], delay, month, day))
    print(f"{origin}: {len(here):,} flights of {here['carrier'].nunique()} airlines")


def to_numbers(flights):
    """A row for each flight, a float for each of NAMES; what is not known stays NaN, which the models understand."""
    date = np.array("2013-01-01", "datetime64[D]") + day_of_year(flights["month"], flights["day"]) - 1
    columns = flights.assign(
        # 1970 began on a Thursday, the fourth day counted from Monday = 0.
        weekday=(date.astype(int) + 3) % 7,
        time=flights["hour"] + flights["minute"] / 60,
        # Destinations by how busy they are: a number without gaps that means something.
        dest=flights["dest"].map(flights["dest"].value_counts()),
        age=2013 - flights["built"],
    )
    return columns[NAMES].to_numpy(np.float32)


def day_of_year(month, day):
    before = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30])
    return before[np.asarray(month, int) - 1] + np.asarray(day, int)


def save(tables, carrier, table):
    """One array after the other. An archive would hold the time it was written: so the same flights make the same bytes."""
    with open(tables / f"{carrier}.npy", "wb") as file:
        for field in fields(Table):
            np.save(file, getattr(table, field.name))


def load(tables, carrier):
    with open(tables / f"{carrier}.npy", "rb") as file:
        return Table(*(np.load(file) for _ in fields(Table)))
