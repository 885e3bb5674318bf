"""The command `graphlab runs`: list training runs, stop one."""

from __future__ import annotations

import click


@click.group(invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="List all runs, not only the newest 20.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def runs(context: click.Context, everything: bool, as_json: bool) -> None:
    """List training runs, newest first. `graphlab runs stop RUN` stops one."""
    if context.invoked_subcommand is None:
        from graphlab.cli.commands import list_command

        click.echo(list_command(everything=everything, as_json=as_json))


@runs.command("stop")
@click.argument("run")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def stop(run: str, as_json: bool) -> None:
    """Stop a run. Its log and its checkpoints are kept. RUN is its name, its folder, or `latest`."""
    from graphlab.cli.commands import stop_command

    click.echo(stop_command(run, as_json=as_json))
