"""Tensor sizes that follow from a graph's inputs. Knows ops, not pixels."""
