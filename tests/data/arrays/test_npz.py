import io
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from blockwright.data.arrays import npz_file
from blockwright.data.arrays.npz import check_npz, load_npz
from blockwright.data.loading import load
from blockwright.schema.data.errors import DataError

IMAGES = np.random.default_rng(0).integers(0, 256, (40, 6, 5)).astype(np.uint8)
LABELS = np.arange(40) % 4


def write(path, **arrays):
    np.savez_compressed(path, **arrays)
    return path


def member(header: dict, body: bytes = b"") -> bytes:
    out = io.BytesIO()
    np.lib.format.write_array_header_1_0(out, header)
    return out.getvalue() + body


def archive(path, members: dict[str, bytes]):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return path


def as_member(array: np.ndarray, **options) -> bytes:
    out = io.BytesIO()
    np.lib.format.write_array(out, array, **options)
    return out.getvalue()


def upload(path):
    return {"name": "upload", "path": str(path)}


def test_kerass_own_layout_is_read(tmp_path):
    path = write(tmp_path / "d.npz", x_train=IMAGES, y_train=LABELS, x_test=IMAGES[:8], y_test=LABELS[:8])
    dataset = load(upload(path))
    assert dataset.card == check_npz(path)
    assert dataset.card.shape == (6, 5, 1)
    assert dataset.class_names == ("0", "1", "2", "3")
    assert (dataset.card.train_examples, dataset.card.test_examples) == (40, 8)
    assert np.array_equal(dataset.x_train, IMAGES[..., None])
    assert dataset.y_test.tolist() == LABELS[:8].tolist()
    assert dataset.notes == []


def test_a_test_part_is_split_off_by_the_seed(tmp_path):
    path = write(tmp_path / "d.npz", x_train=IMAGES, y_train=LABELS)
    first, second, other = (load(upload(path), seed=seed) for seed in (1, 1, 2))
    assert np.bincount(first.y_test).tolist() == [2, 2, 2, 2]
    assert len(first.y_train) == first.card.train_examples == 32
    assert np.array_equal(first.x_test, second.x_test)
    assert not np.array_equal(first.x_test, other.x_test)
    assert first.notes == [
        "The file has no test part: 8 of 40 examples were split off with the seed, stratified by class."
    ]


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (LABELS.astype(np.uint8), ("0", "1", "2", "3")),
        (LABELS[:, None], ("0", "1", "2", "3")),
        (LABELS.astype(np.float64), ("0", "1", "2", "3")),
        (LABELS * 10 + 5, ("5", "15", "25", "35")),
        (LABELS - 1, ("-1", "0", "1", "2")),
        (np.eye(4)[LABELS], ("0", "1", "2", "3")),
        (np.eye(4, dtype=bool)[LABELS], ("0", "1", "2", "3")),
        (LABELS == 1, ("0", "1")),
        (np.array(["cat", "ant", "dog", "bee"])[LABELS], ("ant", "bee", "cat", "dog")),
        (np.array([b"cat", b"ant", b"dog", b"bee"])[LABELS], ("ant", "bee", "cat", "dog")),
    ],
)
def test_labels_of_every_usual_form_become_class_numbers(tmp_path, labels, names):
    dataset = load(
        upload(write(tmp_path / "d.npz", x_train=IMAGES, y_train=labels, x_test=IMAGES, y_test=labels))
    )
    assert dataset.class_names == names
    assert dataset.y_train.dtype == np.int32
    assert sorted(set(dataset.y_train.tolist())) == list(range(len(names)))
    assert np.array_equal(dataset.y_train, dataset.y_test)


@pytest.mark.parametrize(
    ("x", "shape", "kind"),
    [
        (IMAGES, (6, 5, 1), np.uint8),
        (np.repeat(IMAGES[..., None], 3, -1), (6, 5, 3), np.uint8),
        (IMAGES.reshape(40, 30).astype(np.float64), (30,), np.float32),
        (IMAGES.astype(np.float16), (6, 5, 1), np.float32),
        (IMAGES > 100, (6, 5, 1), np.uint8),
        (IMAGES.astype(">i4"), (6, 5, 1), np.int32),
    ],
)
def test_images_and_vectors_of_every_usual_type_are_read(tmp_path, x, shape, kind):
    dataset = load(upload(write(tmp_path / "d.npz", x_train=x, y_train=LABELS)))
    assert dataset.card.shape == dataset.x_train.shape[1:] == shape
    assert dataset.x_train.dtype == kind


def with_value(value):
    images = IMAGES.astype(np.float32)
    images[7, 2, 2] = value
    return images


BAD = {
    "no labels": ({"x_train": IMAGES}, "The file has no y_train (the labels)."),
    "no images": ({"y_train": LABELS}, "The file has no x_train."),
    "other names": ({"images": IMAGES, "labels": LABELS}, "this file holds images, labels"),
    "half a test": ({"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES}, "has x_test but no y_test"),
    "mismatch": (
        {"x_train": IMAGES, "y_train": LABELS[:39]},
        "x_train holds 40 examples but y_train 39 labels",
    ),
    "other size": (
        {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES[:, :5], "y_test": LABELS},
        "x_test holds examples of 5 x 5, x_train of 6 x 5; the shapes must be equal.",
    ),
    "one class": ({"x_train": IMAGES, "y_train": LABELS * 0}, "a single class, '0'"),
    "one one-hot class": ({"x_train": IMAGES, "y_train": np.eye(3)[LABELS * 0]}, "a single class, '0'"),
    "nan": ({"x_train": with_value(np.nan), "y_train": LABELS}, "first in example 7"),
    "inf": ({"x_train": with_value(-np.inf), "y_train": LABELS}, "NaN, infinite or too large"),
    "beyond float32": (
        {"x_train": IMAGES.astype(np.float64) * 1e40, "y_train": LABELS},
        "too large values",
    ),
    "nan label": ({"x_train": IMAGES, "y_train": LABELS * np.nan}, "y_train holds NaN or infinite labels"),
    "measurements": ({"x_train": IMAGES, "y_train": LABELS + 0.5}, "must hold class numbers such as 0, 1, 2"),
    "soft labels": ({"x_train": IMAGES, "y_train": np.full((40, 4), 0.25)}, "its rows are not one-hot"),
    "unseen class": (
        {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES, "y_test": LABELS + 1},
        "y_test holds the class '4', which does not occur in y_train",
    ),
    "mixed labels": (
        {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES, "y_test": LABELS.astype(str)},
        "One of y_train and y_test holds text",
    ),
    "empty": ({"x_train": IMAGES[:0], "y_train": LABELS[:0]}, "x_train is empty. Received: 0 x 6 x 5."),
    "too few": ({"x_train": IMAGES[:1], "y_train": LABELS[:1]}, "x_train holds 1 examples; at least 2"),
    "one number": ({"x_train": np.float32(1), "y_train": LABELS}, "Received: a single number"),
    "one axis": ({"x_train": np.zeros(40), "y_train": LABELS}, "x_train must be images"),
    "five axes": ({"x_train": np.zeros((40, 2, 2, 2, 2)), "y_train": LABELS}, "x_train must be images"),
    "channels first": (
        {"x_train": np.zeros((40, 3, 32, 32)), "y_train": LABELS},
        "Save numpy.transpose(x_train, (0, 2, 3, 1)) instead.",
    ),
    "complex": ({"x_train": IMAGES.astype(complex), "y_train": LABELS}, "must hold numbers"),
    "text images": ({"x_train": IMAGES.astype(str), "y_train": LABELS}, "must hold numbers"),
    "dates": (
        {"x_train": IMAGES, "y_train": LABELS.astype("datetime64[D]")},
        "class numbers, one-hot rows or text",
    ),
    "three-axis labels": ({"x_train": IMAGES, "y_train": np.zeros((40, 2, 2))}, "one label per example"),
    "text columns": ({"x_train": IMAGES, "y_train": np.full((40, 2), "a")}, "one short text label"),
    "long texts": ({"x_train": IMAGES, "y_train": np.array(["a" * 600, "b"] * 20)}, "one short text label"),
    "too many channels": (
        {"x_train": np.zeros((40, 5, 5, 600), np.uint8), "y_train": LABELS},
        "the limit is 512",
    ),
    "too many pixels": (
        {"x_train": np.zeros((40, 1, 5000), np.uint8), "y_train": LABELS},
        "the limit is 4,096",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(tmp_path, case):
    arrays, sentence = BAD[case]
    path = write(tmp_path / "d.npz", **arrays)
    with pytest.raises(DataError) as refusal:
        load(upload(path))
    assert sentence in str(refusal.value)


def test_ten_thousand_classes_are_refused(tmp_path):
    path = write(tmp_path / "d.npz", x_train=np.zeros((10_000, 2), np.uint8), y_train=np.arange(10_000))
    with pytest.raises(DataError, match="10,000 different labels; the limit is 9,999 classes"):
        check_npz(path)
    write(path, x_train=np.zeros((20, 2), np.uint8), y_train=np.zeros((20, 10_000), np.uint8))
    with pytest.raises(DataError, match="10,000 different labels"):
        check_npz(path)


def test_pickles_are_never_opened(tmp_path):
    class Bomb:
        def __reduce__(self):
            return open, (str(tmp_path / "exploded"), "w")

    np.savez(tmp_path / "d.npz", x_train=IMAGES, y_train=np.array([Bomb()] * 40, dtype=object))
    with pytest.raises(DataError, match="Python objects \\(pickle\\), which are never loaded"):
        load(upload(tmp_path / "d.npz"))
    assert not (tmp_path / "exploded").exists()


@pytest.mark.slow
def test_declared_gigabytes_are_refused_before_they_are_allocated(tmp_path):
    zeros = zipfile.ZipInfo("x_train.npy")
    zeros.compress_type = zipfile.ZIP_DEFLATED
    header = member({"descr": "|u1", "fortran_order": False, "shape": (60_000, 200, 200)})
    with zipfile.ZipFile(tmp_path / "d.npz", "w") as out:
        out.writestr("y_train.npy", as_member(np.arange(60_000) % 10))
        with out.open(zeros, "w", force_zip64=True) as file:
            file.write(header)
            for _ in range(2400):
                file.write(bytes(1_000_000))
    tracemalloc.start()
    began = time.monotonic()
    with pytest.raises(DataError, match="need 2,400 MB once unpacked; the limit is 1,000 MB"):
        check_npz(tmp_path / "d.npz")
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("shape", [(40, 60_000, 60_000), (2**62, 2**62, 4), (-1, 6, 5)])
def test_a_header_that_claims_more_than_the_file_holds_is_refused(tmp_path, shape):
    header = {"descr": "|u1", "fortran_order": False, "shape": shape}
    path = archive(
        tmp_path / "d.npz", {"x_train.npy": member(header, bytes(1200)), "y_train.npy": as_member(LABELS)}
    )
    with pytest.raises(DataError, match="cut off or was tampered with"):
        load(upload(path))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("../x_train.npy", "a path in its name"),
        ("/etc/x_train.npy", "a path in its name"),
        ("folder\\x_train.npy", "a path in its name"),
        ("readme.txt", "'readme.txt', which is not an array"),
    ],
)
def test_strange_members_are_refused(tmp_path, name, sentence):
    path = archive(tmp_path / "d.npz", {name: as_member(IMAGES), "y_train.npy": as_member(LABELS)})
    with pytest.raises(DataError, match=sentence):
        check_npz(path)


def test_a_member_twice_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "d.npz", "w") as out:
        out.writestr("x_train.npy", as_member(IMAGES))
        with pytest.warns(UserWarning, match="Duplicate name"):
            out.writestr("x_train.npy", as_member(IMAGES))
    with pytest.raises(DataError, match="holds x_train twice"):
        check_npz(tmp_path / "d.npz")


def test_too_many_members_are_refused(tmp_path):
    path = archive(tmp_path / "d.npz", {f"a{number}.npy": b"" for number in range(100)})
    with pytest.raises(DataError, match="holds 100 entries"):
        check_npz(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"not a zip at all", b"\x93NUMPY\x01\x00", b"PK\x05\x06" + bytes(18)],
    ids=range(5),
)
def test_what_is_no_npz_is_refused(tmp_path, content):
    path = tmp_path / "d.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"not a readable .npz file|The file has no x_train and y_train"):
        check_npz(path)


def test_a_damaged_file_is_refused(tmp_path):
    path = write(tmp_path / "d.npz", x_train=IMAGES, y_train=LABELS)
    content = bytearray(path.read_bytes())
    start = content.index(b"x_train.npy") + 200
    content[start : start + 50] = struct.pack("50B", *range(50))
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"cannot be read: the file is damaged|not a readable .npz file"):
        load(upload(path))


def test_a_header_that_is_code_is_not_run(tmp_path):
    text = b"__import__('os').system('touch exploded')".ljust(117) + b"\n"
    content = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text
    path = archive(tmp_path / "d.npz", {"x_train.npy": content, "y_train.npy": as_member(LABELS)})
    with pytest.raises(DataError, match=r"not a readable .npz file"):
        check_npz(path)


@pytest.mark.parametrize(
    "header", ["[" * 9000, "{'descr': (", "{'descr': '<f4', 'shape': (((", "\\\n  x\n y"]
)
def test_a_header_that_cannot_be_read_is_refused(tmp_path, header):
    text = header.encode() + b"\n"
    content = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text
    path = archive(tmp_path / "d.npz", {"x_train.npy": content, "y_train.npy": as_member(LABELS)})
    with pytest.raises(DataError, match=r"header is damaged|not a readable .npz file"):
        check_npz(path)


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(DataError, match=r"There is no file gone.npz. Upload it again."):
        check_npz(tmp_path / "gone.npz")


def zeros(path, megabytes: int) -> Path:
    """A file whose training part is nothing but zeros."""
    header = member({"descr": "|u1", "fortran_order": False, "shape": (megabytes * 100, 100, 100)})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("y_train.npy", as_member(np.arange(megabytes * 100) % 10))
        with out.open("x_train.npy", "w", force_zip64=True) as file:
            file.write(header)
            for _ in range(megabytes):
                file.write(bytes(1_000_000))
    return path


def test_a_zip_bomb_is_refused_before_anything_is_unpacked(tmp_path, monkeypatch):
    bomb = zeros(tmp_path / "d.npz", 120)
    assert bomb.stat().st_size < 400_000

    def unpack(*_arguments: object) -> None:
        raise AssertionError("It was unpacked.")

    monkeypatch.setattr(zipfile.ZipFile, "open", unpack)
    with pytest.raises(DataError, match=r"would be 120 MB once unpacked, more than 100 times as much"):
        check_npz(bomb)


def test_a_header_that_is_a_bomb_itself_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "d.npz", "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("y_train.npy", as_member(np.arange(10)))
        with out.open("x_train.npy", "w", force_zip64=True) as file:
            file.write(b"\x93NUMPY\x02\x00" + struct.pack("<I", 150_000_000))
            for _ in range(150):
                file.write(b" " * 1_000_000)
    tracemalloc.start()
    with pytest.raises(DataError, match="once unpacked"):
        check_npz(tmp_path / "d.npz")
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_small_arrays_may_be_repetitions(tmp_path):
    assert check_npz(zeros(tmp_path / "d.npz", 20)).num_classes == 10


def test_the_limit_counts_all_arrays(tmp_path, monkeypatch):
    monkeypatch.setattr(npz_file, "MAX_DECLARED_BYTES", 1_500)
    with pytest.raises(DataError, match="once unpacked"):
        check_npz(write(tmp_path / "d.npz", x_train=IMAGES, y_train=LABELS, more=np.zeros(1000)))


@pytest.mark.parametrize("kind", ["U", "S"])
def test_texts_are_read_and_few_of_them_with_a_note(kind, tmp_path):
    texts = np.array(["Machine learning is great!", "Keras är roligt"])
    stored = np.char.encode(texts, "utf-8") if kind == "S" else texts
    path = tmp_path / "texts.npz"
    np.savez(path, x_train=stored, y_train=[0, 1], x_test=stored[:, None], y_test=[0, 1])
    dataset = load_npz(path)
    (feature,) = dataset.card.features
    assert (feature.name, feature.kind, feature.shape, feature.dtype) == ("text", "text", (1,), "string")
    assert dataset.x_train.tolist() == dataset.x_test.tolist() == [[text] for text in texts]
    assert dataset.notes[0].startswith("2 examples are enough to try a network")


def test_texts_and_numbers_of_one_input_are_refused(tmp_path):
    path = tmp_path / "mixed.npz"
    np.savez(path, x_train=np.array(["a", "b"]), y_train=[0, 1], x_test=np.zeros((2, 1)), y_test=[0, 1])
    with pytest.raises(DataError, match="holds texts, the other numbers"):
        load_npz(path)
