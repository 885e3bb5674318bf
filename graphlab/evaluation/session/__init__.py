"""A source that a page looks at: opened once, run for many inputs, its values as boxes show them."""
