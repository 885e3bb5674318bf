"""See what TensorFlow really computes."""
