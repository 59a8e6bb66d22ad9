"""How much a ligand is bent out of shape: its energy in the pose above that of its best conformer.

Energies are MMFF94s with a distance-dependent dielectric of 4, so that charges far apart in the pose are not punished
for not folding onto each other in a vacuum. Before it is measured the pose is relaxed with every heavy atom held within
0.3 Å of its place, because bond lengths of a rigid docking pose or of a crystal structure say nothing about binding.
Perola and Charifson (J. Med. Chem. 2004, 47, 2499) found more than 9 kcal/mol in one of ten crystal ligands.
"""

from __future__ import annotations

from rdkit import Chem
from rdkit.Chem import rdDistGeom
from rdkit.Chem import rdForceFieldHelpers as fields

from screening.poses.checks.check import Check

#: Strain above this, in kcal/mol, fails: 9 and the spread of a force field of this kind.
LIMIT_KCAL = 12.0
CONFORMERS = 20
#: Conformers minimised to the end, the lowest after a few steps.
_FINISHED = 5
_HELD_A = 0.3
_SPRING = 100.0
#: Larger ligands are not judged: their conformers cannot be searched in the time that a pose is worth.
MOST_ROTATABLE = 20


def strain(ligand: Chem.Mol, *, conformers: int = CONFORMERS, seed: int = 1) -> Check:
    """Return the strain of a pose in kcal/mol.

    Parameters
    ----------
    ligand
        The pose, with hydrogens or without.
    conformers
        How many are searched for the best one (ETKDG, then minimised).
    seed
        Of that search; the same seed gives the same number.
    """
    value = strain_energy(ligand, conformers=conformers, seed=seed)
    if value is None:
        return Check("strain", None, "strain not computed (too flexible, or no force field for it)")
    text = f"strain {value:.1f} kcal/mol"
    over = value > LIMIT_KCAL
    return Check("strain", not over, f"{text} (limit {LIMIT_KCAL:g})" if over else text, round(value, 2), "kcal/mol")


def strain_energy(ligand: Chem.Mol, *, conformers: int = CONFORMERS, seed: int = 1) -> float | None:
    """Return the strain in kcal/mol, None where the force field or the search fails; parameters as in `strain`."""
    from rdkit.Chem import rdMolDescriptors

    whole = Chem.AddHs(ligand, addCoords=True)
    if rdMolDescriptors.CalcNumRotatableBonds(ligand) > MOST_ROTATABLE or not fields.MMFFHasAllMoleculeParams(whole):
        return None
    settings = fields.MMFFGetMoleculeProperties(whole, mmffVariant="MMFF94s")
    settings.SetMMFFDielectricModel(True)
    settings.SetMMFFDielectricConstant(4.0)
    posed = _held(whole, settings)
    search = Chem.Mol(whole)
    parameters = rdDistGeom.ETKDGv3()
    parameters.randomSeed, parameters.timeout = seed, 10
    if not len(rdDistGeom.EmbedMultipleConfs(search, conformers, parameters)):
        return None
    best = posed
    rough: list[tuple[float, int]] = []
    for number in [conformer.GetId() for conformer in search.GetConformers()]:
        field = fields.MMFFGetMoleculeForceField(search, settings, confId=number)
        field.Minimize(maxIts=50)
        rough.append((float(field.CalcEnergy()), number))
    for _, number in sorted(rough)[:_FINISHED]:
        field = fields.MMFFGetMoleculeForceField(search, settings, confId=number)
        field.Minimize(maxIts=300)
        best = min(best, float(field.CalcEnergy()))
    # The pose itself, let go: the search may have missed the valley it lies in.
    field = fields.MMFFGetMoleculeForceField(whole, settings)
    field.Minimize(maxIts=300)
    return posed - min(best, float(field.CalcEnergy()))


def _held(whole: Chem.Mol, settings: object) -> float:
    """Return the energy after heavy atoms moved at most 0.3 Å; `whole` is moved."""
    field = fields.MMFFGetMoleculeForceField(whole, settings)
    for atom in whole.GetAtoms():
        if atom.GetAtomicNum() > 1:
            field.MMFFAddPositionConstraint(atom.GetIdx(), _HELD_A, _SPRING)
    field.Minimize(maxIts=300)
    return float(fields.MMFFGetMoleculeForceField(whole, settings).CalcEnergy())
