"""A column of evidence: what it is called, what its numbers mean, and which way is better."""

from __future__ import annotations

import dataclasses

import pyarrow as pa


@dataclasses.dataclass(frozen=True)
class EvidenceColumn:
    """What a column of evidence is; travels as metadata of the Arrow field.

    Attributes
    ----------
    name
        Of the column, in every export.
    type
        Of its values.
    title
        Short heading for people.
    group
        The block it belongs to, such as ``"affinity"``.
    unit
        Empty where there is none.
    decimals
        How many to show; None for what is no decimal number.
    higher_is_better
        None where the column does not rank: a table is never ranked by it.
    description
        One sentence.
    """

    name: str
    type: pa.DataType
    title: str
    group: str
    unit: str = ""
    decimals: int | None = None
    higher_is_better: bool | None = None
    description: str = ""

    def field(self) -> pa.Field:
        """Return the Arrow field, this description in its metadata."""
        facts = {
            "title": self.title,
            "group": self.group,
            "unit": self.unit,
            "decimals": "" if self.decimals is None else str(self.decimals),
            "higher_is_better": "" if self.higher_is_better is None else str(self.higher_is_better).lower(),
            "description": self.description,
        }
        return pa.field(self.name, self.type, metadata=facts)


def column_of(field: pa.Field) -> EvidenceColumn:
    """Read a description back from an Arrow field; a field without one gets its name as title and no direction."""
    facts = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
    decimals, higher = facts.get("decimals", ""), facts.get("higher_is_better", "")
    return EvidenceColumn(
        name=field.name,
        type=field.type,
        title=facts.get("title", field.name),
        group=facts.get("group", ""),
        unit=facts.get("unit", ""),
        decimals=int(decimals) if decimals else (3 if pa.types.is_floating(field.type) else None),
        higher_is_better={"true": True, "false": False}.get(higher),
        description=facts.get("description", ""),
    )
