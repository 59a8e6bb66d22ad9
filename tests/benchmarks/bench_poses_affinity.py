"""Does anything computed from a pose rank the ligands of a series? Leave-series-out on series with known poses.

Data: the congeneric series of ``../shared/bench/fep`` (poses modelled by their authors, measured affinities) with at
least 8 ligands. Yardsticks are heavy atoms, molecular weight and the network's affinity; two models are trained on all
other series, on features that are taken relative to the mean of their own series: what a receptor-ligand score knows
beyond size. The mean of Kendall's tau over series is told with its 90 % interval (bootstrap over series).

A structure-based affinity is shown to users only if a model trained this way beats a tau of .40 (see the page on poses
in the manual): the poses here are better than docked ones, so a figure below that settles it for docked poses too.

Run: ``python tests/benchmarks/bench_poses_affinity.py`` (5 to 10 minutes of processor time).
"""

from __future__ import annotations

import argparse
import gzip
from pathlib import Path

import numpy as np
from rdkit import Chem
from rdkit.Chem import Crippen, Descriptors, rdMolDescriptors
from scipy.stats import kendalltau
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import Ridge

from screening.errors import ScreeningError
from screening.poses.ligand_states.pdbqt import ligand_pdbqt
from screening.poses.pose import Pose, Score
from screening.poses.ranking.features import FEATURES, pose_features
from screening.poses.receptor.prepare import prepare_receptor
from screening.targets.files.read import read_target
from screening.targets.sites.site_around import site_from_point

DEFAULT_DATA = Path(__file__).resolve().parents[3] / "shared" / "bench" / "fep"
LEAST_LIGANDS = 8
#: Without what compares several poses of one ligand.
USED = ("cnn_logit", "cnn_affinity", "energy_per_atom", "covered", "partners", "unsatisfied", "heavy_atoms", "torsions")
OF_LIGAND = ("weight", "logP", "TPSA", "Vinardo")


def ligands(path: Path) -> list[tuple[Chem.Mol, float]]:
    """Return the posed ligands of a series with their measured free energy in kcal/mol."""
    with gzip.open(path) as stream:
        mols = [mol for mol in Chem.ForwardSDMolSupplier(stream, removeHs=False) if mol is not None]
    return [(mol, float(mol.GetProp("r_exp_dg"))) for mol in mols if mol.HasProp("r_exp_dg")]


def features(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return features, shape (ligands, features), and measured affinity (higher binds better) of a series."""
    import rustina

    found = ligands(path)
    places = np.concatenate([mol.GetConformer().GetPositions() for mol, _ in found])
    middle = (places.min(axis=0) + places.max(axis=0)) / 2.0
    target = read_target(path.with_name(path.name.replace("_ligands.sdf.gz", "_protein.pdb.gz")))
    radius = float(np.linalg.norm(places - middle, axis=1).max()) + 4.0
    receptor = prepare_receptor(target, site_from_point(target, (middle[0], middle[1], middle[2]), radius))
    text = receptor.pdbqt()
    rows = []
    for mol, _ in found:
        ligand = ligand_pdbqt(mol).text
        answer = rustina.score_cnn(text, ligand)
        energy = float(rustina.score(text, ligand, scoring="vinardo")["affinity"])
        scores = (
            Score("CNN score", float(answer["cnn_score"]), "", True),
            Score("CNN affinity", float(answer["cnn_affinity"]), "pK", True),
            Score("Vinardo score", energy, "kcal/mol", False),
        )
        pose = Pose(Chem.MolToSmiles(Chem.RemoveHs(mol)), Chem.MolToMolBlock(mol), "modelled", "", 1, scores)
        table = pose_features([pose], receptor)[0]
        of_ligand = (Descriptors.MolWt(mol), Crippen.MolLogP(mol), rdMolDescriptors.CalcTPSA(mol), energy)
        rows.append([*(table[FEATURES.index(name)] for name in USED), *of_ligand])
    return np.nan_to_num(np.array(rows)), -np.array([value for _, value in found])


def taus(predicted: list[np.ndarray], measured: list[np.ndarray]) -> np.ndarray:
    """Return Kendall's tau of each series."""
    return np.nan_to_num([kendalltau(one, other).statistic for one, other in zip(predicted, measured)])


def line(label: str, found: np.ndarray) -> str:
    """Return the mean with its interval."""
    draws = np.random.default_rng(0).choice(found, (4000, len(found))).mean(axis=1)
    low, high = np.quantile(draws, [0.05, 0.95])
    return f"{label:44s} {found.mean():.3f}  ({low:.3f} to {high:.3f})"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"skipped: no series in {options.data}")
        return
    names, tables, measured = [], [], []
    for path in sorted(options.data.glob("*/*_ligands.sdf.gz")):
        if len(ligands(path)) < LEAST_LIGANDS:
            continue
        try:
            table, values = features(path)
        except ScreeningError as error:
            print(f"{path.name}: {error}")
            continue
        names.append(f"{path.parent.name}/{path.name.removesuffix('_ligands.sdf.gz')}")
        tables.append(table)
        measured.append(values)
        print(f"{names[-1]}: {len(values)} ligands", flush=True)
    columns = [*USED, *OF_LIGAND]
    print(f"\n{len(names)} series, {sum(map(len, measured))} ligands: mean Kendall tau (90 % interval)")
    for label, column, sign in (
        ("heavy atoms", "heavy_atoms", 1), ("molecular weight", "weight", 1), ("logP", "logP", 1),
        ("Vinardo score", "Vinardo", -1), ("CNN affinity", "cnn_affinity", 1),
    ):  # fmt: skip
        print(line(label, taus([sign * table[:, columns.index(column)] for table in tables], measured)))
    relative = [table - table.mean(axis=0) for table in tables]
    spread = np.concatenate(relative).std(axis=0) + 1e-9
    relative = [table / spread for table in relative]
    shift = [values - values.mean() for values in measured]
    for label, make in (
        ("ridge, leave series out", lambda: Ridge(alpha=30.0, fit_intercept=False)),
        ("boosted trees, leave series out", lambda: GradientBoostingRegressor(
            n_estimators=150, max_depth=2, learning_rate=0.05, subsample=0.7, random_state=0)),
    ):  # fmt: skip
        predicted = []
        for left in range(len(names)):
            rest = [place for place in range(len(names)) if place != left]
            model = make().fit(
                np.concatenate([relative[place] for place in rest]), np.concatenate([shift[place] for place in rest])
            )
            predicted.append(model.predict(relative[left]))
        print(line(label, taus(predicted, measured)))


if __name__ == "__main__":
    main()
