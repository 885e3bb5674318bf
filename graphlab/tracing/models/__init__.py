"""Keras models: what they are traced for, and which layer call made which op."""
