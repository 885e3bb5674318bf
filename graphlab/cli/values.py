"""The command `graphlab values`: the value of every op for an input."""

from __future__ import annotations

import shutil
import sys

import click

from graphlab.cli.options import (
    CODE_HELP,
    SourceCommand,
    data_option,
    gradient_option,
    graph_option,
    seed_option,
    spec_of,
    trust_option,
)


@click.command(
    cls=SourceCommand,
    help=f"Print the value of every op for an input, and the gradients of a result. {CODE_HELP}",
)
@click.argument("source")
@click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="NAME=VALUE",
    help="Value of an input: x=3, 'x=[1,2]', x=values.npy, or x=float32[1,8] for random values.  "
    "[default: example_inputs of the file, else the first rows of datasets(), else random]",
)
@graph_option
@gradient_option
@click.option(
    "--op",
    "ops",
    multiple=True,
    metavar="TEXT",
    help="Print only ops whose name, type or layer contains this text, such as dense or MatMul; can be repeated.",
)
@data_option
@trust_option
@seed_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def values(
    source: str,
    inputs: tuple[str, ...],
    graph_name: str | None,
    gradient: str,
    ops: tuple[str, ...],
    data: str | None,
    trust: bool,
    seed: int,
    as_json: bool,
    arguments: tuple[str, ...],
) -> None:
    """Print the values of one of a source's graphs."""
    from graphlab.cli.ask_values import values_command
    from graphlab.cli.evaluation_process import RunOptions
    from graphlab.evaluation.form.input_values import split_inputs
    from graphlab.pictures.words import clean

    specs, _ = split_inputs(inputs)
    spec = spec_of(source, specs, trust=trust, arguments=arguments)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    run = RunOptions(graph_name or "", gradient, data, seed)
    text = values_command(spec, inputs, run, ops=ops, as_json=as_json, width=width)
    click.echo(text if as_json else clean(text))
