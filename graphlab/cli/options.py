"""What the commands have in common: their options, and the source that they name."""

from __future__ import annotations

from pathlib import Path

import click

from graphlab.sources import SourceSpec, parse_source
from graphlab.sources.inputs import parse_inputs
from graphlab.sources.objects import check_name

ARGUMENTS_MARK = "--"

SOURCE_HELP = "SOURCE is FILE.py:NAME, package.module:NAME or a model file."
CODE_HELP = "SOURCE is FILE.py:NAME or package.module:NAME."
FILE = click.Path(dir_okay=False, path_type=Path)
input_option = click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="NAME=DTYPE[SIZES]",
    help='Dtype and shape of an input, such as "x=float32[?,28,28,1]".',
)
graph_option = click.option(
    "--graph", "graph_name", metavar="NAME", default=None, help="Graph to use: its name (train_step) or its tab label."
)
data_option = click.option(
    "--data",
    metavar="FOLDER",
    type=str,
    default=None,
    envvar="GRAPHLAB_DATA",
    help="Data folder for the input pipeline.",
)
gradient_option = click.option(
    "--gradient",
    default="",
    metavar="RESULT",
    help="Compute gradients of this number: a result or an op, such as output, or loss of a train step.",
)
seed_option = click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=7,
    show_default=True,
    help="Seed for random inputs, initial weights and shuffled data.",
)
retrace_option = click.option("--retrace", is_flag=True, help="Trace the source again, even if nothing has changed.")
trust_option = click.option(
    "--trust", is_flag=True, help="Run code from a model file, such as Lambda layers. Use it only for files you trust."
)


class SourceCommand(click.Command):
    """A command on a source. Everything after -- on its line is for the source's script."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """As in Click, with `arguments` among the parameters."""
        index = args.index(ARGUMENTS_MARK) if ARGUMENTS_MARK in args else len(args)
        context.params["arguments"] = tuple(args[index + 1 :])
        return super().parse_args(context, args[:index])

    def collect_usage_pieces(self, context: click.Context) -> list[str]:
        """As in Click, with those arguments."""
        return [*super().collect_usage_pieces(context), f"[{ARGUMENTS_MARK} SCRIPT_ARGUMENTS]"]


def spec_of(
    source: str, inputs: tuple[str, ...], *, trust: bool = False, arguments: tuple[str, ...] = ()
) -> SourceSpec:
    """The parsed source, checked as far as possible without running it."""
    parse_inputs(inputs)
    spec = parse_source(source, inputs, trust=trust, arguments=arguments)
    check_name(spec)
    return spec
