"""The written dossier of a run, figures by name, and drawings that need no browser.

- `dossier`: a run to PDF (typst, ``dossier.typ``) or HTML (`html_page`); `content`, `model_section`, `hit_page`,
  `closing_sections`: what stands in it, as `blocks` of plain data
- `simpler_search`: would a simpler search have found the same
- `variant_table`: variants and where they lie beside the site
- `site_drawing`, `labels`: a ligand in its site as a vector drawing; `ray_picture`: the same by PyMOL
- `figures`: figures of a run by name; `slide`: the best docked hit in its site (typst, ``slide.typ``)
"""
