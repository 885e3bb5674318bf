"""Warm worker processes, and starting TensorFlow in one. Independent of graphs."""
