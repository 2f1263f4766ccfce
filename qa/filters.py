"""Conditions on what a passage comes from and how it is written: `date>=2018`, `path=news/*.txt`. Data, not callables.

Conditions narrow down what is searched, before anything is ranked. What is not known of a passage meets no condition:
one without a date is neither before 2018 nor after, nor in another year than it.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple, get_args

from qa.errors import InputError
from qa.text.language import Language, Script

Field = Literal["path", "publication", "date", "language", "script"]
Operator = Literal["=", "!=", ">=", "<=", ">", "<"]

FIELDS: tuple[Field, ...] = get_args(Field)
MOST_CONDITIONS = 20
LONGEST_CONDITION = 500
"""Characters."""

_OPERATORS: tuple[Operator, ...] = get_args(Operator)
_CONDITION = re.compile(r"(?P<field>[^\s=!<>]*)\s*(?P<operator>[=!<>]+)(?P<value>.*)", re.DOTALL)
_DATE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d?)(?:-(?P<day>\d\d?))?)?", re.ASCII)
_NAMES = {"language": get_args(Language), "script": get_args(Script)}


class Condition(NamedTuple):
    """One condition.

    The value is a glob for paths, a part of the name for publications, and for dates a year, a month or a day, as ISO
    8601 has it: `=` means within it, `>` after its end.
    """

    field: Field
    operator: Operator
    value: str


Where = tuple[Condition, ...]
"""Conditions that must all be met; without any, everything is searched."""


def conditions(texts: Sequence[str]) -> Where:
    """Conditions from their texts.

    Raises:
        InputError: one is no condition; says what was wrong, and what is possible.
    """
    if len(texts) > MOST_CONDITIONS:
        raise InputError(f"{len(texts)} conditions; at most {MOST_CONDITIONS} are taken")
    return tuple(dict.fromkeys(map(_condition, texts)))


def _condition(text: str) -> Condition:
    shown = repr(text if len(text) <= 60 else f"{text[:60]}…")
    if len(text) > LONGEST_CONDITION or any(map(_is_no_text, text)):
        raise InputError(f"{shown} is no condition: at most {LONGEST_CONDITION} characters are read, all of them text")
    found = _CONDITION.fullmatch(text.strip())
    if found is None:
        raise InputError(f"{shown} is no condition: write FIELD, an operator and a value, such as date>=2018")
    field = next((field for field in FIELDS if field == found["field"].lower()), None)
    if field is None:
        raise InputError(f"{shown} names no field: there are {', '.join(FIELDS)}")
    possible = _OPERATORS if field == "date" else _OPERATORS[:2]
    operator = next((operator for operator in possible if operator == found["operator"]), None)
    if operator is None:
        raise InputError(f"{shown} cannot be compared so: {field} takes {' '.join(possible)}")
    value = found["value"].strip()
    if not value:
        raise InputError(f"{shown} has no value: write one behind the {operator}")
    if field == "date":
        value = _date(value, shown)
    elif field in _NAMES:
        value = value.lower()
        if value not in _NAMES[field]:
            raise InputError(f"{shown} is never met: {field} is one of {', '.join(_NAMES[field])}")
    return Condition(field, operator, value)


def _date(value: str, shown: str) -> str:
    """A year, a month or a day, as ISO 8601 has it."""
    found = _DATE.fullmatch(value)
    parts = [int(part) for part in found.groups() if part] if found else [0]
    try:
        date(*(*parts, 1, 1)[:3])
    except ValueError as error:
        raise InputError(f"{shown} holds no date: write 2018, 2018-07 or 2018-07-31") from error
    return "-".join(f"{part:0{width}}" for part, width in zip(parts, (4, 2, 2), strict=False))


def _is_no_text(character: str) -> bool:
    """Whether it is a control, or half of a surrogate pair."""
    return character < " " or "\ud800" <= character <= "\udfff"
