"""Graphs that TensorFlow saved, from their protocol buffers alone: nothing in them runs."""
