"""The substructure filters of the Novartis screening deck, which RDKit ships with its contributions.

Schuffenhauer et al., J. Med. Chem. 2020, 63, 14425. Each filter has a severity: exclude, flag, or mere annotation;
the last are left out here.
"""

from __future__ import annotations

import csv
from pathlib import Path

from rdkit import RDConfig
from rdkit.Chem import FilterCatalog

from screening.errors import UsageError

_FILE = "NIBRSubstructureFilters/SubstructureFilter_HitTriaging_wPubChemExamples.csv"
_FLAG, _EXCLUDE = 1, 2


def nibr_catalog(exclude_only: bool) -> FilterCatalog.FilterCatalog:
    """Return the filters that exclude, or those that exclude or flag.

    Raises
    ------
    UsageError
        If this installation of RDKit comes without its contributions.
    """
    path = Path(RDConfig.RDContribDir) / _FILE
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
    except OSError as error:
        raise UsageError(
            "this installation of RDKit comes without the NIBR filters", source=path,
            expected="RDKit's wheel or conda package, or rules without nibr",
        ) from error  # fmt: skip
    catalog = FilterCatalog.FilterCatalog()
    for row in rows:
        if int(row["SEVERITY_SCORE"]) >= (_EXCLUDE if exclude_only else _FLAG):
            name = row["PATTERN_NAME"]
            matcher = FilterCatalog.SmartsMatcher(name, row["SMARTS"], max(1, int(row["MIN_COUNT"])))
            catalog.AddEntry(FilterCatalog.FilterCatalogEntry(name, matcher))
    return catalog
