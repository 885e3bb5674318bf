"""The graphs of a source: asked for from the page or the command line, loaded or traced in a process of its own."""
