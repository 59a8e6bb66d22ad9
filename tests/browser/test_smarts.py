"""Substructure search of pages against RDKit, in the browser's own engine, over the shipped library."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
from rdkit import Chem, RDLogger

from workbench.tables.browser_files import browser_file

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ATOMS = """
    [13C] [2H] [2H]C [15NH2]c [12] [0C] [13*] [#6&13*] [*] * a A [aR] [AX2] [#6] [#0] [Si] [si] [Se] [se] [B] b
    p s o n C [Na+] [Fe] [R] [R0] [R1] [R2] [R3] [R4] [R{1-2}] [R{2-}] [!R] [r] [r0] [r2] [r3] [r5] [r6] [r7]
    [r{5-6}] [k] [k5] [k6] [x] [x0] [x2] [x{2-3}] [^0] [^1] [^2] [^3] [^4] [^5] [C^2] [N^2] [N^3] [O^2] [S^3]
    [z] [z0] [z1] [z2] [z{1-2}] [Z] [Z1] [Z2] [d] [d2] [D] [D1] [D4] [D{-2}] [X] [X2] [X4] [v] [v2] [v4] [v5]
    [v6] [v{3-}] [h] [h0] [h1] [h2] [H] [H0] [H1] [H2] [H4] [HC] [nH] [nH+] [H+] [#1] [!H] [H,C] [H;+] [+] [-]
    [++] [--] [+2] [+0] [+{1-}] [-{0-1}] [+-] [C,N] [c,n&H1] [c,n;H1] [!C&!N] [!!C] [#6!R] [R2&r6] [N;H1,H2]
    [C;^2;z1] [*R2r6] [$(C=O)] [!$(C=O)] [$(C=O),$(C=N)] [$(C=O):1] [C:1] [$(a[$(C=O)])]
    [$([NX3;H2,H1;!$(NC=O)])] [$([R2]);$([#6])] [K] [V] [Zr] [Xe]
""".split()
BONDS = """
    c1ccccc1 C-C C=C C:C c~c C=,#N C-,=C C-;!@C C!-!=C *@* *!@* *@;!:* C=@C C=!@C C$C C->N N->[Pt] [Pt]<-N C/C
    C\\C a-!@a C.N C.N.O [Na].[Cl] C1CC1 C%12CC%12 C%(100)CC%(100) C1=CC=1 C=1CC1 C1CC=1 *1~*~*~*~*~1
    c1ccc(-c2ccccc2)cc1 [CX3](=[OX1])[OX2H0] [#6]S(=O)(=O)N [N+](=O)[O-]
""".split()
STEREO = """
    [C@@] [C@] [C@@H] N[C@@H](C)C(=O)O N[C@H](C)C(=O)O [C@@H](N)(C)C(=O)O N[C@@](C)C(=O)O [C@@](N)(C)C(=O)O
    [C@](N)(C)C(=O)O C[C@@H]N C[S@](=O)c C[S@@](=O)c C[C@H](O)[C@@H](O)C [C@]12CCCC1CCC2 C1CC[C@]2(C)CCCC12
    [C@H]1(O)[C@@H](O)CO1 C/C=C/C C/C=C\\C C\\C=C/C C\\C=C\\C C/C=C F/C(Cl)=C/Br C/C(=N/O)c C(/C)=C/C C(\\C)=C/C
    C/C=C/C=C\\C *\\*=*/* *\\*=*\\* C/C=C1/CCCC1
""".split()
INVALID = """
    C@@ C@@C C( C() C()C C. .C C..C (C) (C.N) (C).(N) C1CC C1CC1C1 C11 [C [] C] [X3e] [G] [M] [Q] [#] [^6] [^]
    [C&] [C,] [,C] [;C] [!] [D{2}] [D>2] [$C] [$()] [$(C] [C:1;D2] C~ ~C C!C C-,C C,C C/?C Si [C@?](N)C C>>N
    1CC1 C(.N)C C% C%1 [R{}] [R{-}] [r{5}] [H{1-2}] C&C C-&C [Uuo] [&C] [C&&N] [A:] [:1] (] é
""".split()
#: Valid for RDKit and still refused: what they mean differs between programs.
REFUSED = ["[C@@@@]", "[+++]", "[C@TH1]", "F/C=C/-F"]
RARE = """
    [13CH3]C [2H]C([2H])([2H])O C12C3C4C1C5C2C3C45 C1C2CC3CC1CC(C2)C3 C1CC2CCC1CC2 c1cc2ccc1CCc1ccc(cc1)CC2
    N[C@@H](C)C(=O)O N[C@H](C)C(=O)O C/C=C/C C/C=C\\C F/C(Cl)=C(/Br)I C[S@](=O)c1ccccc1 C[S@@](=O)c1ccccc1
    O=C1CC[C@H]2CCCC[C@@H]2C1 C[C@H](O)[C@@H](O)C(=O)O FS(F)(F)(F)(F)F N->[Pt](Cl)(Cl)<-N [Na+].[Cl-]
    C[Si](C)(C)C FP(F)(F)(F)F c1cc[se]c1 [C-]#[O+] [CH3] N#N CN=[N+]=[N-] O=Cl(=O)(=O)O [H][H] C1CC11CC1 [H+]
    c1ccp(C)c1 C=C=C c1ccc([I+]c2ccccc2)cc1 [2H]c1ccccc1 [15NH2]c1ccccc1 CC/C(=N/O)c1ccccc1 C/C=C/C=C\\C(=O)O

""".split()
SEARCH = """([library, patterns]) => patterns.map(pattern => {
    try {
        const finds = substructure.matcher(pattern), answers = library.map(text => finds(text));
        // What could not be read counts from -1 down, so that it differs from whatever RDKit finds.
        return answers.map((found, i) => found ? i : found === null ? null : -i - 1).filter(i => i !== null);
    } catch (error) { return error.message; }
})"""


def random_patterns(library: list[str], count: int) -> list[str]:
    """Return parts of molecules with their stereo, and random expressions of atoms and bonds, the same each time."""
    draw = random.Random(11)
    marked = [text for text in library if "@" in text or "/" in text]
    basic = (
        "C c N n O S #6 #7 #8 R R2 r5 r6 x2 x3 X3 X4 D2 D3 H0 H1 h1 v3 v4 + - "
        "+0 ^2 ^3 z1 z0 Z1 13 a A k6 d2 $(C=O) $(*~[#7]) $(c:n)"
    ).split()

    def atom() -> str:
        said = draw.choice(basic)
        for _ in range(draw.randint(0, 3)):
            said += draw.choice(["", "&", ",", ";", "&!", ";!", ",!"]) + draw.choice(basic)
        return f"[{said}]" if draw.random() < 0.6 else draw.choice("C c N n O S * a A".split())

    def part() -> str:
        mol = Chem.MolFromSmiles(draw.choice(marked if draw.random() < 0.5 else library))
        inside = {draw.randrange(mol.GetNumAtoms())}
        for _ in range(draw.randint(2, 8)):
            near = {n.GetIdx() for i in inside for n in mol.GetAtomWithIdx(i).GetNeighbors()} - inside
            if near:
                inside.add(draw.choice(sorted(near)))
        if draw.random() < 0.5:
            return Chem.MolFragmentToSmarts(mol, sorted(inside), isomericSmarts=True)
        root = min(inside) if len(Chem.GetMolFrags(mol)) == 1 else -1
        return Chem.MolFragmentToSmiles(mol, sorted(inside), canonical=False, rootedAtAtom=root)

    def expression() -> str:
        said = atom()
        for _ in range(draw.randint(0, 4)):
            said += draw.choice([*[""] * 6, "-", "=", ":", "~", "@", "!@", "-;@", "=,:", "!-", "~;!@"]) + atom()
        return said

    def damaged(said: str) -> str:
        at = draw.randrange(len(said))
        return said[:at] + draw.choice(["", *"CNc()[]12=-#@!&,;$*+HRXz.%/{}:~"]) + said[at + draw.randint(0, 1) :]

    patterns = [part() if draw.random() < 0.4 else expression() for _ in range(count)]
    return patterns + [damaged(said) for said in patterns[: count // 2]]


@pytest.fixture
def compare(screen: Any) -> Any:
    page = screen()
    page.page.goto("about:blank")
    page.page.add_script_tag(
        content=f"{browser_file('molecule.js')}\n{browser_file('smarts.js')}\nwindow.substructure = substructure;"
    )
    query = Chem.SubstructMatchParameters()
    query.useChirality = True
    query.maxMatches = 1

    def run(library: list[str], patterns: list[str]) -> list[str]:
        """Return the valid patterns that the page refuses; every other answer must be RDKit's."""
        patterns = [said for said in patterns if said.strip()]
        mols = [Chem.MolFromSmiles(text) for text in library]
        refused = []
        RDLogger.DisableLog("rdApp.*")
        for pattern, answer in zip(patterns, page.page.evaluate(SEARCH, [library, patterns]), strict=True):
            asked = Chem.MolFromSmarts(pattern)
            if isinstance(answer, str):
                assert re.fullmatch(r"SMARTS not understood: .+\.", answer), answer
                if asked is not None:
                    refused.append(pattern)
                continue
            assert asked is not None, f"{pattern} is invalid and was searched"
            assert answer == [i for i, mol in enumerate(mols) if mol.GetSubstructMatches(asked, query)], pattern
        RDLogger.EnableLog("rdApp.*")
        return refused

    return run


def compounds(data: Path, step: int) -> list[str]:
    RDLogger.DisableLog("rdApp.*")
    lines = (data / "libraries" / "nci.smi").read_text(encoding="utf-8").splitlines()[::step]
    mols = [Chem.MolFromSmiles(text) for text in (*(line.split()[0] for line in lines), *RARE)]
    RDLogger.EnableLog("rdApp.*")
    return [Chem.MolToSmiles(mol) for mol in mols if mol is not None]


def test_every_feature_of_the_language_is_rdkits_or_refused(compare: Any, data: Path) -> None:
    library = compounds(data, 40)
    assert compare(library, [*ATOMS, *BONDS, *STEREO]) == []
    assert compare(library, INVALID) == []
    assert compare(library, REFUSED) == REFUSED


def test_random_patterns(compare: Any, data: Path) -> None:
    library = compounds(data, 40)
    refused = compare(library, random_patterns(library, 120))
    assert len(refused) < 6, refused


@pytest.mark.slow
def test_the_whole_library(compare: Any, data: Path) -> None:
    library = compounds(data, 1)
    assert compare(library, [*ATOMS, *BONDS, *STEREO]) == []
    some = compounds(data, 8)
    assert len(compare(some, random_patterns(some, 600))) < 30
