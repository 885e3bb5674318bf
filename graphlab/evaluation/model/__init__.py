"""A Keras model in another state than as it was built: with the weights of a run, or in training mode."""
