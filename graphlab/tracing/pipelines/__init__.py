"""tf.data pipelines: their stages as a graph, and samples of their elements."""
