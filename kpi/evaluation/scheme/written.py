"""Where a rule of a scheme is written, for problems that only figures bring up."""

from __future__ import annotations

from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme
from kpi.problems import Place


def written_at(scheme: Scheme, definitions: Definitions, *path: str | int) -> Place:
    """The place of a path below the edition of a scheme; unknown where the definitions do not say where they stand."""
    editions = [each.validity for each in definitions.schemes[scheme.key]]
    whole = ("schemes", scheme.key, editions.index(scheme.validity), *path)
    return Place() if definitions.places is None else definitions.places.place(whole)
