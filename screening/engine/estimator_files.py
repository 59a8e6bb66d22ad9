"""Fitted estimators and arrays in one file (skops), whose parts have names that outlive the code.

A skops file is a zip archive of arrays and a ``schema.json`` that says how to build the objects around them, each by
the module path of its class. Here a class of ours, or of a library, stands in the file under a name of `PARTS`, so that
a module can be moved without a stored model noticing. Only what `PARTS` names is built, beside plain containers and
arrays, so a file from a stranger cannot run code. Files of format 1 (version 0.1 of this project) hold module paths;
`FORMAT_1` says what they are called now.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from screening.errors import ModelError

#: Version of the way parts are named in the file.
FORMAT = 2
_FORMAT_FIELD, _SCHEMA, _NAMED = "workbench_format", "schema.json", "workbench"

_HISTOGRAM = "sklearn.ensemble._hist_gradient_boosting"

#: Name in a file to the module and the class that it stands for now. A name is never given to another class.
PARTS: dict[str, tuple[str, str]] = {
    "count table": ("screening.features.count_table", "CountTable"),
    "molecule features": ("screening.features.molecule_features", "MoleculeFeatures"),
    "boosted trees": ("screening.models.estimators.boosting", "BoostedTrees"),
    "kernel ensemble": ("screening.models.estimators.kernel_ensemble", "KernelEnsemble"),
    "standardiser": ("screening.models.estimators.kernels", "Standardiser"),
    "matrix model": ("screening.models.estimators.matrix_model", "MatrixModel"),
    "random trees": ("screening.models.estimators.random_trees", "RandomTrees"),
    "similar compounds": ("screening.models.estimators.similar_compounds", "SimilarCompounds"),
    "similarity ensemble": ("screening.models.estimators.similarity_ensemble", "SimilarityEnsemble"),
    "pipeline": ("sklearn.pipeline", "Pipeline"),
    "standard scaler": ("sklearn.preprocessing._data", "StandardScaler"),
    "label encoder": ("sklearn.preprocessing._label", "LabelEncoder"),
    "logistic regression": ("sklearn.linear_model._logistic", "LogisticRegression"),
    "ridge": ("sklearn.linear_model._ridge", "Ridge"),
    "cross-validated ridge": ("sklearn.linear_model._ridge", "RidgeCV"),
    "support vector regression": ("sklearn.svm._classes", "SVR"),
    "random forest": ("sklearn.ensemble._forest", "RandomForestRegressor"),
    "decision tree": ("sklearn.tree._classes", "DecisionTreeRegressor"),
    "extra tree": ("sklearn.tree._classes", "ExtraTreeRegressor"),
    "tree nodes": ("sklearn.tree._tree", "Tree"),
    "histogram boosting classifier": (f"{_HISTOGRAM}.gradient_boosting", "HistGradientBoostingClassifier"),
    "histogram boosting bins": (f"{_HISTOGRAM}.binning", "_BinMapper"),
    "histogram boosting tree": (f"{_HISTOGRAM}.predictor", "TreePredictor"),
    "binomial loss": ("sklearn._loss.loss", "HalfBinomialLoss"),
    "binomial loss loop": ("sklearn._loss._loss", "CyHalfBinomialLoss"),
    "logit link": ("sklearn._loss.link", "LogitLink"),
    "link interval": ("sklearn._loss.link", "Interval"),
    "random generator": ("numpy.random._generator", "Generator"),
    "bit generator": ("numpy.random._pcg64", "PCG64"),
    "data type": ("numpy", "dtype"),
}

#: Module and class in a file of format 1 to the name of `PARTS`; those of libraries are as in `PARTS`.
FORMAT_1: dict[tuple[str, str], str] = {
    ("screening.features.count_table", "CountTable"): "count table",
    ("screening.features.molecule_features", "MoleculeFeatures"): "molecule features",
    ("screening.models.boosting", "BoostedTrees"): "boosted trees",
    ("screening.models.kernel_ensemble", "KernelEnsemble"): "kernel ensemble",
    ("screening.models.kernels", "Standardiser"): "standardiser",
    ("screening.models.matrix_model", "MatrixModel"): "matrix model",
    ("screening.models.random_trees", "RandomTrees"): "random trees",
    ("screening.models.similar_compounds", "SimilarCompounds"): "similar compounds",
    ("screening.models.similarity_ensemble", "SimilarityEnsemble"): "similarity ensemble",
}

#: What needs no name: it is the language's and NumPy's own, and holds data only.
_PLAIN = {
    "builtins": {"dict", "list", "tuple", "set", "str", "bytes", "int", "float", "bool", "NoneType", "slice"},
    "numpy": {"ndarray", "bool_", "bool", *(f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64))}
    | {"float16", "float32", "float64"},
}


def dumps(state: Any) -> bytes:
    """Return `state` (plain containers, arrays and objects of `PARTS`) as the bytes of a file.

    Raises
    ------
    ModelError
        If it holds an object that has no name in `PARTS`.
    """
    from skops.io import dumps as skops_dumps

    names = {place: name for name, place in PARTS.items()}
    raw = skops_dumps(state, compression=zipfile.ZIP_DEFLATED, compresslevel=9)
    schema, members = _open(raw)
    for node in _nodes(schema):
        place = (node["__module__"], node["__class__"])
        if place in names:
            node["__module__"], node["__class__"] = _NAMED, names[place]
        elif not _plain(*place):
            raise ModelError(f"a {'.'.join(place)} cannot be stored, it has no name in the table of parts")
    return _packed(schema | {_FORMAT_FIELD: FORMAT}, members)


def load(path: Path, content: bytes | None = None) -> Any:
    """Read what `dumps` wrote, or a file of format 1; `content` are its bytes where they were read before.

    Raises
    ------
    ModelError
        If it holds anything that `PARTS` does not name or is of a later format.
    ValueError, TypeError, AttributeError and others
        If it is no such file, or its parts cannot be built with the packages installed here.
    """
    from skops.io import loads as skops_loads

    schema, members = _open(path.read_bytes() if content is None else content)
    found = int(schema.pop(_FORMAT_FIELD, 1))
    if found > FORMAT:
        raise ModelError(
            f"is of format {found}",
            source=path,
            expected=f"{FORMAT} or earlier: a newer version of the workbench wrote it",
        )
    strange = set()
    for node in _nodes(schema):
        place = (str(node["__module__"]), str(node["__class__"]))
        if place[0] == _NAMED and place[1] in PARTS:
            node["__module__"], node["__class__"] = PARTS[place[1]]
        elif found == 1 and place in FORMAT_1:
            node["__module__"], node["__class__"] = PARTS[FORMAT_1[place]]
        elif not (_plain(*place) or (found == 1 and place in _LIBRARY_PARTS)):
            strange.add(place[1] if place[0] == _NAMED else ".".join(place))
    if strange:
        named = ", ".join(sorted(strange)[:5])
        raise ModelError(f"holds types that are not trusted ({named}), it is not loaded", source=path)
    # skops checks once more, against the same list; what is read at once is not made small again before.
    return skops_loads(_packed(schema, members, small=False), trusted=[".".join(place) for place in PARTS.values()])


_LIBRARY_PARTS = {place for place in PARTS.values() if not place[0].startswith("screening.")}


def _plain(module: str, name: str) -> bool:
    return name in _PLAIN.get(module, ())


def _nodes(value: Any) -> list[dict[str, Any]]:
    """Return every node of a schema that names a class."""
    found, left = [], [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            if "__module__" in one or "__class__" in one:
                found.append(one)
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)
    return found


def _open(content: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(members.pop(_SCHEMA)), members


def _packed(schema: dict[str, Any], members: dict[str, bytes], *, small: bool = True) -> bytes:
    sink = io.BytesIO()
    kind = zipfile.ZIP_DEFLATED if small else zipfile.ZIP_STORED
    with zipfile.ZipFile(sink, "w", kind, compresslevel=9) as archive:
        for name, content in [*members.items(), (_SCHEMA, json.dumps(schema, sort_keys=True).encode())]:
            archive.writestr(zipfile.ZipInfo(name), content, kind, 9)
    return sink.getvalue()
