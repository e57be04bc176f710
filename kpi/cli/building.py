"""From plain functions to Typer commands: option groups spread out, values read without pydantic, help translated.

A command module holds one function `command(…, options: SomeOptions, session: Session) -> int` (the exit code). Modules
are imported when their command runs, so that `kpi --help` reads none of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache
from importlib import import_module
from typing import Any, get_type_hints

import typer
from typer.core import TyperCommand, TyperGroup

from kpi.cli.options import ScreenOptions
from kpi.cli.session import Session
from kpi.frozen import frozen
from kpi.locale import N_, text
from kpi.problems import KpiError, Problem, say

Function = Callable[..., int | None]

# What Typer itself says in its help pages, and the names under which it keeps it (typer.rich_utils).
PHRASES = {
    "ARGUMENTS_PANEL_TITLE": N_("Arguments"),
    "OPTIONS_PANEL_TITLE": N_("Options"),
    "COMMANDS_PANEL_TITLE": N_("Commands"),
    "REQUIRED_LONG_STRING": N_("[required]"),
    "DEFAULT_STRING": N_("[default: {}]"),
}
USAGE = N_("Usage:")
HELP = N_("Show this message and exit.")


@frozen
class Entry:
    """One command: its name, what it does in one line, and the module that holds its function."""

    name: str
    help: str
    module: str


class _Translated:
    """The parts of a Typer command that speak: mixed into commands and groups."""

    session: Session

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from typer import rich_utils

        _fold_help_texts()
        for name, phrase in PHRASES.items():
            setattr(rich_utils, name, text(phrase, self.session.language))
        if not self.session.screen.color:
            rich_utils.COLOR_SYSTEM = None
        super().format_help(ctx, formatter)  # type: ignore[misc]

    def get_usage(self, ctx: Any) -> str:
        usage: str = super().get_usage(ctx)  # type: ignore[misc]
        return usage.replace("Usage:", text(USAGE, self.session.language), 1)

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = text(HELP, self.session.language)
            option.display_type_rich = _no_type
            option._runtime_param = _Reader("--help", ())
        return option


@cache
def _fold_help_texts() -> None:
    """Chinese has no blanks to break lines at: without folding, most of a help text is lost behind “…”."""
    from typer import rich_utils

    name = "_make_rich_text"
    made: Callable[..., Any] = getattr(rich_utils, name)

    def folded(**given: Any) -> Any:
        help_text = made(**given)
        help_text.overflow = "fold"
        return help_text

    setattr(rich_utils, name, folded)


class Command(_Translated, TyperCommand):
    """A command that runs."""


class LazyCommand(TyperCommand):
    """A command in a listing: its name and its line. It becomes the real one when it is called."""

    def __init__(self, entry: Entry, session: Session) -> None:
        super().__init__(entry.name, help=text(entry.help, session.language))
        self.entry = entry
        self.session = session

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of the real command, which runs instead of this one."""
        return built(self.entry, self.session).make_context(info_name, args, parent, **extra)


class Group(_Translated, TyperGroup):
    """`kpi` itself."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first argument names.

        Raises KpiError when there is none.
        """
        if args[0] not in self.commands and not args[0].startswith("-"):
            from kpi.cli import usage

            raise KpiError(usage.unknown_command(args[0], self.commands))
        return super().resolve_command(ctx, args)


def group(entries: tuple[Entry, ...], session: Session, help: str, callback: Callable[..., None]) -> Group:
    """The program: every command by name, none of them imported."""
    app = typer.Typer(cls=Group, add_completion=False, no_args_is_help=True, help=text(help, session.language))
    app.callback()(callback)
    program = typer.main.get_command(app)
    assert isinstance(program, Group)
    program.session = session
    program.context_settings = {"help_option_names": ["--help", "-h"]}
    program.commands = {entry.name: LazyCommand(entry, session) for entry in entries}
    program.subcommand_metavar = text(N_("COMMAND [ARGUMENTS]…"), session.language)
    program.options_metavar = text(N_("[OPTIONS]"), session.language)
    _prepare(program, session)
    return program


def built(entry: Entry, session: Session) -> Command:
    """The command of an entry, with its module imported."""
    function: Function = import_module(entry.module).command
    app = typer.Typer(add_completion=False)
    app.command(entry.name, help=text(entry.help, session.language), cls=Command)(_spread(function, session))
    command = typer.main.get_command(app)
    assert isinstance(command, Command)
    command.session = session
    command.options_metavar = text(N_("[OPTIONS]"), session.language)
    _prepare(command, session)
    return command


def _prepare(command: Any, session: Session) -> None:
    """Translate what the parameters say, and read their values ourselves."""
    for parameter in command.params:
        parameter.help = text(parameter.help or "", session.language)
        if parameter.metavar:
            parameter.metavar = text(parameter.metavar, session.language)
        if not parameter.type_descriptor.choices:
            parameter.display_type_rich = _no_type
        # Typer reads values with pydantic, which takes longer to import than most commands take to run. Ours are texts,
        # choices and switches only.
        named = parameter.metavar if parameter.param_type_name == "argument" else None
        name = named or max(parameter.opts, key=len)
        parameter._runtime_param = _Reader(name, tuple(parameter.type_descriptor.choices or ()))


def _no_type(ctx: Any) -> None:
    """Everything but a choice is a text or a switch, and its help names no type."""


@frozen
class _Reader:
    """Reads the value of one parameter: a text, a list of texts, or one of a few choices."""

    name: str
    choices: tuple[str, ...]

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, tuple | list):
            return list(value)
        if self.choices and value not in self.choices:
            raise KpiError(
                Problem(
                    "bad-option",
                    say("“{value}” is not a value of {option}.", value=value, option=self.name),
                    expected=say("Expected one of: {choices}.", choices=tuple(self.choices)),
                )
            )
        return value


def _spread(function: Function, session: Session) -> Callable[..., int | None]:
    """The function with every option group replaced by its options, and the session filled in."""
    hints = get_type_hints(function, include_extras=True)
    groups: dict[str, type[ScreenOptions]] = {}
    sessions: list[str] = []
    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(function).parameters.values():
        hint = hints[parameter.name]
        if hint is Session:
            sessions.append(parameter.name)
        elif isinstance(hint, type) and issubclass(hint, ScreenOptions):
            groups[parameter.name] = hint
            parameters += _parameters(hint)
        else:
            parameters.append(parameter.replace(annotation=hint, kind=inspect.Parameter.KEYWORD_ONLY))

    def spread(**values: Any) -> int | None:
        own = session
        for name, kind in groups.items():
            options = kind(**{item.name: values.pop(item.name) for item in fields(kind)})
            values[name] = options
            if options.no_color:
                own = without_color(session)
        return function(**values, **dict.fromkeys(sessions, own))

    vars(spread)["__signature__"] = inspect.Signature(parameters)
    spread.__annotations__ = {}
    return spread


def _parameters(kind: type[ScreenOptions]) -> list[inspect.Parameter]:
    """The fields of an option group as parameters; those of the derived groups first, the screen's last."""
    hints = get_type_hints(kind, include_extras=True)
    order = sorted(fields(kind), key=lambda item: item.name in {common.name for common in fields(ScreenOptions)})
    return [
        inspect.Parameter(item.name, inspect.Parameter.KEYWORD_ONLY, default=item.default, annotation=hints[item.name])
        for item in order
    ]


def without_color(session: Session) -> Session:
    """The same session, in plain text."""
    return replace(
        session,
        screen=replace(session.screen, color=False),
        error_screen=replace(session.error_screen, color=False),
    )
