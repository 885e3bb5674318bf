"""A source's own datasets(): called, taken apart, and converted to tf.data."""
