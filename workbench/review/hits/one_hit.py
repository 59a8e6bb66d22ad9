"""Everything about one hit: evidence by group, neighbours with measured values, atom contributions, pose."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from screening.errors import ScreeningError
from screening.features.compound_blocks import morgan_fingerprints
from screening.models.affinity import ScoreKind, meaning
from screening.models.explain import atom_contributions
from screening.runs.evidence.training import relation, training_compounds
from screening.runs.plan import load_bound
from screening.runs.run import ScreenRun
from workbench.page import depiction
from workbench.review.hits.svg_attributes import attributes_only

#: Measured compounds shown beside a hit.
NEIGHBOURS = 5


class OneHit:
    """Evidence on single hits that the table does not hold.

    Parameters
    ----------
    run
        A finished run.
    """

    def __init__(self, run: ScreenRun) -> None:
        self.run = run

    @functools.cached_property
    def said(self) -> dict[str, Any]:
        """What the predicted number means, in words."""
        words = meaning(self.run.kind)
        return {
            "kind": self.run.kind, "of": words.of, "interval": words.interval, "scale": words.scale,
            "decimals": words.decimals, "probability": self.run.kind in list(ScoreKind),
        }  # fmt: skip

    @functools.cached_property
    def _training(self) -> tuple[np.ndarray, np.ndarray] | None:
        found = training_compounds(self.run)
        if found.smiles is None:
            return None
        measured = np.flatnonzero(np.isfinite(found.values))
        if not len(measured):
            return None
        packed = morgan_fingerprints([found.smiles[row] for row in measured])
        return measured, np.unpackbits(packed, axis=1).astype(np.float32)

    @functools.lru_cache(maxsize=2000)  # noqa: B019 - one instance a server
    def neighbours(self, smiles: str) -> list[dict[str, Any]]:
        """Return the measured training compounds most similar to a structure (Tanimoto, Morgan radius 2).

        Empty where the run keeps no measured values or structures.
        """
        known = self._training
        if known is None:
            return []
        rows, bits = known
        found = training_compounds(self.run)
        own = np.unpackbits(morgan_fingerprints([smiles]), axis=1).astype(np.float32)[0]
        common = bits @ own
        similarity = common / np.maximum(bits.sum(axis=1) + own.sum() - common, 1)
        assert found.smiles is not None
        return [
            {
                "name": found.names[rows[at]], "smiles": found.smiles[rows[at]],
                "similarity": round(float(similarity[at]), 3), "value": round(float(found.values[rows[at]]), 3),
                "relation": relation(int(found.limits[rows[at]])),
                "drawing": attributes_only(depiction.svg(found.smiles[rows[at]])),
            }
            for at in np.argsort(-similarity, kind="stable")[:NEIGHBOURS]
        ]  # fmt: skip

    @functools.cached_property
    def _model(self) -> Any:
        plan = self.run.plan
        return load_bound(plan.model, plan.sequence)

    @functools.lru_cache(maxsize=500)  # noqa: B019 - one instance a server
    def contributions(self, smiles: str) -> dict[str, Any]:
        """Return the drawing of what each atom adds to the prediction, or the sentence why there is none."""
        try:
            values = atom_contributions(self._model, smiles)
        except ScreeningError as error:
            return {"problem": f"No contributions: {error.problem.rstrip('.')}."}
        except (OSError, ValueError):
            return {"problem": "No contributions: the model of the run cannot be used here."}
        largest = float(np.abs(values).max(initial=0.0)) or 1.0
        strongest = {int(values.argmax()), int(values.argmin())}
        notes = {atom: f"{values[atom]:+.2f}" for atom in strongest if abs(values[atom]) >= 0.005}
        shades = {atom: float(value) / largest for atom, value in enumerate(values)}
        return {
            "drawing": attributes_only(depiction.shaded_svg(smiles, shades, notes=notes, width=320, height=230)),
            "scale": depiction.scale_svg(f"{-largest:+.2f}", "0", f"{largest:+.2f}"),
        }
