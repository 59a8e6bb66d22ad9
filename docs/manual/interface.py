"""The reference of the Python interface, from the docstrings: which names stand on which page."""

from __future__ import annotations

import importlib
import inspect
from types import ModuleType

import workbench
from docs.manual.commands import underlined

#: What notebooks get back, and what it can do.
RESULTS = (
    "workbench.run.Run",
    "workbench.matrix_screen.Matrix",
    "workbench.poses.Poses",
    "workbench.tables.hit_grid.HitGrid",
    "workbench.tables.compound_grid.CompoundGrid",
    "workbench.viewer.view.View",
    "workbench.page.fragment.Fragment",
)

#: Title of a page to the modules of the engine whose public classes and functions stand on it.
PAGES: dict[str, tuple[str, ...]] = {
    "Targets and sites": (
        "screening.targets.target",
        "screening.targets.binding_site",
        "screening.targets.sites.site_around",
        "screening.targets.sites.site_comparison",
        "screening.targets.pockets.find",
        "screening.targets.pockets.pocket",
        "screening.targets.variants.placed_variants",
        "screening.targets.quality.quality_report",
    ),
    "Compounds and libraries": (
        "screening.compounds.compound",
        "screening.compounds.standardisation.standardise",
        "screening.compounds.library.prepared_library",
        "screening.compounds.library.prepare",
        "screening.compounds.search.similarity",
        "screening.compounds.search.diversity",
        "screening.features.library_features",
    ),
    "Models": (
        "screening.models.affinity",
        "screening.models.card",
        "screening.models.training_set",
        "screening.models.train",
        "screening.models.trained",
        "screening.models.activity_model",
        "screening.models.storage",
    ),
    "Poses": (
        "screening.poses.pose",
        "screening.poses.receptor.receptor",
        "screening.poses.receptor.prepare",
        "screening.poses.placement",
        "screening.poses.interactions.contact",
        "screening.poses.checks.check",
    ),
    "Runs and evidence": (
        "screening.runs.plan",
        "screening.runs.screen",
        "screening.runs.run",
        "screening.runs.why",
        "screening.runs.evidence.table",
        "screening.runs.evidence.column",
        "screening.runs.search.search",
        "screening.runs.decisions.event",
        "screening.runs.decisions.log",
        "screening.runs.decisions.verify",
        "screening.engine.ledger",
    ),
    "Errors": ("screening.errors",),
}


def public(module: ModuleType) -> list[tuple[str, str]]:
    """Return kind and name of the documented classes and functions that a module defines, in its order."""
    found = []
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__ or not inspect.getdoc(value):
            continue
        if inspect.isclass(value):
            found.append(("exception" if issubclass(value, BaseException) else "class", name))
        elif inspect.isfunction(value):
            found.append(("function", name))
    return found


def _entry(kind: str, name: str, *, members: bool) -> list[str]:
    lines = [f".. auto{kind}:: {name}"]
    if members:
        lines += ["    :members:", "    :member-order: bysource"]
    if kind == "exception":
        lines += ["    :show-inheritance:"]
    return [*lines, ""]


def _slug(title: str) -> str:
    return title.lower().replace(" ", "_")


def interface_pages() -> dict[str, str]:
    """Return every page by its file name, and an index of them, in reStructuredText."""
    lines = [*underlined("In a notebook", "="), "What ``import workbench as wb`` gives.", ""]
    for name in workbench.__all__:
        value = getattr(workbench, name)
        if inspect.isclass(value):
            lines += _entry("class", f"workbench.{name}", members=True)
        elif callable(value):
            lines += _entry("function", f"workbench.{name}", members=False)
    pages = {"interface/notebook.rst": "\n".join(lines)}
    lines = [*underlined("What calls return", "="), "Runs, poses, tables and views.", ""]
    for path in RESULTS:
        lines += _entry("class", path, members=True)
    pages["interface/results.rst"] = "\n".join(lines)
    for title, modules in PAGES.items():
        lines = underlined(title, "=")
        for module_name in modules:
            lines += [*underlined(module_name, "-"), f".. automodule:: {module_name}", "    :no-members:", ""]
            for kind, name in public(importlib.import_module(module_name)):
                lines += _entry(kind, f"{module_name}.{name}", members=kind == "class")
        pages[f"interface/{_slug(title)}.rst"] = "\n".join(lines)
    lines = [*underlined("Python interface", "="), "Made from the docstrings. ``workbench`` is what notebooks call;"]
    lines += [
        "``screening`` is the engine below it, for programs of your own.",
        "",
        ".. toctree::",
        "    :maxdepth: 1",
        "",
    ]
    lines += ["    notebook", "    results", *(f"    {_slug(title)}" for title in PAGES)]
    pages["interface/index.rst"] = "\n".join(lines) + "\n"
    return pages
