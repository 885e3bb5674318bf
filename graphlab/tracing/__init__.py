"""Tracing: tf.functions, Keras models and train steps become Graphs."""
