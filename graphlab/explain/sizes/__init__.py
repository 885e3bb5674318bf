"""Tensor sizes that follow from a graph's inputs. Works on ops, not pixels."""
