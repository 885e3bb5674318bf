"""Training in a process of its own: started, followed and stopped without importing TensorFlow."""
