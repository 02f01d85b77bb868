"""
Writes fleet.csv: each airport, airline and month of 2013 that had a flight which arrived. `typical` marks months of
half to twice the size of the middle one.

    pip install -r requirements.txt && python make_fleet.py
"""

from pathlib import Path

from flights.data import read

arrived = read("flights.csv.zip", ["origin", "carrier", "month", "arr_delay"]).dropna()
fleet = arrived.groupby(["origin", "carrier", "month"]).size().rename("flights").reset_index()
middle = fleet["flights"].median()
fleet["typical"] = fleet["flights"].between(middle / 2, middle * 2).astype(int)
fleet.to_csv(Path(__file__).with_name("fleet.csv"), index=False, lineterminator="\n")
print(f"{len(fleet)} scenarios, {fleet['typical'].sum()} of them typical; {middle:.0f} flights in the middle one")
