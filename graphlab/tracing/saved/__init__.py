"""Graphs that TensorFlow saved, from their protocol buffers alone: nothing in them is run."""
