"""The names that the Marketing API v26.0 knows: fields of its nodes, values of its parameters.

`names.json` holds them: `fields` as the PyPI package facebook-business 26 has them, `older` the
names that it dropped and published clients still ask for (served, but never filled), `gone` those
that the package still has and the API has refused since v19.0.
"""

import json
from collections.abc import Mapping
from importlib.resources import files

_NAMES = json.loads((files(__package__ or "") / "names.json").read_text())


def _sets(found: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {kind: frozenset(names.split()) for kind, names in found.items()}


FIELDS = _sets(_NAMES["fields"])
OLDER = _sets(_NAMES["older"])
GONE = _sets(_NAMES["gone"])
VALUES: dict[str, tuple[str, ...]] = {
    name: tuple(_NAMES[name].split())
    for name in (
        "breakdowns",
        "action_breakdowns",
        "action_attribution_windows",
        "action_report_time",
        "date_preset",
        "level",
    )
}


def unknown(kind: str, wanted: list[str]) -> list[str]:
    """Those of some fields that a node of a kind does not have, in the order asked."""
    known = (FIELDS[kind] | OLDER.get(kind, frozenset())) - GONE.get(kind, frozenset())
    return [name for name in wanted if name not in known]
