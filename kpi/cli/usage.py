"""Typer's complaints about a command line, as our own problems in the user's language."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from typer import TyperException

from kpi.problems import Message, Problem, say

# What has to be named, and what lists the names.
LISTS = {"--standard": "kpi list standards", "--scheme": "kpi list schemes"}


def problem(error: TyperException, command: str | None) -> Problem:
    """What was wrong with the command line. Typer tells its errors apart by class; the classes are private.

    command: the one that was given, if any; errors in values of options do not know it.
    """
    context: Any = getattr(error, "ctx", None)
    message, hint = _said(error, context)
    path = context.command_path if context is not None else "kpi"
    return Problem("usage", message, hint=hint or _help(f"kpi {command}" if path == "kpi" and command else path))


def _said(error: Any, context: Any) -> tuple[Message, Message | None]:
    kind = type(error).__name__
    if kind == "NoSuchOption":
        known = (
            [name for parameter in context.command.get_params(context) for name in parameter.opts] if context else []
        )
        near = get_close_matches(error.option_name, known, n=1)
        hint = say("Did you mean {near}?", near=near[0]) if near else None
        if error.option_name.lstrip("-.")[:1].isdigit():
            hint = say("To begin an argument with a minus, put -- in front of it.")
        return say("There is no option {option}.", option=error.option_name), hint
    if kind == "MissingParameter" and error.param is not None:
        name = (
            max(error.param.opts, key=len)
            if error.param.param_type_name == "option"
            else error.param.metavar or error.param.name
        )
        listing = LISTS.get(name)
        hint = say("“{command}” lists the names that can stand there.", command=listing) if listing else None
        return say("{option} is missing.", option=name), hint
    if kind == "BadOptionUsage":
        if "does not take" in error.message:
            return say("The option {option} takes no value.", option=error.option_name), None
        return say("The option {option} needs a value.", option=error.option_name), None
    if kind == "UsageError" and context is not None:
        return _of_command(error, context)
    return say("The command line cannot be read: {detail}", detail=error.format_message()), None


def _of_command(error: Any, context: Any) -> tuple[Message, Message | None]:
    if hasattr(context.command, "commands"):
        return say("No command was given."), None
    if "extra argument" in error.message:
        extra = error.message.partition("(s)")[2].strip(" ()")
        return say("There is an argument too many: {extra}.", extra=extra), None
    return say("The command line cannot be read: {detail}", detail=error.format_message()), None


def unknown_command(name: str, known: Iterable[str]) -> Problem:
    """A command that does not exist, and the one that was probably meant."""
    near = get_close_matches(name, list(known), n=1)
    hint = say("Did you mean {near}?", near=near[0]) if near else _help("kpi")
    return Problem("usage", say("There is no command {command}.", command=name), hint=hint)


def _help(path: str) -> Message:
    return say("“{command} --help” shows what there is.", command=path)
