"""The command `graphlab values`: the value of every op for an input."""

from __future__ import annotations

import click

from graphlab.cli.options import CODE_HELP, SourceCommand, data_option, graph_option, spec_of, trust_option


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
    "[default: the first rows of datasets(), or random; a function without a signature needs values]",
)
@graph_option
@click.option(
    "--gradient", default="", metavar="RESULT", help="Print gradients of this number: a result or op, such as output."
)
@data_option
@trust_option
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=7,
    show_default=True,
    help="Seed for random inputs, initial weights and shuffled data.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def values(
    source: str,
    inputs: tuple[str, ...],
    graph_name: str | None,
    gradient: str,
    data: str | None,
    trust: bool,
    seed: int,
    as_json: bool,
    arguments: tuple[str, ...],
) -> None:
    """Print the values of one of a source's graphs."""
    from graphlab.cli.ask_values import values_command
    from graphlab.evaluation.input_values import split_inputs
    from graphlab.pictures.words import clean

    specs, _ = split_inputs(inputs)
    spec = spec_of(source, specs, trust=trust, arguments=arguments)
    text = values_command(
        spec, inputs, graph=graph_name or "", gradient=gradient, data=data, seed=seed, as_json=as_json
    )
    click.echo(text if as_json else clean(text))
