import sys
from typing import ClassVar, Literal

import pytest
from pydantic import Field

from blockwright.recipe.member import Member, members, read_text


class Decay(Member):
    title: ClassVar[str] = "Decay"
    help: ClassVar[str] = "A rate that falls."
    keras_class: ClassVar[str] = "optimizers.SGD"
    keras_defaults: ClassVar[dict[str, float]] = {"momentum": 0.0}
    name: Literal["decay"] = "decay"
    momentum: float = Field(0.9, title="Momentum")
    nesterov: bool = Field(False, title="Nesterov")


def test_the_expression_has_only_what_differs_from_keras():
    assert Decay().expression("RATE") == "keras.optimizers.SGD(RATE, momentum=0.9)"
    assert Decay(momentum=0.0).expression() == "keras.optimizers.SGD()"
    assert (
        Decay(momentum=0.0, nesterov=True).expression(clipnorm="1.0")
        == "keras.optimizers.SGD(clipnorm=1.0, nesterov=True)"
    )


def test_the_object_of_keras_has_every_argument():
    optimizer = Decay(nesterov=True).keras_object(learning_rate=0.5)
    assert (optimizer.momentum, optimizer.nesterov) == (0.9, True)
    assert float(optimizer.learning_rate) == 0.5


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("adam", {"name": "adam"}),
        ("sgd:momentum=0.9,nesterov=true", {"name": "sgd", "momentum": 0.9, "nesterov": True}),
        ("steps: at=0.5, 0.75, by=1", {"name": "steps", "at": [0.5, 0.75], "by": 1}),
        ("adam:clipnorm=null,mode=min", {"name": "adam", "clipnorm": None, "mode": "min"}),
    ],
)
def test_a_choice_is_read_from_text(text, document):
    assert read_text(text) == document


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sgd:momentum", "has 'momentum' without a value"),
        ("sgd:momentum=", "has 'momentum=' without a value"),
        ("sgd:momentum=1,momentum=2", "has momentum twice"),
    ],
)
def test_text_that_is_no_choice_is_refused(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_text(text)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Writes a package of the given modules and returns what `members` finds in it."""

    def find(**modules):
        folder = tmp_path / "choices"
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        for name, text in modules.items():
            (folder / f"{name}.py").write_text(text)
        monkeypatch.syspath_prepend(str(tmp_path))
        for name in ("choices", *(f"choices.{name}" for name in modules)):
            monkeypatch.delitem(sys.modules, name, raising=False)
        return members("choices", [str(folder)], Member)

    return find


MODULE = """
from typing import Literal
from blockwright.recipe.member import Member
class Choice(Member):
    name: Literal["{0}"] = "{0}"
"""


def test_every_module_of_the_package_is_a_member(package):
    assert list(package(b=MODULE.format("one"), a=MODULE.format("two"))) == ["two", "one"]


def test_a_module_without_a_member_is_refused_with_its_name(package):
    with pytest.raises(TypeError, match=r"choices\.empty must hold a subclass of `Member`"):
        package(empty="")


def test_a_name_that_is_taken_is_refused(package):
    with pytest.raises(TypeError, match=r"choices\.b: the name 'one' is already taken"):
        package(a=MODULE.format("one"), b=MODULE.format("one"))
