"""Random programs, traced and viewed, against the graphs that TensorFlow holds: `python -m tests.truth`."""
