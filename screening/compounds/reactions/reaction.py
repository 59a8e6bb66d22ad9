"""One reaction: which reagents fit it, at how many places, and what they make."""

from __future__ import annotations

import dataclasses
from functools import cached_property

from rdkit import Chem, rdBase
from rdkit.Chem import rdChemReactions

from screening.errors import UsageError

#: Products of one set of reactants that are looked at; more than a few different ones are of no use anyway.
_MOST = 50


@dataclasses.dataclass(frozen=True)
class Reaction:
    """A reaction as SMARTS.

    Attributes
    ----------
    name
        What chemists call it.
    smarts
        Reactants, ``>>``, one product; atoms mapped as Daylight and RDKit read it.
    roles
        What each reactant is, in order.
    reference
        Where it is described.
    """

    name: str
    smarts: str
    roles: tuple[str, ...] = ()
    reference: str = ""

    @cached_property
    def compiled(self) -> rdChemReactions.ChemicalReaction:
        """RDKit's reaction.

        Raises
        ------
        UsageError
            If the SMARTS is none, has no reactant, or not one product.
        """
        with rdBase.BlockLogs():
            try:
                found = rdChemReactions.ReactionFromSmarts(self.smarts)
            except ValueError:
                found = None
            if found is None or not found.GetNumReactantTemplates():
                raise UsageError(
                    f"reaction {self.name!r}: {self.smarts[:80]!r} is no reaction SMARTS",
                    expected="reactants, >> and one product",
                )
            if found.GetNumProductTemplates() != 1 or not found.GetProductTemplate(0).GetNumAtoms():
                raise UsageError(
                    f"reaction {self.name!r} has {found.GetNumProductTemplates()} products", expected="exactly one"
                )
            _, errors = found.Validate(True)
            if errors:
                raise UsageError(f"reaction {self.name!r}: RDKit finds errors in {self.smarts[:80]!r}")
            found.Initialize()
        return found

    @property
    def reactants(self) -> int:
        """Number of reactants."""
        return int(self.compiled.GetNumReactantTemplates())

    def role(self, position: int) -> str:
        """Return what the reactant at a position is."""
        return self.roles[position] if position < len(self.roles) else f"reactant {position + 1}"

    def places(self, mol: Chem.Mol, position: int) -> int:
        """Return at how many different places a molecule fits a reactant; equivalent atoms count once."""
        template = self.compiled.GetReactantTemplate(position)
        matches = mol.GetSubstructMatches(template, uniquify=False, maxMatches=1000)
        if len(matches) < 2:
            return len(matches)
        ranks = list(Chem.CanonicalRankAtoms(mol, breakTies=False))
        mapped = [atom.GetIdx() for atom in template.GetAtoms() if atom.GetAtomMapNum()]
        return len({tuple(ranks[match[at]] for at in mapped) for match in matches})

    def products(self, mols: list[Chem.Mol]) -> list[str]:
        """Return the canonical SMILES of the different products of some reactants, sorted; impossible ones left out."""
        return sorted({Chem.MolToSmiles(mol) for mol in self.product_mols(mols)})

    def product_mols(self, mols: list[Chem.Mol]) -> list[Chem.Mol]:
        """Return the sanitised products of some reactants, one for each way in which they fit."""
        found = []
        with rdBase.BlockLogs():
            for (product,) in self.compiled.RunReactants(mols, maxProducts=_MOST):
                if Chem.SanitizeMol(product, catchErrors=True) == Chem.SanitizeFlags.SANITIZE_NONE:
                    Chem.AssignStereochemistry(product, cleanIt=True, force=True)
                    found.append(product)
        return found
