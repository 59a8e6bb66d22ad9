"""Train ``data/models/kinome``: the affinity (pKd) of a compound to any protein kinase, from its sequence.

Trained on four published panels, see `kinome_tables`. Targets are what was tested: each mutant with its mutated
sequence, each of several domains for itself, phosphorylated and autoinhibited forms as states of their own; entries of
the panels that are one kinase (domains equal in 97.5 % of their residues or more) are joined, with all their names.
Compounds are joined by parent. Everything is brought to the scale of Kd: Metz's pKi by the mean difference to Davis on
exact pairs; KIBA scores by the line through the pairs that Metz has too (KIBA was made from Metz among others: r =
0.998) and the same difference; % inhibition at one concentration by Kd = C (100 - I) / I, less what pairs in other
panels say. Where the panels disagree the mean is weighted by their noise. Values below what an assay could tell are
limits and are used as limits. The tables are no part of the project: they are read from the folders given.

Run it from the root of the repository: ``python data/models/make_kinome.py ../shared/bench [KEPT]``; the optional
folder keeps finished fits, so that the same command goes on after an interruption.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from screening.compounds.standardisation.standardise import Parent, parent_of
from screening.models.affinity import AffinityKind
from screening.models.pairs.family.drugs_left_out import Drug
from screening.models.pairs.family_table import FamilyTable, Panel
from screening.models.pairs.train_family import train_family_model
from screening.models.storage import save_model
from screening.models.training_set import TrainingSet, compound_block
from screening.provenance import content_key, file_sha256

sys.path.insert(0, str(Path(__file__).resolve().parent))

import kinome_tables as tables
from kinome_tables import Assay
from kinome_targets import Targets, profiles_of

OUT = Path(__file__).resolve().parent / "kinome"
FILES = (
    *(f"dta/{table}_{part}.csv.gz" for table in ("davis", "kiba") for part in ("drugs", "targets", "pairs")),
    *(f"kinome/metz_{part}.csv.gz" for part in ("compounds", "kinases", "values")),
    "kinome/pkis2_inhibition_1uM.csv.gz",
)
SOURCE = (
    "Davis et al. 2011 (Kd), Tang et al. 2014 (KIBA scores), Metz et al. 2011 (Ki) and Drewry et al. 2017 (PKIS2, %"
    " inhibition)"
)
FLOOR = 5.0
#: Noise variance of a value of each panel, on the scale of the kernel.
NOISE = {"Davis": 0.1, "Metz": 0.1, "KIBA": 0.2, "PKIS2": 0.6}
#: Inhibition below this tells that a compound is weaker than `WEAK`, no more; error of an inhibition, in per cent.
TOLD, WEAK, PERCENT_ERROR = 20.0, 5.3, 5.0
#: Inhibition, in per cent, from which on a compound of PKIS2 counts as a binder.
ACTIVE = 90.0
#: Drugs left out with all that is like them, and the target of each by the name the model has for it.
DRUGS = (
    Drug("osimertinib", "C=CC(=O)Nc1cc(Nc2nccc(n2)-c2cn(C)c3ccccc23)c(OC)cc1N(C)CCN(C)C", "EGFR"),
    Drug("vemurafenib", "CCCS(=O)(=O)Nc1ccc(F)c(C(=O)c2c[nH]c3ncc(cc23)-c2ccc(Cl)cc2)c1F", "BRAF"),
    Drug("ibrutinib", "C=CC(=O)N1CCC[C@H](C1)n1nc(-c2ccc(Oc3ccccc3)cc2)c2c(N)ncnc12", "BTK"),
    Drug("larotrectinib", "O=C(Nc1cnn2ccc(nc12)N1CCC[C@@H]1c1cc(F)ccc1F)N1CC[C@H](O)C1", "TRKA"),
    Drug("capivasertib", "NC1(CCN(CC1)c1ncnc2[nH]ccc12)C(=O)N[C@@H](CCO)c1ccc(Cl)cc1", "AKT1"),
    Drug("alpelisib", "Cc1nc(NC(=O)N2CCC[C@H]2C(N)=O)sc1-c1ccnc(c1)C(C)(C)C(F)(F)F", "PIK3CA"),
    Drug("tofacitinib", "C[C@@H]1CCN(C[C@@H]1N(C)c1ncnc2[nH]ccc12)C(=O)CC#N", "JAK3(JH1domain-catalytic)"),
    Drug("lapatinib", "CS(=O)(=O)CCNCc1ccc(o1)-c1ccc2ncnc(Nc3ccc(OCc4cccc(F)c4)c(Cl)c3)c2c1", "EGFR"),
    Drug("palbociclib", "CC(=O)c1c(C)c2cnc(Nc3ccc(cn3)N3CCNCC3)nc2n(C2CCCC2)c1=O", "CDK4-cyclinD1"),
    Drug("lorlatinib", "C[C@H]1Oc2cc(cnc2N)-c2c(C#N)nn(C)c2CN(C)C(=O)c2ccc(F)cc12", "ALK"),
)


def joined(panels: dict[str, Panel], inhibition: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the values of all panels on one scale, their limits and their noise, each of shape (n, k)."""
    shape = inhibition.shape
    total, weight = np.zeros(shape), np.zeros(shape)
    limit, limit_noise = np.full(shape, np.inf), np.zeros(shape)
    for name, panel in panels.items():
        noise = np.full(shape, NOISE[name])
        if name == "PKIS2":
            percent = np.clip(np.nan_to_num(inhibition, nan=50.0), 1.0, 99.5)
            noise = noise + (PERCENT_ERROR * 100.0 / np.log(10.0) / (percent * (100.0 - percent))) ** 2
        there = np.isfinite(panel.values)
        exact = there & (panel.limits == 0)
        if name == "KIBA":  # it was made of the others, where they have the pair
            exact &= ~(np.isfinite(panels["Davis"].values) | np.isfinite(panels["Metz"].values))
        if name == "PKIS2":
            exact &= weight == 0
        total[exact] += (panel.values / noise)[exact]
        weight[exact] += (1.0 / noise)[exact]
        lower = there & (panel.limits < 0) & (np.where(there, panel.values, np.inf) < limit)
        limit[lower], limit_noise[lower] = panel.values[lower], noise[lower]
    known = weight > 0
    limited = ~known & np.isfinite(limit)
    values = np.where(known, total / np.maximum(weight, 1e-9), np.where(limited, limit, np.nan))
    noise = np.where(known, 1.0 / np.maximum(weight, 1e-9), np.where(limited, limit_noise, 0.0))
    return values, np.where(limited, -1, 0).astype(np.int8), noise


def read(bench: Path) -> FamilyTable:
    """Read the four panels."""
    dta, kinome = bench / "dta", bench / "kinome"
    assays = tables.davis_assays(dta)
    kiba = [
        (row["target"], tables.GENES.get(row["id"], row["id"]), row["id"], row["sequence"])
        for row in tables.rows(dta / "kiba_targets.csv.gz")
        if row["id"] not in tables.SUBUNITS
    ]
    metz = [(row["name"], row["sequence"]) for row in tables.rows(kinome / "metz_kinases.csv.gz")]
    targets = Targets(profiles_of(assays, [(name, text) for _, name, _, text in kiba] + metz))
    for assay in assays:
        targets.add(assay)
    of_kiba = {}
    for number, name, accession, sequence in kiba:
        of_kiba[number] = targets.row(name, sequence)
        targets.names[of_kiba[number]].add(accession)
    of_name = {assay.name: row for row, assay in enumerate(targets.assays)}
    of_metz = {name: targets.row(name, sequence) for name, sequence in metz} | {
        name: of_name[name] for name in ("BMX", "BRAF")
    }
    of_pkis2, missing = {}, []
    for column, name in tables.pkis2_names(kinome).items():
        base, domain, mutations, state = tables.parsed(name)
        name = {"CDK4": "CDK4-cyclinD1"}.get(name, name)
        of_name = {assay.name: row for row, assay in enumerate(targets.assays)}
        usual = of_name.get(base, of_name.get(f"{base}(KinDom.1-N-terminal)"))
        if name in of_name:
            of_pkis2[column] = of_name[name]
        elif usual is not None and not mutations:
            like = targets.assays[usual]
            of_pkis2[column] = targets.add(Assay(name, base, like.sequence, domain, (), state, like.shift))
        else:
            missing.append(name)

    compounds: dict[bytes, tuple[str, Parent]] = {}

    def row_of(name: str, smiles: str) -> bytes:
        parent = parent_of(smiles)
        if not isinstance(parent, Parent):
            raise ValueError(f"{name}: {parent}")
        compounds.setdefault(parent.family, (name, parent))
        return parent.family

    davis_drugs = [row_of(f"CID {row['id']}", row["smiles_iso"]) for row in tables.rows(dta / "davis_drugs.csv.gz")]
    kiba_drugs = [row_of(row["id"], row["smiles_iso"]) for row in tables.rows(dta / "kiba_drugs.csv.gz")]
    metz_drugs = {
        row["compound"]: row_of(f"Metz {row['compound']}", row["smiles"])
        for row in tables.rows(kinome / "metz_compounds.csv.gz")
    }
    tested = tables.rows(kinome / "pkis2_inhibition_1uM.csv.gz")
    pkis2_drugs = [row_of(row["Regno"], row["Smiles"]) for row in tested]
    rows = {family: at for at, family in enumerate(compounds)}
    shape = (len(compounds), len(targets.assays))

    def table(found: list[tuple[bytes, int, float]]) -> np.ndarray:
        total, count = np.zeros(shape), np.zeros(shape)
        for family, column, value in found:
            total[rows[family], column] += value
            count[rows[family], column] += 1
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    davis = table(
        [
            (davis_drugs[int(row["drug"])], int(row["target"]), float(row["y"]))
            for row in tables.rows(dta / "davis_pairs.csv.gz")
        ]
    )
    scores = table(
        [
            (kiba_drugs[int(row["drug"])], of_kiba[row["target"]], float(row["y"]))
            for row in tables.rows(dta / "kiba_pairs.csv.gz")
            if row["y"] and row["target"] in of_kiba
        ]
    )
    metz_rows = tables.rows(kinome / "metz_values.csv.gz")
    ki = table([(metz_drugs[row["compound"]], of_metz[row["kinase"]], float(row["pKi"])) for row in metz_rows])
    weaker = table([(metz_drugs[row["compound"]], of_metz[row["kinase"]], row["relation"] == "<") for row in metz_rows])
    inhibition = table(
        [
            (family, column, float(row[name]))
            for family, row in zip(pkis2_drugs, tested)
            for name, column in of_pkis2.items()
            if row[name]
        ]
    )
    davis_limits = np.where(davis <= FLOOR, -1, 0).astype(np.int8)
    ki_limits = np.where(np.nan_to_num(weaker) >= 0.5, -1, 0).astype(np.int8)
    both = np.isfinite(davis) & np.isfinite(ki) & (davis_limits == 0) & (ki_limits == 0)
    offset = float(np.mean(ki[both] - davis[both]))
    line_pairs = np.isfinite(scores) & np.isfinite(ki) & (ki_limits == 0)
    slope, constant = np.polyfit(scores[line_pairs], ki[line_pairs], 1)
    of_scores = np.clip(slope * scores + constant, 4.0, 10.5) - offset
    percent = np.clip(inhibition, 1.0, 99.5)
    of_percent = 6.0 + np.log10(percent / (100.0 - percent))
    elsewhere = np.where(np.isfinite(davis) & (davis_limits == 0), davis, np.where(ki_limits == 0, ki - offset, np.nan))
    told = np.isfinite(of_percent) & np.isfinite(elsewhere) & (inhibition >= 30) & (inhibition <= 98)
    percent_offset = float(np.mean((of_percent - elsewhere)[told]))
    of_percent = np.where(
        inhibition >= TOLD, of_percent - percent_offset, np.where(np.isfinite(inhibition), WEAK, np.nan)
    )
    links = (
        f"Metz: pKi - {offset:.2f} (mean difference to Davis on {int(both.sum())} pairs)",
        f"KIBA: {slope:.3f} * score {constant:+.2f} (line on {int(line_pairs.sum())} pairs of Metz) - {offset:.2f}",
        f"PKIS2: 6 + log10(I / (100 - I)) - {percent_offset:.2f} (on {int(told.sum())} pairs measured elsewhere); below"
        f" {TOLD:g} %: weaker than {WEAK:g}",
    )
    none = np.zeros(shape, dtype=np.int8)
    panels = {
        "Davis": Panel("Davis", "pKd", davis, davis_limits),
        "Metz": Panel("Metz", "pKi", ki - offset, ki_limits),
        "KIBA": Panel("KIBA", "KIBA score", of_scores, none),
        "PKIS2": Panel(
            "PKIS2",
            "% inhibition",
            of_percent,
            np.where(inhibition < TOLD, -1, 0).astype(np.int8),
            binder=6.0 + np.log10(ACTIVE / (100.0 - ACTIVE)) - percent_offset - 1e-6,
        ),
    }
    values, limits, noise = joined(panels, inhibition)
    smiles = [parent.smiles for _, parent in compounds.values()]
    counted = np.isfinite(values)
    return FamilyTable(
        kind=AffinityKind.PKD,
        source=SOURCE,
        sha256=content_key([file_sha256(bench / name) for name in FILES]),
        compounds=TrainingSet(
            names=[name for name, _ in compounds.values()],
            smiles=smiles,
            identities=[parent.identity for _, parent in compounds.values()],
            families=[parent.family for _, parent in compounds.values()],
            fingerprints=compound_block(smiles).fingerprints,
            values=np.where(counted, values, 0.0).sum(axis=1) / np.maximum(counted.sum(axis=1), 1),
            limits=np.zeros(len(smiles), dtype=np.int8),
            out_of_fold=np.full(len(smiles), np.nan),
        ),
        targets=targets.made(),
        profiles=tuple(targets.profiles),
        values=values,
        limits=limits,
        noise=noise,
        panels=tuple(panels.values()),
        links=links,
        floor=FLOOR,
        notes=(
            f"KIBA targets that are no kinases but subunits of one: {', '.join(tables.SUBUNITS)}",
            f"PKIS2 assays of kinases that no panel gives a sequence of: {', '.join(missing)}",
        ),
    )


def main(bench: Path, kept: Path | None) -> None:
    """Read the tables, train, save, and print how good the model is."""
    data = read(bench)
    for link in data.links:
        print(link)
    alone = [target.name for target in data.targets if not target.family]
    print(
        f"{data.values.shape}, {int(np.isfinite(data.values).sum())} pairs; no domain in {', '.join(alone)}", flush=True
    )
    model = train_family_model(
        data, title="pKd to any protein kinase, from its sequence", share=0.75, kept=kept, drugs=DRUGS,
        on_progress=lambda progress: print(progress, flush=True),
    )  # fmt: skip
    save_model(model, OUT)
    found = model.card.evaluation["cold compound"]
    print(found["model"], found["baselines"], found["joined"], found["stretch"], found["interval"], sep="\n")
    for name, panel in found["panels"].items():
        print(name, panel)
    print(found["mutants left out"], found["drugs left out"], sep="\n")
    print(f"{OUT.name}: {sum(file.stat().st_size for file in OUT.iterdir()) / 1e6:.2f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
