import unittest

import pandas as pd

from flights.data import join, plain, read

FLIGHT = {"month": 1, "day": 1, "hour": 6, "minute": 0, "carrier": "B6", "origin": "JFK", "dest": "BOS", "tailnum": "N1", "distance": 187, "time_hour": "t1"}


def joined(*flights, weather=()):
    columns = ["origin", "time_hour", "temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "pressure", "visib"]
    return join(
        pd.DataFrame([{**FLIGHT, **flight} for flight in flights]),
        pd.DataFrame([{**dict.fromkeys(columns), "origin": "JFK", "time_hour": "t1", "temp": 39.0}, *weather], columns=columns),
        pd.DataFrame([{"tailnum": "N1", "year": 2003, "seats": 150, "engines": 2}]),
        pd.DataFrame([{"faa": "BOS", "lat": 42.4, "lon": -71.0}]),
    )


class JoinTest(unittest.TestCase):
    def test_a_flight_gets_its_weather_plane_and_destination(self):
        [row] = joined({"arr_delay": 4}).to_dict("records")
        self.assertEqual((row["temp"], row["built"], row["seats"], row["lat"]), (39.0, 2003, 150, 42.4))

    def test_what_is_not_known_is_missing_and_the_flight_stays(self):
        [row] = joined({"arr_delay": 4, "tailnum": "N2", "dest": "SJU", "time_hour": "t9"}).to_dict("records")
        self.assertTrue(all(pd.isna(row[name]) for name in ("temp", "built", "lat")))

    def test_cancelled_flights_are_dropped_but_count_as_departures_of_their_hour(self):
        [row] = joined({"arr_delay": 4}, {"arr_delay": None}).to_dict("records")
        self.assertEqual(row["departures"], 2)

    def test_weather_that_was_written_down_twice_does_not_double_a_flight(self):
        self.assertEqual(len(joined({"arr_delay": 4}, weather=[{"origin": "JFK", "time_hour": "t1"}])), 1)


class NamesTest(unittest.TestCase):
    def test_airlines_are_called_as_people_call_them(self):
        names = read("airlines.csv").set_index("carrier")["name"].map(plain)
        self.assertEqual((names["UA"], names["WN"], names["FL"]), ("United Air Lines", "Southwest Airlines", "AirTran Airways"))
