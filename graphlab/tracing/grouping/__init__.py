"""The group tree: which layer, name scope, function or optimizer each op belongs to."""
