"""What the REST interface takes, as schemas: requests are checked against them and the OpenAPI page is made of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from screening.runs.decisions.event import MOST_NAME, MOST_TEXT

#: Hits that one decision may cover.
MOST_RECORDS = 5000

Records = Annotated[list[int], Field(min_length=1, max_length=MOST_RECORDS, description="Record numbers.")]
Text = Annotated[str, Field(max_length=MOST_TEXT)]
Name = Annotated[str, Field(min_length=1, max_length=MOST_NAME)]


class Request(BaseModel):
    """Base: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class NewDecision(Request):
    """Accept, reject or hold one or several hits."""

    records: Records
    verdict: Literal["accept", "reject", "hold"]
    reason: str = Field(default="", description="A code of `/api/review`'s `reasons`.")
    text: Text = ""
    evidence: str = Field(
        default="",
        pattern="^([0-9a-f]{64})?$",
        description="Hash of the evidence that was shown (`/api/hits/{record}`); refused if it has changed since.",
    )


class Undo(Request):
    """Take back a line of your own and its group; your latest by default."""

    line: int | None = Field(default=None, ge=1)


class NewComment(Request):
    """Comment on hits."""

    records: Records
    text: Text


class NewTag(Request):
    """Tag hits, or take a tag away."""

    records: Records
    tag: Name
    remove: bool = False


class ListChange(Request):
    """Put hits on a named list, or take them off."""

    records: Records
    name: Name
    text: Text = ""
    reasons: dict[int, Text] = Field(default_factory=dict, description="Why each record is on the list, by record.")
    remove: bool = False


class NewSettings(Request):
    """Begin or end a blind pass, or change what lifts need; by a lead."""

    blind: bool | None = None
    hide_ranks: bool | None = None
    repeats: float | None = Field(default=None, ge=0, le=0.5, description="Share of hits that are shown twice.")
    lift_rank: int | None = Field(default=None, ge=1)


class NewSignature(Request):
    """Sign a list; by a lead, with the password again."""

    name: Name
    meaning: Annotated[str, Field(min_length=1, max_length=MOST_TEXT, description="What signing this list means.")]
    password: str = Field(max_length=1000)


class Window(Request):
    """Limits of a numeric column of the evidence."""

    low: float | None = None
    high: float | None = None


class Desirability(Request):
    """How desirable values of a column are: 0 at `worst`, 1 at `best`, linear between (Derringer and Suich 1980)."""

    column: str
    worst: float
    best: float
    weight: float = Field(default=1.0, ge=0, le=100)


class ShortlistPlan(Request):
    """What a shortlist is to be."""

    count: int = Field(ge=1, le=1000)
    method: Literal["best", "maxmin", "scaffold", "cluster"] = Field(
        default="best", description="Best score; most different (MaxMin) of the best; best of each scaffold or cluster."
    )
    only: Literal["accepted", "not rejected", "all"] = "not rejected"
    desirability: list[Desirability] = Field(default_factory=list, max_length=20)
    windows: dict[str, Window] = Field(default_factory=dict)
    most_similarity: float | None = Field(
        default=None, ge=0, le=1, description="Largest allowed similarity to the nearest known active."
    )
    contacts: list[str] = Field(default_factory=list, description="Contacts a pose must make, such as `MET793`.")
    learning: float = Field(default=0.0, ge=0, le=1, description="Share of picks kept for the largest uncertainty.")
    include: list[int] = Field(default_factory=list, description="Records that are in whatever their score.")
    seed: int = 0


class Login(Request):
    """A name and a password."""

    name: str = Field(max_length=MOST_NAME)
    password: str = Field(max_length=1000)
