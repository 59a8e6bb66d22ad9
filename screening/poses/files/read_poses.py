"""Read poses: SDF files that `write_poses` made, and SDF and PDBQT files of other programs.

Only a score whose direction is known is ranked by. Of the tags that other programs write, those of `KNOWN_TAGS` have
one; any other has to be named by the caller with its direction.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path

from rdkit import Chem, RDLogger

from screening.errors import FileError, UsageError
from screening.poses.engines.pdbqt_poses import coordinates_of
from screening.poses.files.write_poses import SCORE_PREFIX
from screening.poses.pose import Pose, Score
from screening.provenance import require_file
from screening.targets.ligands.bond_orders import by_template
from screening.targets.ligands.geometric_bonds import skeleton

#: Score tags of other programs: name, unit, direction.
KNOWN_TAGS: dict[str, tuple[str, str, bool]] = {
    "minimizedAffinity": ("Vina score", "kcal/mol", False),
    "CNNscore": ("CNN score", "", True),
    "CNNaffinity": ("CNN affinity", "pK", True),
    "r_i_docking_score": ("Glide docking score", "kcal/mol", False),
    "r_i_glide_gscore": ("GlideScore", "kcal/mol", False),
    "Gold.PLP.Fitness": ("GOLD ChemPLP", "", True),
    "Gold.Goldscore.Fitness": ("GoldScore", "", True),
    "Chemgauss4": ("Chemgauss4", "", False),
    "FRED Chemgauss4 score": ("Chemgauss4", "", False),
    "SCORE": ("rDock score", "", False),
    "S": ("MOE S", "kcal/mol", False),
}
_VINA_REMARK = re.compile(r"^REMARK (?:VINA RESULT|minimizedAffinity):?\s+(\S+)", re.MULTILINE)
_SDF, _PDBQT = (".sdf", ".sd", ".mol"), (".pdbqt",)


def read_poses(
    path: str | os.PathLike[str],
    *,
    smiles: str | None = None,
    score_tag: str | None = None,
    higher_is_better: bool | None = None,
    unit: str = "",
) -> list[Pose]:
    """Return the poses of a file in its order.

    Parameters
    ----------
    path
        ``.sdf`` or ``.pdbqt``, compressed with gzip or not.
    smiles
        The ligand, for the bond orders of a PDBQT file, which has none. An SDF file has its own.
    score_tag
        The property of an SDF file that holds its score, if it is none of `KNOWN_TAGS`.
    higher_is_better
        Direction of that score; needed with `score_tag`.
    unit
        Its unit.

    Raises
    ------
    FileError
        If the file is missing, of another kind, or a record has no molecule or no coordinates; the record is named.
    UsageError
        If the direction of a named score, or the SMILES of a PDBQT file, is missing.
    """
    file = require_file(path, "poses as SDF or PDBQT")
    name = file.name.removesuffix(".gz").lower()
    if score_tag is not None and score_tag not in KNOWN_TAGS and higher_is_better is None:
        raise UsageError(
            f"the direction of the score {score_tag} is not known", expected="whether a higher number is better"
        )
    try:
        content = file.read_bytes()
        text = (gzip.decompress(content) if file.name.endswith(".gz") else content).decode("utf-8", "replace")
    except (OSError, EOFError) as error:
        raise FileError(f"cannot be read ({error})", source=path) from error
    if name.endswith(_SDF):
        return _from_sdf(text, file, score_tag, higher_is_better, unit)
    if name.endswith(_PDBQT):
        if smiles is None:
            raise UsageError("a PDBQT file holds no bond orders", source=path, expected="the SMILES of its ligand")
        return _from_pdbqt(text, file, smiles)
    raise FileError("is no file of poses", source=path, expected="a name that ends in .sdf, .sdf.gz or .pdbqt")


def _from_sdf(text: str, file: Path, score_tag: str | None, higher_is_better: bool | None, unit: str) -> list[Pose]:
    records = [record for record in re.split(r"^\$\$\$\$.*$\r?\n?", text, flags=re.MULTILINE) if record.strip()]
    if not records:
        raise FileError("holds no record", source=file, expected="poses as SDF")
    found = []
    for number, record in enumerate(records, start=1):
        where = f"record {number}"
        block, values = _split(record)
        RDLogger.DisableLog("rdApp.*")
        try:
            molecule = Chem.MolFromMolBlock(block, removeHs=False)
        finally:
            RDLogger.EnableLog("rdApp.*")
        if molecule is None:
            raise FileError("is no molecule that can be read", source=file, where=where, expected="a mol block")
        places = molecule.GetConformer().GetPositions()
        if not molecule.GetConformer().Is3D() or (len(places) > 2 and abs(places[:, 2]).max() < 1e-3):
            raise FileError("has no three-dimensional coordinates", source=file, where=where, expected="a docked pose")
        found.append(_sdf_pose(molecule, block, values, file, where, score_tag, higher_is_better, unit))
    return found


def _split(record: str) -> tuple[str, dict[str, str]]:
    """Return the mol block and the properties."""
    lines = record.splitlines()
    end = next((row for row, line in enumerate(lines) if line.startswith("M  END")), len(lines) - 1)
    values: dict[str, str] = {}
    name = None
    for line in lines[end + 1 :]:
        heading = re.match(r"^>.*<([^>]+)>", line)
        if heading:
            name = heading[1]
        elif name is not None and line.strip():
            values[name] = f"{values[name]} {line.strip()}" if name in values else line.strip()
        else:
            name = None
    return "\n".join(lines[: end + 1]) + "\n", values


def _sdf_pose(
    molecule: Chem.Mol,
    block: str,
    values: dict[str, str],
    file: Path,
    where: str,
    score_tag: str | None,
    higher_is_better: bool | None,
    unit: str,
) -> Pose:
    Chem.AssignStereochemistryFrom3D(molecule)
    whole = Chem.AddHs(molecule, addCoords=True)
    scores = _scores(values, file, where, score_tag, higher_is_better, unit)
    probability = values.get("probability_2A")
    return Pose(
        smiles=values.get("smiles") or Chem.MolToSmiles(Chem.RemoveHs(molecule)),
        mol_block=block if whole.GetNumAtoms() == molecule.GetNumAtoms() else Chem.MolToMolBlock(whole),
        origin=values.get("origin") or f"imported from {file.name}",
        name=block.splitlines()[0].strip() or f"{file.name} {where}",
        rank=int(values["rank"]) if values.get("rank", "").isdigit() else 1,
        scores=scores,
        probability_2A=_number(probability, file, where, "probability_2A") if probability else None,
        state=values.get("state", ""),
        receptor_key=values.get("receptor", ""),
    )


def _scores(
    values: dict[str, str], file: Path, where: str, score_tag: str | None, higher_is_better: bool | None, unit: str
) -> tuple[Score, ...]:
    found: list[Score] = []
    if "score" in values and "score_name" in values:
        direction = {"True": True, "False": False}.get(values.get("score_higher_is_better", ""))
        value = _number(values["score"], file, where, "score")
        found.append(Score(values["score_name"], value, values.get("score_unit", ""), direction))
        for name, text in values.items():
            if name.startswith(SCORE_PREFIX):
                try:
                    number, own_unit, said = json.loads(text)
                except ValueError as error:
                    raise FileError(f"{name} is no score", source=file, where=where, expected="as written") from error
                way = {"higher is better": True, "lower is better": False}.get(said)
                found.append(Score(name.removeprefix(SCORE_PREFIX), float(number), own_unit, way))
        return tuple(found)
    if score_tag is not None:
        if score_tag not in values:
            listed = ", ".join(list(values)[:8]) or "none"
            raise FileError(
                f"has no property {score_tag}", source=file, where=where, expected=f"one of its own: {listed}"
            )
        name, known_unit, known_way = KNOWN_TAGS.get(score_tag, (score_tag, unit, True))
        way = known_way if higher_is_better is None else higher_is_better
        found.append(Score(name, _number(values[score_tag], file, where, score_tag), unit or known_unit, way))
    for tag, (name, known_unit, known_way) in KNOWN_TAGS.items():
        if tag in values and tag != score_tag:
            found.append(Score(name, _number(values[tag], file, where, tag), known_unit, known_way))
    return tuple(found)


def _number(text: str, file: Path, where: str, name: str) -> float:
    try:
        return float(text.split()[0])
    except (ValueError, IndexError):
        raise FileError(f"{name} is {text!r}", source=file, where=where, expected="a number") from None


def _from_pdbqt(text: str, file: Path, smiles: str) -> list[Pose]:
    template = Chem.MolFromSmiles(smiles)
    if template is None:
        raise UsageError(f"{smiles[:80]!r} is no molecule", expected="the SMILES of the ligand")
    parts = re.split(r"^MODEL.*$", text, flags=re.MULTILINE)
    models = [part for part in parts if re.search(r"^(?:ATOM|HETATM)", part, re.MULTILINE)]
    if not models:
        raise FileError("holds no atom", source=file, expected="poses as PDBQT")
    found = []
    for number, model in enumerate(models, start=1):
        where = f"model {number}"
        lines = sorted(
            (line for line in model.splitlines() if line.startswith(("ATOM", "HETATM"))),
            key=lambda line: int(line[6:11]),
        )
        elements = [_element(line) for line in lines]
        heavy = [row for row, element in enumerate(elements) if element != "H"]
        bare = skeleton([elements[row] for row in heavy], coordinates_of(model)[0][heavy])
        typed = by_template(bare, template)
        if typed is None:
            raise FileError(
                f"is not the molecule {smiles[:60]}", source=file, where=where,
                expected=f"its {template.GetNumHeavyAtoms()} heavy atoms",
            )  # fmt: skip
        Chem.AssignStereochemistryFrom3D(typed)
        score = _VINA_REMARK.search(model)
        found.append(
            Pose(
                smiles=Chem.MolToSmiles(typed),
                mol_block=Chem.MolToMolBlock(Chem.AddHs(typed, addCoords=True)),
                origin=f"imported from {file.name}",
                name=file.name.split(".")[0],
                rank=number,
                scores=(Score("Vina score", float(score[1]), "kcal/mol", False),) if score else (),
            )
        )
    return found


def _element(line: str) -> str:
    """Return the element, in capitals, of an AutoDock atom type."""
    kind = (line[77:79].strip() or line[12:16].strip()[:1]).upper()
    usual = {"A": "C", "NA": "N", "NS": "N", "OA": "O", "OS": "O", "SA": "S", "HD": "H", "HS": "H", "G0": "C"}
    return usual.get(kind, kind)
