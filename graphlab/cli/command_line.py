"""Parses a command line that names no command as `open`."""

from __future__ import annotations

import click

UNNAMED = "graphlab.unnamed"  # in a context: no command was named


class OpenByDefault(click.Group):
    """A group of commands that runs its first one, `open`, if none is named; `open`'s options may then come alone."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert `open` before options that are not the group's own, and into an empty command line."""
        own = {name for option in self.get_params(ctx) for name in option.opts}
        if not args or (args[0].startswith("-") and args[0].partition("=")[0] not in own):
            ctx.meta[UNNAMED] = True
            args = ["open", *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The group's own options, the commands, the options of `open`."""
        super().format_options(ctx, formatter)
        records = [
            option.get_help_record(ctx) for option in self.commands["open"].params if isinstance(option, click.Option)
        ]
        with formatter.section("Options without a command (same as for open)"):
            formatter.write_dl([record for record in records if record])


def without_command(sources: tuple[str, ...]) -> tuple[str, ...]:
    """The sources after options that precede a command's name: `graphlab --no-browser open SOURCE`."""
    context = click.get_current_context()
    group = context.parent.command if context.parent else None
    if not sources or not context.meta.get(UNNAMED) or sources[0] not in getattr(group, "commands", ()):
        return sources
    if sources[0] == "open":
        return sources[1:]
    raise click.UsageError(f"options must follow the command: graphlab {sources[0]} ...")
