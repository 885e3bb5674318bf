"""Where graphs come from: a source's spec, its module, its inputs and its data. Independent of TensorFlow."""

from graphlab.sources.spec import LARGEST_CODE_BYTES, SourceSpec, data_source, module_file, parse_source, source_key

__all__ = [
    "LARGEST_CODE_BYTES",
    "SourceSpec",
    "data_source",
    "module_file",
    "parse_source",
    "source_key",
]
