"""Sentences for ops whose words depend on their shapes."""
