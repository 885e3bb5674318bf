"""The graphs of a source, for the page or the command line: stored, or loaded or traced in a separate process."""
