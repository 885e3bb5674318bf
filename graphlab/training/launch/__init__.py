"""Training in its own process: started, followed and stopped without importing TensorFlow."""
