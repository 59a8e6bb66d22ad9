"""The triage as one self-contained page: the ranking, the weights to play with, the figure, the files that failed."""

from __future__ import annotations

import html
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from screening.targets.triage.ranking import DEFAULT_WEIGHTS, MEANING, RankedTarget
from workbench.triage.figure import triage_figure

_STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:1250px;padding:0 1rem;color:#1b1f24}
table{border-collapse:collapse;width:100%;font-size:13px}th,td{padding:.3rem .5rem;border-bottom:1px solid #ddd;
text-align:left;vertical-align:top}th{background:#f4f6f8}td.n{text-align:right;font-variant-numeric:tabular-nums}
.w{display:grid;grid-template-columns:repeat(auto-fill,minmax(330px,1fr));gap:.4rem 1.5rem;margin:1rem 0}
.w label{display:flex;gap:.6rem;align-items:center}.w input{flex:1}.w small{color:#57606a;display:block}
.fit{color:#116329}.view{color:#7d4e00}.not{color:#a40e26}svg{max-width:100%;height:auto}
"""

_SCRIPT = """
const rows=JSON.parse(document.getElementById('rows').textContent);
const inputs=[...document.querySelectorAll('.w input')];
function rank(){
  const weight={};
  for(const input of inputs){
    weight[input.name]=+input.value;
    input.nextElementSibling.textContent=(+input.value).toFixed(2);
  }
  for(const row of rows){
    let sum=0,total=0;
    for(const name in weight){
      const value=row.parts[name];
      if(value!==null&&weight[name]>0){sum+=weight[name]*value;total+=weight[name];}
    }
    row.score=total?sum/total:0;
  }
  const order=[...rows].sort((a,b)=>b.score-a.score||(a.id<b.id?-1:a.id>b.id?1:0));
  const body=document.getElementById('ranking');
  order.forEach((row,i)=>{const line=document.getElementById('t'+row.record);
    line.cells[0].textContent=i+1;line.cells[2].textContent=row.score.toFixed(3);body.appendChild(line);});
}
inputs.forEach(input=>input.addEventListener('input',rank));
"""

_CLASSES = {"fit for docking": "fit", "fit for viewing": "view", "not fit": "not"}


def triage_page(
    ranked: Sequence[RankedTarget],
    weights: Mapping[str, float],
    refused: Sequence[Mapping[str, Any]] = (),
    counts: Mapping[str, int] | None = None,
) -> str:
    """Return the page as HTML text that needs nothing from anywhere else.

    Parameters
    ----------
    ranked
        The targets, the fittest first.
    weights
        As used for the ranking; the page can change them.
    refused
        Ledger rows of the files that could not be used.
    counts
        Files per ledger state.
    """
    used = {**DEFAULT_WEIGHTS, **weights}
    rows = [{"record": t.facts["record"], "id": t.facts["id"], "parts": t.parts, "score": t.score} for t in ranked]
    data = json.dumps(rows).replace("<", "\\u003c")
    read = ", ".join(f"{count} {state}" for state, count in sorted((counts or {}).items()))
    sliders = "".join(_slider(name, used[name]) for name in DEFAULT_WEIGHTS)
    # A part that no target has (no table of known proteins, no variants) would only be an empty column.
    shown = [name for name in DEFAULT_WEIGHTS if any(target.parts[name] is not None for target in ranked)]
    header = "".join(
        f"<th>{name}</th>"
        for name in ("rank", "target", "score", "verdict", *(part.replace("_", " ") for part in shown),
                     "nearest known", "resolution Å", "ligands", "best pocket", "why")
    )  # fmt: skip
    body = "".join(_row(target, shown) for target in ranked)
    lost = "".join(
        f"<tr><td>{html.escape(str(row['name']))}</td><td>{html.escape(str(row['state']))}</td>"
        f"<td>{html.escape(str(row['reason']))}</td></tr>"
        for row in refused
    )
    lost_table = "<h2>Files that could not be used</h2><table><tr><th>file</th><th>state</th><th>reason</th></tr>"
    read_text = f"{len(ranked)} targets; files: {html.escape(read)}. "
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Target triage</title>'
        f"<style>{_STYLE}</style></head><body><h1>Target triage</h1><p>{read_text}"
        "Move a weight and the table ranks itself anew; the figure shows the ranking as it was made.</p>"
        f'<div class="w">{sliders}</div><table><thead><tr>{header}</tr></thead>'
        f'<tbody id="ranking">{body}</tbody></table>'
        f"<h2>What the scores are made of</h2>{_svg(ranked, used)}{lost_table + lost + '</table>' if lost else ''}"
        f'<script type="application/json" id="rows">{data}</script><script>{_SCRIPT}</script></body></html>\n'
    )


def _slider(name: str, value: float) -> str:
    words, meaning = html.escape(name.replace("_", " ")), html.escape(MEANING[name])
    control = f'<input type="range" name="{name}" min="0" max="1" step="0.05" value="{value:g}">'
    return f"<div><label>{words}{control}<output>{value:.2f}</output></label><small>{meaning}</small></div>"


def _row(target: RankedTarget, shown: Sequence[str]) -> str:
    facts = target.facts

    def cell(value: object, number: bool = False) -> str:
        text = "" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)
        return f"<td{' class=n' if number else ''}>{html.escape(text)}</td>"

    verdict = f'<td class="{_CLASSES.get(facts["verdict"], "not")}">{html.escape(facts["verdict"])}</td>'
    title = html.escape(f"{facts['title']} ({facts['source']})", quote=True)
    residues = str(facts["pocket_residues"]).split(",")
    pocket = ", ".join(residues[:8]) + (" ..." if len(residues) > 8 else "")
    name = f'<td title="{title}"><b>{html.escape(facts["id"])}</b></td>'
    return (
        f'<tr id="t{facts["record"]}"><td class=n>{target.rank}</td>{name}<td class=n>{target.score:.3f}</td>{verdict}'
        + "".join(cell(target.parts[name], True) for name in shown)
        + cell(target.nearest_known) + cell(facts["resolution_A"], True) + cell(facts["ligands"]) + cell(pocket)
        + _why(str(facts["reasons"])) + "</tr>"
    )  # fmt: skip


def _why(reasons: str) -> str:
    text = html.escape(reasons)
    if len(reasons) <= 140:
        return f"<td>{text}</td>"
    return f"<td><details><summary>{html.escape(reasons[:60])} ...</summary>{text}</details></td>"


def _svg(ranked: Sequence[RankedTarget], weights: Mapping[str, float]) -> str:
    import matplotlib as mpl

    sink = io.StringIO()
    # Fixed ids make the same triage the same file.
    with mpl.rc_context({"svg.hashsalt": "triage", "svg.fonttype": "none"}):
        triage_figure(ranked, weights).savefig(sink, format="svg", metadata={"Date": None})
    text = sink.getvalue()
    return text[text.index("<svg") :]
