import pytest

from people.names import folded


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("İSMAYILOV", "ismayılov"),
        ("Ismayilov", "İsmayılov"),
        ("ILQAR", "ılqar"),
        ("Aygün Əliyeva", "AYGUN ƏLIYEVA"),
        ("Ștefan  Țurcanu", "stefan turcanu"),
        ("Семён", "семен"),
        ("Олена Їжак", "олена іжак"),
        ("ՀԱՅԿ Պետրոսյան", "հայկ պետրոսյան"),
        ("ნინო", "ᲜᲘᲜᲝ"),
        ("Straße", "STRASSE"),
    ],
)
def test_a_name_is_found_whatever_the_case_the_marks_and_the_kind_of_i(written: str, sought: str) -> None:
    assert folded(written) == folded(sought)


def test_different_names_stay_different() -> None:
    assert len({folded(name) for name in ("Əli", "Ali", "Али", "ალი")}) == 4
