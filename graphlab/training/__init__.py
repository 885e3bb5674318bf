"""Trains the model and reports events of a run. Reading and writing a run's folder is in `runs`."""
