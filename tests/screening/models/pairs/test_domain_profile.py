from __future__ import annotations

import numpy as np

from screening.models.pairs.domain_profile import DomainProfile, encoded, make_profile, text_of

DOMAIN = "MKWVTFISLLFLFSSAYSRGVFRRDAHKSEVAHRFKDLGEENFKALVLIAFAQYLQQCPF"
KIN = DOMAIN.replace("FKDLGEEN", "YKDIGEEN").replace("LVLIAF", "LVVIAF")
OTHER = "GPSQPTYPGDDAPVEDLIRFYDNLQQYLNVVTRHRYGPSQPTYPGDDAPVEDLIRFYDNLQQ"


def made() -> DomainProfile:
    return make_profile("made", DOMAIN, [DOMAIN, KIN], (3, 5, 8), least_score=80.0)


def test_a_domain_is_found_wherever_it_stands() -> None:
    found = made().find(OTHER + KIN + OTHER)
    assert len(found) == 1
    one = found[0]
    assert (one.start, one.end) == (len(OTHER), len(OTHER) + len(KIN))
    assert text_of(one.residues) == KIN
    np.testing.assert_array_equal(one.positions, np.arange(len(KIN)) + len(OTHER))


def test_a_missing_loop_leaves_its_columns_empty() -> None:
    one = made().find(DOMAIN[:25] + DOMAIN[32:])[0]
    assert text_of(one.residues) == DOMAIN[:25] + "-" * 7 + DOMAIN[32:]


def test_two_domains_are_two() -> None:
    assert [one.start for one in made().find(DOMAIN + OTHER + KIN)] == [0, len(DOMAIN) + len(OTHER)]


def test_what_is_of_no_family_is_not_found() -> None:
    assert made().find(OTHER) == []
    assert made().find("") == []
    assert made().best_score(OTHER) < 80.0


def test_unknown_letters_and_case_do_not_matter() -> None:
    assert text_of(encoded("mk Xz")) == "MK--"


def test_a_stored_profile_finds_the_same() -> None:
    profile = made()
    again = DomainProfile.from_state(profile.to_state())
    assert [one.score for one in again.find(KIN)] == [one.score for one in profile.find(KIN)]
