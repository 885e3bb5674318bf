"""What trains: the model, its data and its callbacks, told in events of a run. The runs themselves are in `runs`."""
