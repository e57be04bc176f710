"""What single steps have to know of everybody: sums, counts, whether there is anybody who …

A table may be evaluated in portions, each by the same steps. A step that has to know something of all entities asks for
it: it yields what its own portion contributes, and how the contributions of all portions make the answer. Where one
portion is everybody, that is a call; where there are several, whoever runs them collects the contributions, and
evaluates each portion again from its start with the answers so far. So nothing that is decided hangs on how a table is
cut, as long as contributions are exact (whole numbers, fractions, counts) and answers do not hang on their order.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

from kpi.frozen import frozen
from kpi.problems import KpiError, Problem, errors

T = TypeVar("T")


@frozen
class Ask:
    """own: what a portion contributes. found: from the contributions of all portions, in their order, to the answer.

    Contributions and `found` may go to another process: they hold no frames of entities.
    """

    own: Callable[[], Any]
    found: Callable[[Sequence[Any]], Any]


Asking = Generator[Ask, Any, T]


@frozen
class Contribution:
    """What a portion that cannot go on contributes, and how the answer is made of what all contribute."""

    own: Any
    found: Callable[[Sequence[Any]], Any]


def alone(asking: Asking[T]) -> T:
    """What comes out where one portion is everybody."""
    answer: Any = None
    while True:
        try:
            ask = asking.send(answer)
        except StopIteration as done:
            result: T = done.value
            return result
        answer = ask.found([ask.own()])


def attempt(asking: Asking[T], known: Sequence[Any]) -> T | Contribution:
    """What comes out for a portion with the answers known so far, or what it contributes to the next one."""
    answers = iter(known)
    answer: Any = None
    while True:
        try:
            ask = asking.send(answer)
        except StopIteration as done:
            result: T = done.value
            return result
        try:
            answer = next(answers)
        except StopIteration:
            return Contribution(ask.own(), ask.found)


def in_portions(attempts: Callable[[Sequence[Any]], Iterable[T | Contribution]]) -> list[T]:
    """What comes out for each portion. attempts: one for each, in their order, with the answers known so far.

    All take the same steps, so either all come to their end or all wait for the same answer.
    """
    known: list[Any] = []
    while True:
        results: list[T] = []
        waiting: list[Contribution] = []
        for each in attempts(known):
            if isinstance(each, Contribution):
                waiting.append(each)
            else:
                results.append(each)
        if not waiting:
            return results
        assert not results, "portions took different steps"
        known.append(waiting[0].found([each.own for each in waiting]))


def in_step(several: Iterable[Asking[T]]) -> Asking[list[T]]:
    """Several of them at once: what they ask for is asked together, so that portions are evaluated again less often."""
    running = dict(enumerate(several))
    results: dict[int, T] = {}
    answers: dict[int, Any] = dict.fromkeys(running)
    while running:
        asked: dict[int, Ask] = {}
        for number in list(running):
            try:
                asked[number] = running[number].send(answers[number])
            except StopIteration as done:
                results[number] = done.value
                del running[number]
        if asked:
            found = yield Ask(
                partial(_own, tuple(asked.values())), partial(_each_found, [a.found for a in asked.values()])
            )
            answers = dict(zip(asked, found, strict=True))
    return [results[number] for number in sorted(results)]


def sound(problems: Sequence[Problem]) -> Asking[None]:
    """Raises KpiError with the errors that any portion has found, each said once: in all portions, or in none."""
    found: list[Problem] = yield Ask(partial(errors, problems), _all_of)
    if found:
        raise KpiError(found)


def _all_of(several: Sequence[Sequence[Problem]]) -> list[Problem]:
    return list(dict.fromkeys(problem for each in several for problem in each))


def _own(asked: Sequence[Ask]) -> list[Any]:
    return [ask.own() for ask in asked]


def _each_found(found: Sequence[Callable[[Sequence[Any]], Any]], owns: Sequence[Sequence[Any]]) -> list[Any]:
    return [each([own[number] for own in owns]) for number, each in enumerate(found)]
