"""What counts as seen in training."""

from __future__ import annotations

import itertools
from pathlib import Path

from rdkit import Chem

from screening.compounds.standardisation.standardise import Parent, parent_of
from screening.models.storage import load_model
from screening.models.training_set import compound_block


def test_known_in_a_block_is_seen_one_by_one(data: Path) -> None:
    training = load_model(data / "models" / "kinome").training
    with open(data / "libraries" / "nci.smi", encoding="utf-8") as stream:
        strangers = [line.split()[0] for line in itertools.islice(stream, 300)]
    flat = [Chem.MolToSmiles(Chem.MolFromSmiles(text), isomericSmiles=False) for text in training.smiles if "@" in text]
    tautomers = [text.replace("c1cn[nH]c1", "c1c[nH]nc1") for text in training.smiles if "c1cn[nH]c1" in text]
    assert flat
    assert tautomers
    parents = [parent_of(text) for text in [*strangers, *training.smiles[:50], *flat[:50], *tautomers]]
    usable = [parent for parent in parents if isinstance(parent, Parent)]
    block = compound_block([parent.smiles for parent in usable])
    found = training.known(block, [parent.identity for parent in usable])
    assert found.tolist() == [training.seen(parent.smiles) for parent in usable]
    assert 50 < found.sum() < len(usable)
    other_names = [parent.identity not in training.identities for parent in usable]
    assert (found & other_names).any(), "a stereoisomer or tautomer has another identity and is known all the same"
