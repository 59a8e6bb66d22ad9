"""One commented TOML file says what to screen, where to work and what a record may cost.

`read_settings` reports every bad key and value of the file at once, each with the nearest key there is;
`example` gives a file with every key, its default and what it means.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from screening.clusters.jobqueue import JobOptions
from screening.engine.limits import Limits
from screening.errors import PlanError
from screening.provenance import require_file


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ScreenSection(_Section):
    """What is screened."""

    library: list[Path] | Path = Field(description="Prepared library folder, or one or more compound files.")
    model: Path = Field(description="Model folder that `workbench train` wrote, or the shipped data/models/kinome.")
    out: Path = Field(description="Run folder; the same command goes on with a stopped run.")
    target: Path | None = Field(
        default=None, description="Structure or FASTA file; not needed for a model of one target."
    )
    chain: str | None = Field(default=None, description="Chain of the target; the longest protein chain if left out.")
    site: str | None = Field(default=None, description="Binding site for views, such as 'ligand ADN'.")
    top: int = Field(default=1000, ge=1, description="Hits kept with all columns; every score is kept anyway.")
    seed: int = Field(default=0, description="Seed of every random choice.")


class LibrarySection(_Section):
    """How raw compound files are read."""

    smiles: str | None = Field(default=None, description="SMILES column of CSV, TSV and Parquet files.")
    name: str | None = Field(default=None, description="Name column of CSV, TSV and Parquet files.")


class ClusterSection(_Section):
    """Where the work is done."""

    backend: Literal["local", "slurm", "pbs", "sge", "lsf"] = Field(
        default="local", description="local, slurm, pbs, sge or lsf."
    )
    workers: int | None = Field(
        default=None, ge=0, description="Worker processes (jobs); one per core by default, 0 for none but this process."
    )
    scheduler: str | None = Field(
        default=None, description="Address or file of a Dask scheduler that is already there."
    )
    certificates: Path | None = Field(default=None, description="Folder made by `workbench cluster certificates`.")
    insecure: bool = Field(default=False, description="Allow unencrypted traffic.")
    queue: str | None = Field(default=None, description="Queue or partition of the jobs.")
    account: str | None = Field(default=None, description="Account the jobs are charged to.")
    memory: str = Field(default="4GB", description="Memory of a job (one core).")
    walltime: str = Field(
        default="04:00:00", pattern=r"^(\d+-)?\d+:[0-5]\d:[0-5]\d$", description="Longest run time of a job, HH:MM:SS."
    )
    interface: str | None = Field(
        default=None, description="Network interface of scheduler and workers, such as 'ib0'."
    )
    directives: list[str] = Field(default=[], description="More lines for the head of the job script.")
    skip: list[str] = Field(default=[], description="Lines of the head that contain one of these texts are left out.")
    prologue: list[str] = Field(
        default=[], description="Shell lines before a worker starts, such as 'module load python'."
    )
    log_folder: Path | None = Field(default=None, description="Where the jobs' output goes.")
    start_seconds: float = Field(default=600.0, gt=0, description="How long to wait for the first job.")
    adaptive: bool = Field(default=False, description="Ask for jobs only while there is work for them.")

    def job_options(self) -> JobOptions:
        """Return what each job asks for."""
        return JobOptions(
            queue=self.queue,
            account=self.account,
            memory=self.memory,
            walltime=self.walltime,
            interface=self.interface,
            directives=tuple(self.directives),
            skip=tuple(self.skip),
            prologue=tuple(self.prologue),
            log_folder=None if self.log_folder is None else str(self.log_folder),
            start_seconds=self.start_seconds,
            adaptive=self.adaptive,
        )


class LimitsSection(_Section):
    """What a batch and a record may cost."""

    batch_seconds: float = Field(
        default=1800.0, gt=0, description="A batch that takes longer is taken apart to find the record that stalls it."
    )
    record_seconds: float = Field(default=60.0, gt=0, description="A record that then takes longer ends as timed_out.")

    def for_engine(self) -> Limits:
        """Return the limits as the engine takes them."""
        return Limits(batch_seconds=self.batch_seconds, record_seconds=self.record_seconds)


class Settings(_Section):
    """A screening plan as its user writes it."""

    screen: ScreenSection
    library: LibrarySection = LibrarySection()
    cluster: ClusterSection = ClusterSection()
    limits: LimitsSection = LimitsSection()


def read_settings(path: str | os.PathLike[str]) -> Settings:
    """Read a TOML plan; paths in it are relative to the folder it lies in.

    Raises
    ------
    FileError
        If the file is missing or empty.
    PlanError
        Naming every unknown key (with the nearest known one) and every impossible value at once.
    """
    path = require_file(path, "a TOML file")
    try:
        raw = tomllib.loads(path.read_text("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise PlanError("is not UTF-8 text", source=path, expected="a TOML file") from error
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"is not TOML ({error})", source=path) from error
    return settings_from(raw, source=path, folder=path.parent)


def settings_from(raw: dict[str, Any], *, source: object = None, folder: Path | None = None) -> Settings:
    """Make settings from nested tables as TOML gives them.

    Raises
    ------
    PlanError
        Naming everything that is wrong at once.
    """
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        faults = [_fault(dict(each), raw) for each in error.errors()]
        raise PlanError("; ".join(dict.fromkeys(faults)), source=source) from error
    return settings if folder is None else _placed(settings, folder)


def _fault(error: dict[str, Any], raw: dict[str, Any]) -> str:
    """Say in a few words what is wrong with a key or its value."""
    place = [str(part) for part in error["loc"]]
    section, key = place[0], place[1] if len(place) > 1 else None
    if error["type"] == "extra_forbidden":
        known = list(Settings.model_fields if key is None else _keys(section))
        near = difflib.get_close_matches(place[-1], known, 1, 0.5)
        elsewhere = [name for name in Settings.model_fields if place[-1] in _keys(name)]
        if key is None and not isinstance(raw.get(section), dict) and elsewhere:
            hint = f"it belongs in [{elsewhere[0]}]"
        elif near:
            hint = f"nearest: {near[0]}"
        elif elsewhere:
            hint = f"it belongs in [{elsewhere[0]}]"
        else:
            hint = f"known: {', '.join(known)}"
        named = (
            f"section [{section}]" if key is None and isinstance(raw.get(section), dict) else f"key {_dotted(place)}"
        )
        return f"unknown {named} ({hint})"
    if error["type"] == "missing":
        return f"{'section [' + section + ']' if key is None else _dotted(place[:2])} is missing"
    # A union reports each of its members; the value is what matters.
    wanted = error["msg"].removeprefix("Input should be ").removeprefix("String should ")
    return f"{_dotted(place[:2])} is {error['input']!r}, expected {wanted}"


def _keys(section: str) -> list[str]:
    field = Settings.model_fields.get(section)
    return list(getattr(field.annotation, "model_fields", {})) if field is not None else []


def _dotted(place: list[str]) -> str:
    return ".".join(place[:2])


def _placed(settings: Settings, folder: Path) -> Settings:
    """Make every path relative to the folder of the file."""
    updates: dict[str, Any] = {}
    for name in Settings.model_fields:
        section: BaseModel = getattr(settings, name)
        moved: dict[str, Any] = {}
        for key in type(section).model_fields:
            value = getattr(section, key)
            if isinstance(value, Path):
                moved[key] = folder / value.expanduser()
            elif isinstance(value, list) and value and all(isinstance(each, Path) for each in value):
                moved[key] = [folder / each.expanduser() for each in value]
        updates[name] = section.model_copy(update=moved)
    return settings.model_copy(update=updates)


_EXAMPLES = {"library": '"compounds.smi.gz"', "model": '"models/kinome"', "out": '"runs/first"'}


def example() -> str:
    """Return a plan with every key, its default and what it means, ready to be edited."""
    lines = [
        "# A screening plan: workbench screen plan.toml",
        "# Keys that are commented out show their default or, where they have none, what a value looks like.",
    ]
    for name, field in Settings.model_fields.items():
        section: Any = field.annotation
        lines += ["", f"# {section.__doc__.splitlines()[0]}", f"[{name}]"]
        for key, about in section.model_fields.items():
            lines.append(f"# {about.description}")
            if about.is_required():
                lines.append(f"{key} = {_EXAMPLES[key]}")
            else:
                lines.append(f"# {key} = {_toml(about.default, str(about.annotation))}")
    return "\n".join(lines) + "\n"


def _toml(value: Any, kind: str) -> str:
    if value is None:
        return "2" if "int" in kind else '""'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[]"
    return f'"{value}"' if isinstance(value, str) else str(value)
