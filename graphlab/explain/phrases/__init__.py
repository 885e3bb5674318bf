"""Sentences for ops that depend on their shapes."""
