"""Keras model files: .keras, .h5 and .weights.h5. No code from a file runs."""
