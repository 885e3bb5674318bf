"""TensorFlow's own files: GraphDefs, MetaGraphs, SavedModels and event files."""
