"""Writes the traces of the examples: `python -m tests.ship_traces`, after an example or the tracing code changed."""

from __future__ import annotations

from graphlab.app.page.examples import example_specs
from graphlab.formats.node_link import to_node_link
from graphlab.processes.tensorflow_start import start_tensorflow
from graphlab.store.dependencies import digest
from graphlab.store.stored_graphs import shipped_folder, write_stored


def main() -> None:
    start_tensorflow()
    from graphlab.tracing.targets import trace_source

    for spec in example_specs():
        files = {str(spec.file): digest(str(spec.file))}
        graphs = {name: to_node_link(graph) for name, graph in trace_source(spec).items()}
        write_stored(shipped_folder(spec), graphs, files)
        print(shipped_folder(spec))


if __name__ == "__main__":
    main()
