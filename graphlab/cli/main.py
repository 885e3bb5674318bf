"""The graphlab command. The only place where a GraphlabError becomes an exit code and one line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import cast

import click

from graphlab.app import DEFAULT_PORT
from graphlab.cli.command_line import OpenByDefault, without_command
from graphlab.cli.options import (
    CODE_HELP,
    FILE,
    SOURCE_HELP,
    SourceCommand,
    data_option,
    gradient_option,
    graph_option,
    input_option,
    retrace_option,
    seed_option,
    spec_of,
    trust_option,
)
from graphlab.cli.runs import runs
from graphlab.cli.source_graphs import named_graph, source_graphs
from graphlab.cli.values import values
from graphlab.errors import GraphlabError, shortened
from graphlab.graph.names import early_training_of, failures_of, listed, names_of

DEFAULT_HOST = "127.0.0.1"


@click.group(cls=OpenByDefault)
@click.version_option(package_name="graphlab")
def cli() -> None:
    """See what TensorFlow really computes. Without a command, graphlab opens the examples in the browser."""


@cli.command(
    "open",
    cls=SourceCommand,
    help=f"Open functions or models in the browser. {SOURCE_HELP} The page shows the first SOURCE; the home page "
    "lists all of them. Without a SOURCE, the home page lists the examples.",
)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@input_option
@trust_option
@retrace_option
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Port to listen on; if it is in use, the next free one.",
)
@click.option(
    "--host",
    metavar="ADDRESS",
    default=DEFAULT_HOST,
    show_default=True,
    help="Address to listen on. 0.0.0.0 allows other machines; they need the token in the printed address.",
)
@click.option(
    "--allow-host", "allowed_hosts", multiple=True, metavar="NAME", help="Also answer requests for this host name."
)
@click.option("--browser/--no-browser", default=True, help="Whether to open the browser.", show_default=True)
@click.option("--data", metavar="FOLDER", type=str, default=None, help="Data folder for training.")
def open_command(
    sources: tuple[str, ...],
    inputs: tuple[str, ...],
    trust: bool,
    retrace: bool,
    port: int,
    host: str,
    allowed_hosts: tuple[str, ...],
    browser: bool,
    data: str | None,
    arguments: tuple[str, ...],
) -> None:
    """Start the app and open it in the browser."""
    from graphlab.app.serve import serve_sources

    sources = without_command(sources)
    if (inputs or arguments) and not sources:
        raise click.UsageError(f"{'--input needs' if inputs else 'arguments after -- need'} a SOURCE")
    if retrace and not sources:
        raise click.UsageError("--retrace needs a SOURCE")
    if inputs and len(sources) > 1:
        raise click.UsageError(f"--input works with one SOURCE, not with {len(sources)}")
    specs = [spec_of(source, inputs, trust=trust, arguments=arguments) for source in sources]
    serve_sources(
        specs,
        host=host,
        port=port,
        browser=browser,
        data=data,
        retrace=retrace,
        allowed_hosts=allowed_hosts,
        say=_say,
        complain=_complain,
    )


@cli.command(
    cls=SourceCommand, help=f"Show the ops, layers, parameters and FLOPs of a function or model. {SOURCE_HELP}"
)
@click.argument("source")
@input_option
@trust_option
@retrace_option
@graph_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def info(
    source: str,
    inputs: tuple[str, ...],
    trust: bool,
    retrace: bool,
    graph_name: str | None,
    data: str | None,
    as_json: bool,
    arguments: tuple[str, ...],
) -> None:
    """Print the sizes of a source's graphs, or of one of them."""
    from graphlab.pictures.words import clean
    from graphlab.report import report, to_json, to_text

    spec = spec_of(source, inputs, trust=trust, arguments=arguments)
    graphs, selected_name = source_graphs(spec, typed=graph_name, data=data, retrace=retrace)
    reports = {name: report(graph) for name, graph in graphs.items() if selected_name in (None, name)}
    failures = failures_of(graphs.values()) if selected_name is None else {}
    untraced = (
        [name for name in names_of(graphs) if name not in {**graphs, **failures}] if selected_name is None else []
    )
    if as_json:
        click.echo(json.dumps(to_json(source, reports, untraced, failures), indent=1))
        return
    # A file's names may contain characters that a terminal cannot print, or would execute.
    click.echo(clean(to_text(source, reports, untraced, failures)))


@cli.command(
    cls=SourceCommand,
    help=f"Write a graph to a file: data (.json and others) or a picture (.svg and others). {SOURCE_HELP}\n\n"
    "--open, --depth, --all-ops and --theme select what a picture shows; data files contain everything.\n\n"
    "With a value for an input, --gradient or --values, a picture (.svg, .png, .pdf, .html) shows the values of boxes.",
)
@click.argument("source")
@click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="NAME=VALUE",
    help='Value of an input, such as x=3 or x=values.npy; or its dtype and shape, such as "x=float32[?,28,28,1]".',
)
@click.option("--values", "with_values", is_flag=True, help="Show values for the inputs that graphlab values uses.")
@gradient_option
@seed_option
@trust_option
@retrace_option
@graph_option
@data_option
@click.option("-o", "--output", type=FILE, required=True, help="Output file; the suffix selects the format (out.svg).")
@click.option("--open", "groups", multiple=True, metavar="GROUP", help="Expand this group, such as mnist_mlp/dense.")
@click.option(
    "--depth", type=click.IntRange(0), default=None, help="Expand all groups down to this depth; 0 collapses all."
)
@click.option("--all-ops", is_flag=True, help="Show every op instead of the quiet view.")
@click.option(
    "--theme", type=click.Choice(["light", "dark"]), default=None, help="Theme of the picture.  [default: light]"
)
def export(
    source: str,
    inputs: tuple[str, ...],
    with_values: bool,
    gradient: str,
    seed: int,
    trust: bool,
    retrace: bool,
    graph_name: str | None,
    data: str | None,
    output: Path,
    groups: tuple[str, ...],
    depth: int | None,
    all_ops: bool,
    theme: str | None,
    arguments: tuple[str, ...],
) -> None:
    """Write one of a source's graphs in the format of the suffix."""
    from graphlab.cli.evaluation_process import RunOptions
    from graphlab.cli.picture_values import graphs_with_values
    from graphlab.evaluation.form.input_values import split_inputs
    from graphlab.pictures import PictureOptions
    from graphlab.pictures.export import check, check_values, save

    check(output, options := PictureOptions(groups, depth, all_ops, theme or ""))
    specs, input_values = split_inputs(inputs)
    spec = spec_of(source, specs, trust=trust, arguments=arguments)
    values = None
    if input_values or with_values or gradient:
        check_values(output)
        run = RunOptions(graph_name or "", gradient, data, seed)
        graphs, name, values = graphs_with_values(spec, inputs, output, options, run)
        selected_name = name if graph_name else None
    else:
        graphs, selected_name = source_graphs(spec, typed=graph_name, data=data, retrace=retrace)
        name = selected_name or next(iter(graphs))
    click.echo(f"{output}: {save(named_graph(graphs, name), output, options, values)}")
    for words in early_training_of(graphs.values()):
        _complain(words)
    others = [other for other in names_of(graphs) if other != name and other not in failures_of(graphs.values())]
    if others and not selected_name:
        _complain(
            f"wrote {listed([name])}, the first of {len(others) + 1} graphs; use --graph for another: {listed(others)}"
        )


@cli.command(cls=SourceCommand, help=f"Train a model in the terminal, using datasets() from its file. {CODE_HELP}")
@click.argument("source", required=False)
@input_option
@click.option(
    "--epochs",
    type=click.IntRange(1),
    default=None,
    help="Total number of epochs; with --resume, this includes the earlier ones.  [default: 5]",
)
@click.option(
    "--batch-size",
    type=click.IntRange(1),
    default=None,
    help="Examples per batch.  [default: 32, or the dataset's own]",
)
@click.option("--learning-rate", type=float, default=None, help="Learning rate.  [default: the model's own]")
@click.option(
    "--data", metavar="FOLDER", type=str, default=None, envvar="GRAPHLAB_DATA", help="Data folder for training."
)
@click.option("--seed", type=int, default=None, help="Random seed; the same seed gives the same run.  [default: 7]")
@click.option(
    "--stop-on-nan/--no-stop-on-nan",
    default=None,
    help="Stop the run if its loss becomes NaN or infinite.  [default: stop]",
)
@click.option("--resume", "resumed", metavar="RUN", default=None, help="Continue this run from its last checkpoint.")
def train(
    source: str | None, inputs: tuple[str, ...], resumed: str | None, arguments: tuple[str, ...], **options: object
) -> None:
    """Train with a progress bar; one plain line an epoch. Exit code 1: the loss became NaN, or the process died."""
    from graphlab.cli.commands import TrainOptions, end_command, resume_command, train_command

    settings = cast("TrainOptions", {name: value for name, value in options.items() if value is not None})
    if resumed is not None and (source or inputs or arguments):
        raise click.UsageError("--resume continues a run with its own source; omit SOURCE, --input and arguments")
    if resumed is None and source is None:
        raise click.UsageError("train needs a SOURCE, or --resume RUN")
    spec = spec_of(source, inputs, arguments=arguments) if source else None
    end_command(train_command(spec, settings, _complain) if spec else resume_command(str(resumed), settings), _complain)


cli.add_command(runs)
cli.add_command(values)


def main() -> None:
    """Run the command; errors a user can fix are one line on standard error and exit code 2."""
    try:
        sys.exit(cli.main(standalone_mode=False) or 0)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        sys.exit(130)
    except (GraphlabError, click.ClickException) as error:
        words = error.format_message() if isinstance(error, click.ClickException) else str(error)
        _complain(shortened(words))
        sys.exit(2)


def _say(text: str) -> None:
    click.echo(text)


def _complain(words: str) -> None:
    click.echo(f"graphlab: {' '.join(words.split())}", err=True)
