import pytest

from blockwright.architecture.presets import preset, presets
from blockwright.architecture.structure import check_structure


def test_every_preset_reads_and_is_wired():
    assert [(one.key, check_structure(one.design)) for one in presets()] == [
        (one.key, []) for one in presets()
    ]


def test_every_preset_names_its_source_and_count():
    for one in presets():
        assert one.source
        assert f"{one.params:,}" in one.params_note or one.key == "small_inception"
    assert preset("small_inception").params_note.startswith("1,656,250")
    assert "1,649,402" in preset("small_inception").params_note


def test_an_unknown_preset_is_told_with_those_there_are():
    with pytest.raises(ValueError, match=r'There is no preset "vgg"\. There are: tutorial_inception'):
        preset("vgg")
