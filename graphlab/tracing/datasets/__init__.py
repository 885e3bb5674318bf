"""A source's own datasets(): calls it, takes its result apart, and converts the parts to tf.data."""
