"""The value of each op for an input, and the gradient of a result with respect to it: a graph run op by op."""
