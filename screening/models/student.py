"""A fast stand-in for a slow model on one library: boosted trees that have learnt its predictions there.

Buciluă, Caruana and Niculescu-Mizil, Model compression, KDD 2006. The stand-in sees only what a prepared library holds,
so it costs some twenty microseconds a compound; its numbers choose what is worth the slow model's time.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from screening.errors import FileError
from screening.features.packed_features import PackedFeatures
from screening.models import conformal
from screening.models.affinity import CompoundBlock, Predictions
from screening.models.boosting import BoostedTrees
from screening.models.neighbours import FingerprintIndex, nearest
from screening.models.steady import Piece, predict_in_blocks
from screening.models.trained import TrainedModel

#: Compounds predicted together.
_BLOCK_ROWS = 512


def unfitted() -> BoostedTrees:
    """Return the trees of a student before they have learnt anything."""
    return BoostedTrees(trees=250, learning_rate=0.08, leaves=31, smallest_leaf=10, column_share=0.2, least_present=5)


@dataclasses.dataclass(frozen=True)
class Student:
    """What a run has learnt of its library.

    Attributes
    ----------
    trees
        Fitted to `PackedFeatures.matrix`.
    keep
        Part of the library that the slow model should see to find its best.
    recall
        Part of the slow model's best that is expected among them.
    taught
        Compounds it was taught with.
    """

    trees: BoostedTrees
    keep: float
    recall: float
    taught: int

    def to_json(self) -> str:
        """Return JSON text."""
        return json.dumps(
            {
                "keep": self.keep,
                "recall": self.recall,
                "taught": self.taught,
                "columns": self.trees.columns_.tolist(),
                "trees": self.trees.model_text_,
            },
            sort_keys=True,
        )

    @classmethod
    def from_json(cls, text: str) -> Student:
        """Read back what `to_json` wrote."""
        raw: dict[str, Any] = json.loads(text)
        trees = unfitted()
        trees.columns_ = np.array(raw["columns"], dtype=np.int32)
        trees.model_text_ = raw["trees"]
        return cls(trees, float(raw["keep"]), float(raw["recall"]), int(raw["taught"]))


class StudentModel:
    """A student in the place of the fast first stage: its numbers, with domain and neighbours of the fast model.

    Intervals are those that the fast model would give, around the student's number.
    """

    def __init__(self, fast: TrainedModel, student: Student) -> None:
        self._fast = fast
        self._student = student
        self._index = FingerprintIndex(fast.training.fingerprints)

    def predict(self, block: CompoundBlock) -> Predictions:
        """Predict the affinity of n compounds, with interval, domain and nearest training compound."""
        return predict_in_blocks(block, _BLOCK_ROWS, self._predict, self._fast.least_similarity)

    def _predict(self, block: CompoundBlock) -> Piece:
        fast = self._fast
        similarity = self._index.similarity(block.fingerprints)
        learnt = self._student.trees.predict(PackedFeatures(block.fingerprints, block.properties).matrix())
        process = fast.estimator.process(similarity)
        terms = conformal.surroundings(
            similarity, fast.training.values, np.column_stack([process, learnt]), fast.interval.scale
        )
        at, closeness = nearest(similarity)
        return learnt, fast.interval.half_width(terms), at, closeness


def read_student(path: str | Path, sha256: str | None = None) -> tuple[Student, str]:
    """Read the student of a run and the SHA-256 of its file.

    Raises
    ------
    FileError
        If it is missing or damaged, or is not the one with this SHA-256.
    """
    try:
        content = Path(path).read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if sha256 not in (None, found):
            raise ValueError("another file")
        return Student.from_json(content.decode()), found
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileError(
            "is missing, damaged or was changed; run the same screen command again to mend it", source=path
        ) from error
