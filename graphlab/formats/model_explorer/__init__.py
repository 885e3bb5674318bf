"""Model Explorer's JSON, read and written."""
