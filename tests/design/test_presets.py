import pytest

from blockwright.design.presets import preset, presets
from blockwright.design.structure import check_structure

BIG = ["resnet18", "resnet34", "resnet50", "mobilenet", "densenet121", "squeezenet", "googlenet", "vgg16"]
SMALL = [
    "resnet_small",
    "mobilenet_small",
    "densenet_small",
    "squeezenet_small",
    "googlenet_small",
    "vgg_small",
]

PUBLISHED = {
    # keras.applications, with weights=None; `tests/blocks/test_counts.py` asks Keras itself.
    "resnet50": 25_636_712,
    "mobilenet": 4_253_864,
    "densenet121": 8_062_504,
    "vgg16": 138_357_544,
    # torchvision's counts, and the running averages that it leaves out: two for each normalized channel.
    "resnet18": 11_689_512 + 2 * 4_800,
    "resnet34": 21_797_672 + 2 * 8_512,
    "squeezenet": 1_248_424,
    # The sum of table 1 of the paper, with biases, without the auxiliary classifiers.
    "googlenet": 6_998_552,
    # The guides of keras.io that they come from.
    "support_tickets": 1_392_097,
    "autoencoder": 28_353,
}


def conv(size: int, before: int, filters: int, bias: bool = True) -> int:
    return size * size * before * filters + bias * filters


def norm(channels: int) -> int:
    return 4 * channels


def dense(before: int, units: int) -> int:
    return (before + 1) * units


def separable(before: int, filters: int) -> int:
    return 9 * before + norm(before) + before * filters + norm(filters)


def dense_block(before: int, units: int, growth: int) -> int:
    """Units of batch normalization, 1x1, batch normalization and 3x3, each `growth` channels wider than the last."""
    return sum(
        norm(channels)
        + conv(1, channels, 4 * growth, bias=False)
        + norm(4 * growth)
        + conv(3, 4 * growth, growth, bias=False)
        for channels in range(before, before + units * growth, growth)
    )


def transition(before: int) -> int:
    return norm(before) + conv(1, before, before // 2, bias=False)


def conv_norm(size: int, before: int, filters: int) -> int:
    return conv(size, before, filters) + norm(filters)


def fire(before: int, squeeze: int, expand: int) -> int:
    return conv_norm(1, before, squeeze) + conv_norm(1, squeeze, expand) + conv_norm(3, squeeze, expand)


def four_branches(before: int, one: int, small: int, three: int, tiny: int, five: int, pool: int) -> int:
    reduced = sum(conv(1, before, filters) for filters in (one, small, tiny, pool))
    return reduced + conv(3, small, three) + conv(5, tiny, five)


def residual(before: int, filters: int) -> int:
    """Two 3x3 convolutions, and where the channels change a 1x1 convolution on the shortcut, all normalized."""
    shortcut = 0 if before == filters else conv(1, before, filters, bias=False) + norm(filters)
    convolutions = conv(3, before, filters, bias=False) + conv(3, filters, filters, bias=False)
    return convolutions + 2 * norm(filters) + shortcut


COUNTED = {
    # The paper says 0.27 million.
    "resnet_small": conv(3, 3, 16, bias=False)
    + norm(16)
    + 3 * residual(16, 16)
    + residual(16, 32)
    + 2 * residual(32, 32)
    + residual(32, 64)
    + 2 * residual(64, 64)
    + dense(64, 10),
    "mobilenet_small": conv(3, 1, 16, bias=False)
    + norm(16)
    + separable(16, 32)
    + separable(32, 64)
    + separable(64, 64)
    + separable(64, 128)
    + 2 * separable(128, 128)
    + dense(128, 10),
    "densenet_small": conv(3, 1, 24, bias=False)
    + dense_block(24, 4, 12)
    + transition(72)
    + dense_block(36, 4, 12)
    + transition(84)
    + dense_block(42, 4, 12)
    + norm(90)
    + dense(90, 10),
    "squeezenet_small": conv_norm(3, 1, 32)
    + fire(32, 16, 32)
    + fire(64, 16, 32)
    + fire(64, 32, 64)
    + fire(128, 32, 64)
    + conv(1, 128, 10),
    "googlenet_small": conv_norm(3, 1, 32)
    + four_branches(32, 16, 16, 32, 4, 8, 8)
    + four_branches(64, 16, 16, 32, 4, 8, 8)
    + four_branches(64, 32, 32, 64, 8, 16, 16)
    + four_branches(128, 32, 32, 64, 8, 16, 16)
    + dense(128, 10),
    "vgg_small": conv(3, 1, 32)
    + conv(3, 32, 32)
    + conv(3, 32, 64)
    + conv(3, 64, 64)
    + dense(7 * 7 * 64, 128)
    + dense(128, 10),
    # Words and places; attention with two heads of 32, two dense layers and two normalizations; what is behind.
    "text_attention": (2000 + 40) * 32
    + 3 * dense(32, 2 * 32)
    + dense(2 * 32, 32)
    + 2 * dense(32, 32)
    + 2 * 64
    + dense(32, 20)
    + dense(20, 2),
}


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


@pytest.mark.parametrize(("key", "count"), [*PUBLISHED.items(), *COUNTED.items()])
def test_counts_are_those_of_the_source_or_of_the_formula(key, count):
    assert preset(key).params == count


def test_counts_of_the_tutorial_networks():
    keys = ["tutorial_inception", "resnet_like", "resnet_like_3x3", "stacked_conv", "lenet5", "mlp_512"]
    expected = [586_730, 2_400_490, 2_990_570, 1_097_098, 61_706, 407_050]
    assert [preset(key).params for key in keys] == expected


def test_big_networks_say_that_they_are_slow_and_small_ones_that_they_are_not():
    assert [one.key for one in presets() if one.big] == BIG
    for key in BIG:
        assert "on two CPU cores an epoch takes hours" in preset(key).summary
        assert preset(key).design.inputs[0].shape == (224, 224, 3)
    for key in SMALL:
        assert preset(key).title.endswith("small")
        assert "Trains on two CPU cores within a lesson." in preset(key).summary


def test_a_group_of_the_gallery_stands_together():
    groups = [one.group for one in presets()]
    seen = list(dict.fromkeys(groups))
    assert groups == [name for name in seen for _ in range(groups.count(name))]
    assert len({one.order for one in presets()}) == len(groups)


def test_an_unknown_preset_is_told_with_those_there_are():
    with pytest.raises(ValueError, match=r'There is no preset "vgg"\. There are: tutorial_inception'):
        preset("vgg")
