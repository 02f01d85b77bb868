"""A delay model for each airport, airline and month. The functions know nothing of Flotilla: they take values and paths."""
