import numpy as np
import pytest
from PIL import Image

from blockwright.data import prepare as preparing
from blockwright.data.fit_examples import fit_examples
from blockwright.data.loading import DataSet, load
from blockwright.data.prepare import prepare_design
from blockwright.data.prepared import Prepared
from blockwright.recipe.settings import DATA_VERSION, Settings
from blockwright.schema.data.errors import DataError
from blockwright.schema.data.features import Feature
from blockwright.schema.design import Input
from blockwright.tasks.fitting import plan_fitting


def dataset(x, labels=None) -> DataSet:
    labels = np.arange(len(x), dtype=np.int32) % 2 if labels is None else labels
    return DataSet.plain(load("digits").card, x, labels, x[:4], labels[:4])


def prepare(dataset: DataSet, shape: tuple[int, ...], scaled=(), version=DATA_VERSION, **options) -> Prepared:
    """The data of one input and one output; `options` are settings."""
    settings = Settings(data_version=version, **options)
    entries = [Input(id="input", shape=shape)]
    return prepare_design(dataset, entries, {"output": None}, settings=settings, scaled=scaled)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("size", [(28, 28), (5, 11), (64, 16)])
def test_resizing_is_pillows_bilinear(size, version):
    images = load({"name": "shapes", "size": 24, "examples": 20}).x_train
    fitted = fit_examples(images, plan_fitting((24, 24, 1), (*size, 1)), version)
    for image, result in zip(images, fitted, strict=True):
        wanted = np.asarray(Image.fromarray(image[..., 0]).resize(size[::-1], Image.Resampling.BILINEAR))
        assert np.abs(wanted.astype(int) - result[..., 0]).max() <= 1


def test_digits_are_fitted_to_28_by_28_and_said_so():
    prepared = prepare(load("digits"), (28, 28, 1), validation_share=0.2, seed=0)
    assert prepared.inputs["input"].shape == (1500, 28, 28, 1)
    assert prepared.inputs["input"].dtype == np.uint8
    assert (len(prepared.train), len(prepared.validation), prepared.test_examples) == (1200, 300, 297)
    assert prepared.scales == {"input": 1 / 255}
    assert prepared.notes == [
        "Images are resized from 8 x 8 to 28 x 28 pixels (bilinear).",
        "Values from 0 to 255 are divided by 255.",
        "Of 1,500 training examples 1,200 train and 300 validate (split by seed 0, stratified by class); "
        "297 test.",
    ]


@pytest.mark.parametrize(
    ("source", "wanted", "shape"),
    [
        ((8, 8, 1), (None, None, 1), (8, 8, 1)),
        ((8, 8, 1), (None, None, None), (8, 8, 1)),
        ((8, 8, 1), (16, None, 3), (16, 8, 3)),
        ((8, 8, 3), (8, 8, 1), (8, 8, 1)),
        ((8, 8, 3), (8, 8), (8, 8)),
        ((8, 8, 1), (28, 28), (28, 28)),
        ((8, 8, 1), (64,), (64,)),
        ((8, 8, 1), (784,), (784,)),
        ((8, 8, 1), (3072,), (3072,)),
        ((28, 28, 3), (784,), (784,)),
        ((8, 9, 1), (None,), (72,)),
        ((12,), (12,), (12,)),
        ((12,), (None,), (12,)),
    ],
)
def test_examples_take_the_shape_that_the_design_reads(source, wanted, shape):
    examples = np.random.default_rng(0).integers(0, 255, (6, *source)).astype(np.uint8)
    fitting = plan_fitting(source, wanted)
    assert fitting.shape == shape
    assert fit_examples(examples, fitting).shape == (6, *shape)


@pytest.mark.parametrize(("version", "grey_level"), [(1, 153), (2, 152)])
def test_grey_is_the_weighted_mean_of_the_colours(version, grey_level):
    image = np.full((1, 2, 2, 3), (100, 200, 50), dtype=np.uint8)
    grey = fit_examples(image, plan_fitting((2, 2, 3), (2, 2, 1)), version)
    assert grey.tolist() == [[[[grey_level]] * 2] * 2]


@pytest.mark.parametrize(
    ("source", "wanted", "sentence"),
    [
        (
            (12,),
            (28, 28, 1),
            "The design reads images (28 x 28 x 1), but the data holds vectors of 12 values.",
        ),
        (
            (12,),
            (13,),
            "The design reads 13 values, but the data holds vectors of 12. Set the design's input to 12.",
        ),
        (
            (8, 8, 1),
            (50,),
            "The design reads 50 values, but the data holds images of 8 x 8 x 1, which is 64 values.",
        ),
        ((8, 8, 4), (8, 8, 3), "The design reads 3 channels, but the data holds images of 4."),
        ((8, 8, 1), (4, 8, 8, 1), "Give the input a shape of height, width and channels."),
    ],
)
def test_what_cannot_fit_is_refused_with_a_sentence(source, wanted, sentence):
    with pytest.raises(DataError) as refusal:
        plan_fitting(source, wanted)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize("shape", [(24, 4), (12, 5), (None, 5)])
def test_a_series_of_measurements_is_not_resized_as_a_picture_is(shape):
    series = np.random.default_rng(0).random((40, 12, 4, 1)).astype(np.float32)
    card = load("digits").card
    feature = card.features[0].model_copy(update={"shape": (12, 4, 1), "dtype": "float32"})
    labels = np.arange(40, dtype=np.int32) % 2
    data = DataSet.plain(
        card.model_copy(update={"features": (feature,)}), series, labels, series[:4], labels[:4]
    )
    with pytest.raises(DataError) as refusal:
        prepare(data, shape)
    assert "the data holds series of 12 x 4. Set the design's input to 12 x 4." in str(refusal.value)
    assert prepare(data, (12, 4)).inputs["input"].shape == (40, 12, 4)
    assert prepare(data, (None, 4)).inputs["input"].shape == (40, 12, 4)


@pytest.mark.parametrize(
    ("values", "scaling", "design_scales", "scale", "note"),
    [
        (np.uint8([0, 255]), "auto", False, 1 / 255, "Values from 0 to 255 are divided by 255."),
        (np.uint8([0, 255]), "auto", True, 1.0, "because the design scales them itself"),
        (np.uint8([0, 255]), "unit", True, 1 / 255, "divided by 255"),
        (np.uint8([0, 255]), "none", False, 1.0, "Values are used as they are."),
        (np.float32([-1, 1]), "auto", False, 1.0, "Values from -1 to 1 are used as they are."),
        (
            np.float32([-4, 2]),
            "auto",
            False,
            0.25,
            "Values from -4 to 2 are divided by 4, the largest in training.",
        ),
        (np.int64([0, 1000]), "auto", False, 0.001, "divided by 1000"),
    ],
)
def test_scaling_follows_the_setting_and_the_values(values, scaling, design_scales, scale, note):
    x = np.resize(values, (20, 4))
    scaled = ["input"] if design_scales else []
    prepared = prepare(dataset(x), (4,), scaling=scaling, scaled=scaled)
    assert prepared.scales["input"] == pytest.approx(scale)
    assert any(note in one for one in prepared.notes)


@pytest.mark.parametrize(
    ("largest", "scale", "note"),
    [
        (1, 1.0, "Values from 0 to 1 are used as they are."),
        (16, 1 / 16, "Values from 0 to 16 are divided by 16, the largest in training."),
        (250, 1 / 255, "Values from 0 to 250 are divided by 255."),
    ],
)
@pytest.mark.parametrize("version", [1, 2, 3])
def test_bytes_are_scaled_by_what_they_hold_unless_an_earlier_version_trained_on_them(
    largest, scale, note, version
):
    images = np.resize(np.uint8([0, largest]), (20, 2, 2, 1))
    prepared = prepare(dataset(images), (2, 2, 1), version=version)
    assert prepared.scales["input"] == pytest.approx(scale if version == 3 else 1 / 255)
    assert prepared.notes[0] == (note if version == 3 else "Values from 0 to 255 are divided by 255.")


@pytest.mark.parametrize(("version", "divisor"), [(1, 800), (2, 800), (3, 8)])
def test_the_largest_value_is_that_of_the_training_examples_alone(version, divisor):
    images = np.full((40, 2, 2, 1), 8, dtype=np.float32)
    validation = prepare(dataset(images), (2, 2, 1), version=version).validation
    images[validation] = 800
    prepared = prepare(dataset(images), (2, 2, 1), version=version)
    assert prepared.validation.tolist() == validation.tolist()
    assert prepared.scales["input"] == pytest.approx(1 / divisor)


def vectors(dtype: str = "float32") -> DataSet:
    card = load("iris").card
    feature = Feature(name="features", kind="vector", shape=(2,), dtype=dtype)
    x = (np.random.default_rng(0).random((60, 2)) * (1, 10_000)).astype(dtype)
    labels = np.arange(60, dtype=np.int32) % 3
    return DataSet.plain(card.model_copy(update={"features": (feature,)}), x, labels, x[:9], labels[:9])


def test_each_value_of_a_vector_is_standardized_as_the_columns_of_a_table_are():
    prepared = prepare(vectors(), (2,))
    x = prepared.inputs["input"][prepared.train]
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(x.std(axis=0), 1, atol=1e-5)
    assert "Each column is standardized" in prepared.notes[0]
    unit = prepare(vectors(), (2,), scaling="unit")
    assert (unit.inputs["input"][unit.train].min(), unit.inputs["input"][unit.train].max()) == (0, 1)


@pytest.mark.parametrize("version", [1, 2])
def test_the_vectors_of_earlier_versions_share_one_divisor(version):
    prepared = prepare(vectors(), (2,), version=version)
    assert prepared.columns == {}
    assert prepared.scales["input"] == pytest.approx(1 / vectors().x_train.max())


def test_vectors_of_bytes_or_that_are_reconstructed_share_one_divisor():
    assert prepare(vectors("uint8"), (2,)).columns == {}
    prepared = prepare_design(
        vectors(), [Input(id="input", shape=(2,))], {"output": (2,)}, chosen={"output": "features"}
    )
    assert (prepared.columns, prepared.target_scales) == ({}, {"output": prepared.scales["input"]})


def test_what_does_not_fit_in_memory_is_refused_beforehand(monkeypatch):
    monkeypatch.setattr(preparing, "MAX_PREPARED_BYTES", 1_000_000)
    with pytest.raises(DataError, match="need 115 MB of memory; there are 1"):
        prepare(load("digits"), (253, 253, 1))


def test_the_same_seed_gives_the_same_validation_part():
    first, second, other = (prepare(load("digits"), (8, 8, 1), seed=seed).validation for seed in (3, 3, 4))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)
