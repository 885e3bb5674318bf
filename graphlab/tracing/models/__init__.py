"""Keras models: the inputs that they are traced for, and the layer call that made each op."""
