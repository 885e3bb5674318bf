"""Model files as functions that can be run op by op, with the weights that they contain. No code from a file runs."""
