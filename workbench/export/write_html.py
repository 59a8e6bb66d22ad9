"""Hit list to one self-contained HTML page that opens from a file, with no network."""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from screening.engine import files
from screening.engine.ledger import RecordState
from screening.models.affinity import meaning
from screening.printable import without_direction_marks
from screening.runs.evidence.text import number_text
from workbench.export.stamp import Stamp, without_folders

_STATES = {
    RecordState.SCORED: "scored by the model",
    RecordState.DUPLICATE: "the same parent as an earlier record",
    RecordState.FILTERED: "left out by a rule that was asked for",
    RecordState.REJECTED: "not a usable structure",
    RecordState.FAILED: "could not be computed",
    RecordState.TIMED_OUT: "took too long",
}

_STYLE = """
:root { color-scheme: light dark; --line: #d8dee4; --soft: #f6f8fa; --text: #1f2328; --dim: #59636e;
  --page: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3d444d; --soft: #161b22; --text: #e6edf3; --dim: #9198a1; --page: #0d1117; }
}
body { font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; margin: 0 auto; max-width: 1180px; padding: 24px;
  color: var(--text); background: var(--page); }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 32px 0 8px; }
p.note, footer { color: var(--dim); font-size: 13px; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 16px 0; }
dl.facts dt { color: var(--dim); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
table.plain { border-collapse: collapse; font-size: 13px; }
table.plain th, table.plain td { border-bottom: 1px solid var(--line); padding: 4px 10px; text-align: left; }
table.plain td.number { text-align: right; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
footer { border-top: 1px solid var(--line); margin-top: 40px; padding-top: 12px; overflow-wrap: anywhere; }
"""


def write(rows: pa.RecordBatchReader, path: Path, stamp: Stamp) -> int:
    """Write the page to `path`; return the number of rows.

    The fragments of `stamp` come first; without any, the rows are a plain table.

    Raises
    ------
    StorageError
        If the folder cannot be written or the disk is full; no file is left then.
    """
    table = rows.read_all()
    files.write_text(path, page(table, stamp))
    return table.num_rows


def page(table: pa.Table, stamp: Stamp) -> str:
    """Return the whole page as text."""
    sections = [
        f"<h2>{html.escape(heading)}</h2>\n{part if isinstance(part, str) else part(table)}"
        for heading, part in stamp.fragments.items()
    ] or [_plain(table)]
    title = html.escape(stamp.title)
    return without_direction_marks(f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{title}</h1>
<p class="note">{html.escape(_numbers(stamp.kind))} A prediction is not a
measurement, and no pose was computed unless one is shown.</p>
{_facts(stamp.facts)}
{"".join(sections)}
<h2>What became of every record</h2>
{_ledger(stamp.counts)}
<footer>{_provenance(stamp)}</footer>
</body>
</html>
""")


def _numbers(kind: str) -> str:
    said = meaning(kind)
    return f"{said.of[0].upper()}{said.of[1:]} ({said.scale}), with its {said.interval}."


def _facts(facts: Mapping[str, str]) -> str:
    lines = "".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(text)}</dd>" for name, text in facts.items())
    return f'<dl class="facts">{lines}</dl>' if lines else ""


def _plain(table: pa.Table) -> str:
    head = "".join(f"<th>{html.escape(name)}</th>" for name in table.schema.names)
    body = "".join("<tr>" + "".join(_cell(value) for value in row.values()) + "</tr>\n" for row in table.to_pylist())
    return f'<h2>Hits</h2><div class="scroll"><table class="plain"><tr>{head}</tr>\n{body}</table></div>'


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return f"<td>{'yes' if value else 'no'}</td>"
    if isinstance(value, float):
        return f'<td class="number">{number_text(value, 2)}</td>'
    if isinstance(value, int):
        return f'<td class="number">{value}</td>'
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"<td>{html.escape(text)}</td>"


def _ledger(counts: Mapping[str, int]) -> str:
    number = '<td class="number">{:,}</td>'.format
    rows = "".join(
        f"<tr><td>{state.value}</td>{number(counts.get(state.value, 0))}<td>{meaning}</td></tr>"
        for state, meaning in _STATES.items()
    )
    total = f'<tr><th>records read</th><td class="number">{sum(counts.values()):,}</td><td></td></tr>'
    return f'<table class="plain">{rows}{total}</table>'


def _provenance(stamp: Stamp) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in stamp.manifest.versions.items())
    inputs = "<br>".join(
        html.escape(f"{name}: {', '.join(_fact(key, value) for key, value in facts.items())}")
        for name, facts in without_folders(stamp.manifest.inputs).items()
    )
    return (
        f"Run {html.escape(stamp.manifest.key[:12])}, made {html.escape(stamp.manifest.created[:10])}, "
        f"seed {stamp.manifest.seed}, workbench {html.escape(stamp.manifest.versions.get('workbench', ''))}."
        f"<details><summary>Versions and checksums</summary>Run {html.escape(stamp.manifest.key)}<br>"
        f"{html.escape(versions)}<br>{inputs}</details>"
    )


def _fact(key: str, value: str) -> str:
    return f"{key} {value}"
