"""One op of an evaluation in words: its formula with this node's numbers, its rule, and the chain rule through it."""
