"""Training runs: their log, their process, their numbers."""
