from certificates.paper import plain


def test_decomposed_letters_are_composed() -> None:
    assert plain("Jose\u0301 Nguye\u0302\u0303n") == "José Nguyễn"


def test_control_and_format_characters_are_dropped() -> None:
    assert plain("Ay\u202egün\x00 Əli\u200byeva\ufeff") == "Aygün Əliyeva"


def test_white_space_is_single() -> None:
    assert plain("  Олена\t\n Коваль\u00a0") == "Олена Коваль"
