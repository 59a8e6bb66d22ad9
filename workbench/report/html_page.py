"""The blocks of a dossier as one self-contained HTML page."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping
from typing import Any

_STYLE = """
:root { --ink: #1c2430; --soft: #5b6675; --line: #d5dbe1; --accent: #1f5f8b; }
body { font: 16px/1.55 Georgia, "Libertinus Serif", serif; color: var(--ink); background: #fff; margin: 0 auto;
  max-width: 860px; padding: 24px 16px; overflow-wrap: anywhere; }
h1, h2, h3, table, figcaption, .note { font-family: "DejaVu Sans", system-ui, sans-serif; }
h1 { font-size: 28px; } h2 { font-size: 21px; color: var(--accent); margin-top: 2em; } h3 { font-size: 16px; }
table { border-collapse: collapse; width: 100%; font-size: 12.5px; margin: 10px 0; }
caption { text-align: left; color: var(--soft); padding-bottom: 4px; }
th, td { text-align: left; border-bottom: 1px solid var(--line); padding: 4px 6px; vertical-align: top; }
th { overflow-wrap: break-word; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
table.facts th { font-weight: normal; color: var(--soft); width: 28%; }
figure { margin: 8px 0; } figure img { max-width: 100%; height: auto; }
figcaption, .note { font-size: 12px; color: var(--soft); }
.pair { display: flex; flex-wrap: wrap; gap: 16px; } .pair > * { flex: 1 1 260px; min-width: 0; }
.page { break-before: page; } @media print { body { max-width: none; } }
@media (max-width: 600px) {
  table.wide, table.wide tbody, table.wide tr { display: block; } table.wide thead { display: none; }
  table.wide caption { display: block; }
  table.wide tr { border-bottom: 1px solid var(--line); padding: 6px 0; }
  table.wide td { display: flex; gap: 10px; border: 0; padding: 1px 6px; text-align: left; white-space: normal; }
  table.wide td:empty { display: none; }
  table.wide td::before { content: attr(data-label); flex: 0 0 42%; color: var(--soft); overflow-wrap: break-word; }
  table.wide td:first-child { font-weight: bold; }
}
"""
#: A table of more columns than this shows each row as a list of its cells where the page is narrow.
_FEW_COLUMNS = 4
_MIME = {"svg": "image/svg+xml", "png": "image/png"}


def html_page(data: Mapping[str, Any], pictures: Mapping[str, bytes]) -> str:
    """Return the page; nothing in a text is taken for HTML."""
    title = html.escape(data["title"])
    body = "\n".join(_block(each, pictures) for each in (*data["opening"], *data["blocks"]))
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style></head>\n<body>\n<h1>{title}</h1>\n<p>{html.escape(data['subtitle'])}</p>\n{body}\n"
        f'<p class="note">{html.escape(data["footer"])}; run {html.escape(data["run"])}</p>\n</body>\n</html>\n'
    )


def _block(block: Mapping[str, Any], pictures: Mapping[str, bytes]) -> str:
    kind = block["kind"]
    if kind == "heading":
        level = min(block["level"] + 1, 4)
        return f"<h{level}>{html.escape(block['text'])}</h{level}>"
    if kind == "text":
        return f"<p>{html.escape(block['text'])}</p>"
    if kind == "note":
        return f'<p class="note">{html.escape(block["text"])}</p>'
    if kind == "items":
        return f"<ul>{''.join(f'<li>{html.escape(each)}</li>' for each in block['items'])}</ul>"
    if kind in ("facts", "grid"):
        rows = "".join(f"<tr><th>{html.escape(k)}</th><td>{html.escape(v)}</td></tr>" for k, v in block["rows"])
        return f'<table class="facts">{rows}</table>'
    if kind == "table":
        return _table(block)
    if kind == "figure":
        content = base64.b64encode(pictures[block["file"]]).decode()
        mime = _MIME[block["file"].rsplit(".", 1)[1]]
        return (
            f'<figure><img alt="{html.escape(block["alt"])}" style="width:{block["width"]}%"'
            f' src="data:{mime};base64,{content}"><figcaption>{html.escape(block["caption"])}</figcaption></figure>'
        )
    if kind == "pair":
        sides = "".join(f"<div>{_block(block[side], pictures)}</div>" for side in ("left", "right"))
        return f'<div class="pair">{sides}</div>'
    return '<div class="page"></div>'


def _table(block: Mapping[str, Any]) -> str:
    numbers = set(block["numbers"])
    wide = len(block["columns"]) > _FEW_COLUMNS

    def cells(tag: str, row: list[str]) -> str:
        found = []
        for at, text in enumerate(row):
            mark = ' class="number"' if at in numbers else ""
            if wide and tag == "td":
                mark += f' data-label="{html.escape(block["columns"][at])}"'
            found.append(f"<{tag}{mark}>{html.escape(text)}</{tag}>")
        return f"<tr>{''.join(found)}</tr>"

    caption = f"<caption>{html.escape(block['caption'])}</caption>" if block["caption"] else ""
    body = "".join(cells("td", row) for row in block["rows"])
    start = '<table class="wide">' if wide else "<table>"
    return f"{start}{caption}<thead>{cells('th', block['columns'])}</thead><tbody>{body}</tbody></table>"
