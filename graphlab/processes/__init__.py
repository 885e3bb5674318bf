"""Warm worker processes, and starting TensorFlow in one. Knows nothing about graphs."""
