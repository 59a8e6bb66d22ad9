"""Colours and the style sheet of views, tables and figures.

The categorical colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/), which people with any of the
common forms of colour blindness can tell apart.
"""

from __future__ import annotations

#: Categories: chains, compounds, series.
CATEGORIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C6BB1", "#7F7F7F")

#: Elements (the CPK convention, a little darker so that they show on white).
ELEMENTS = {
    "H": "#ffffff",
    "N": "#2f55d4",
    "O": "#e0301e",
    "S": "#d9a800",
    "P": "#e8730c",
    "F": "#3aa655",
    "Cl": "#3aa655",
    "CL": "#3aa655",
    "Br": "#a0522d",
    "BR": "#a0522d",
    "I": "#7d26cd",
    "B": "#ffb5b5",
    "Se": "#d9a800",
    "SE": "#d9a800",
    "Fe": "#c0561f",
    "FE": "#c0561f",
    "Zn": "#7d80b0",
    "ZN": "#7d80b0",
    "Mg": "#3f9b3f",
    "MG": "#3f9b3f",
    "Ca": "#4caf50",
    "CA": "#4caf50",
    "Mn": "#9c7ac7",
    "MN": "#9c7ac7",
    "Na": "#8e5bd0",
    "NA": "#8e5bd0",
    "K": "#8f40d4",
}

#: Kinds of contact between a ligand and its site.
CONTACTS = {
    "clash": "#d00000",
    "covalent bond": "#1c2430",
    "hydrogen bond": "#c98a00",
    "water bridge": "#2a9fd6",
    "salt bridge": "#cc4b9b",
    "pi stacking": "#0072b2",
    "cation-pi": "#5b3fb5",
    "halogen bond": "#1f8f3a",
    "metal": "#6a3d9a",
    "hydrophobic": "#9aa5b1",
}

HIT = "#D55E00"
ALL = "#9aa5b1"
KNOWN = "#0072B2"

#: Ends of a scale around zero, light enough that atom labels stay readable on them.
LOWERS = "#4a9ad4"
RAISES = "#ee8a3c"

# The doubled class is stronger than the notebook's own rules for tables and lists.
# JupyterLab and Notebook 7 define the --jp- colours of their light and dark themes, exported pages the short names;
# elsewhere the page is white. Molecules are always drawn on white.
STYLE = """
.wb{--wb-ink:var(--jp-content-font-color1,var(--text,#1c2430));--wb-soft:var(--jp-content-font-color2,var(--dim,#5b6675));
--wb-paper:var(--jp-layout-color0,var(--page,#fff));--wb-shade:var(--jp-layout-color2,var(--soft,#f1f4f7));
--wb-line:var(--jp-border-color2,var(--line,#d5dbe2));
--wb-mark:var(--jp-brand-color2,#4a90d9);color:var(--wb-ink);background:var(--wb-paper);
font:13px/1.4 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;text-align:left}
.wb *{box-sizing:border-box}
.wb.wb h3{font-size:15px;margin:0 0 2px;font-weight:600;color:var(--wb-ink);overflow-wrap:anywhere}
.wb.wb p{margin:0 0 6px;color:var(--wb-soft);overflow-wrap:anywhere}
.wb.wb table{border-collapse:collapse;font-size:12px;margin:4px 0;color:var(--wb-ink);border:none}
.wb.wb th{font-weight:600;text-align:left;color:var(--wb-soft);border:none;
border-bottom:1px solid var(--wb-line);padding:2px 8px 2px 0}
.wb.wb td{text-align:left;padding:2px 8px 2px 0;border:none;border-bottom:1px solid var(--wb-line);
vertical-align:middle}
.wb.wb tr{background:none}
.wb.wb .wb-n{text-align:right;font-variant-numeric:tabular-nums}
.wb button,.wb select,.wb input[type=text],.wb input[type=number],.wb input[type=search]{font:inherit;
color:var(--wb-ink);background:var(--wb-paper);border:1px solid var(--wb-line);border-radius:4px;padding:2px 8px}
.wb button{cursor:pointer}
.wb .wb-mol{background:#fff;border-radius:4px;max-width:100%;height:auto;display:block}
.wb button:hover{background:var(--wb-shade)}
.wb :focus-visible{outline:2px solid var(--wb-mark);outline-offset:1px}
"""
