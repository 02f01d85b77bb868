"""A delay model for each airport, airline and month. The functions know nothing of Flotilla: they take values and paths."""

FEWEST = 300
"""A month with fewer flights does not get a model of its own."""
