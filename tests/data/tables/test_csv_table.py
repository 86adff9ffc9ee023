import contextlib
import random
import time
import tracemalloc

import numpy as np
import pytest

from blockwright.data.loading import load
from blockwright.data.prepare import prepare_design
from blockwright.data.tables import csv_text
from blockwright.data.upload_reader import check_upload, describe_upload
from blockwright.recipe.settings import Settings
from blockwright.schema.data.dataset_config import choice_from_argument
from blockwright.schema.data.errors import DataError
from blockwright.schema.design import Input
from tests.data.tables.table_files import numbered, upload, write_table

PLAIN = numbered("size,weight,colour,kind", "{i},{h},{c},k{t}")


def whole(dataset, name):
    """A feature or target of both parts in the order of the sizes, which are the row numbers."""
    rows = np.concatenate([part.features["features"][:, 0] for part in (dataset.train, dataset.test)])
    parts = [{**part.features, **part.targets}[name] for part in (dataset.train, dataset.test)]
    return np.concatenate(parts)[np.argsort(rows)]


def refusal(path, target="kind", **more):
    with pytest.raises(DataError) as raised:
        load(upload(path, target, **more))
    return str(raised.value)


def test_a_table_becomes_its_numbers_its_texts_and_a_target(tmp_path):
    dataset = load(upload(write_table(tmp_path, PLAIN), "kind"))
    card = dataset.card
    assert [(one.name, one.kind, one.shape, one.columns, one.choices) for one in card.features] == [
        ("features", "vector", (2,), ("size", "weight"), ()),
        ("colour", "category", (1,), (), ("a", "b")),
    ]
    assert [(one.name, one.kind, one.class_names) for one in card.targets] == [
        ("kind", "classes", ("k0", "k1", "k2"))
    ]
    assert (card.title, card.train_examples, card.test_examples) == ("Mine", 32, 8)
    assert whole(dataset, "features").tolist() == [[i, i / 2] for i in range(40)]
    assert whole(dataset, "colour")[:3].tolist() == [["a"], ["b"], ["a"]]
    assert whole(dataset, "kind").tolist() == [i % 3 for i in range(40)]
    assert dataset.train.features["features"].dtype == np.float32
    assert dataset.notes == ["8 of 40 rows were split off for testing with the seed, stratified by class."]
    assert check_upload(upload(tmp_path / "table.csv", "kind")) == card


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("semicolons", PLAIN.replace(",", ";")),
        ("tabs", PLAIN.replace(",", "\t")),
        ("bars", PLAIN.replace(",", "|")),
        ("windows lines", PLAIN.replace("\n", "\r\n")),
        ("old mac lines", PLAIN.replace("\n", "\r")),
        ("a byte order mark", "\ufeff" + PLAIN),
        ("quotes", PLAIN.replace("k0", '"k0"').replace("size", '"size"')),
        ("spaces", PLAIN.replace(",", " , ")),
        ("blank lines", PLAIN.replace("\n", "\n\n")),
        ("no last newline", PLAIN.rstrip()),
    ],
)
def test_every_usual_way_of_writing_a_table_is_read_alike(tmp_path, name, text):
    wanted = load(upload(write_table(tmp_path, PLAIN), "kind"))
    dataset = load(upload(write_table(tmp_path, text, "other.csv"), "kind"))
    assert dataset.card == wanted.card
    for one in ("features", "colour", "kind"):
        assert np.array_equal(whole(dataset, one), whole(wanted, one))


def test_a_decimal_comma_is_read_where_cells_are_parted_otherwise(tmp_path):
    text = (
        numbered("size,weight,kind", "{i};{h};k{t}")
        .replace(".", ",")
        .replace("size,weight,kind", "size;weight;kind")
    )
    dataset = load(upload(write_table(tmp_path, text), "kind"))
    assert whole(dataset, "features")[:4].tolist() == [[0, 0], [1, 0.5], [2, 1], [3, 1.5]]
    assert "Numbers are written with a decimal comma." in dataset.notes


def test_text_may_hold_delimiters_line_breaks_and_formulas_which_stay_text(tmp_path):
    text = "size,note,kind\n" + "".join(f'{i},"=1+{i}, ""so""\nand on",k{i % 2}\n' for i in range(20))
    dataset = load(upload(write_table(tmp_path, text), "kind"))
    assert whole(dataset, "note")[7, 0] == '=1+7, "so"\nand on'
    assert dataset.card.feature("note").kind == "text"


@pytest.mark.parametrize(
    ("column", "task", "kind", "classes"),
    [
        ("whole", None, "classes", ("0", "1", "2")),
        ("whole", "number", "number", ()),
        ("fraction", None, "number", ()),
        ("many", None, "number", ()),
        ("word", None, "classes", ("no", "yes")),
        ("half", "classes", "classes", ("0", "0.5", "1")),
    ],
)
def test_the_target_tells_classes_or_a_number_and_the_choice_may_say_which(
    tmp_path, column, task, kind, classes
):
    rows = [f"{i % 3},{i / 7:.3f},{i},{['no', 'yes'][i % 2]},{i % 3 / 2}" for i in range(60)]
    path = write_table(tmp_path, "\n".join(["whole,fraction,many,word,half", *rows]))
    more = {"task": task} if task else {}
    dataset = load(upload(path, column, **more))
    target = dataset.card.targets[0]
    assert (target.name, target.kind, target.class_names) == (column, kind, classes)
    values = dataset.train.targets[column]
    if kind == "number":
        assert (values.dtype, values.shape) == (np.float32, (48, 1))
        assert dataset.card.num_classes == 0
    else:
        assert (values.dtype, values.shape) == (np.int32, (48,))
        assert sorted(set(values.tolist())) == list(range(len(classes)))


def test_missing_values_are_said_and_filled_from_the_examples_that_train(tmp_path):
    rows = [
        f"{'NA' if i % 5 == 0 else i},{'' if i % 4 == 0 else 'x'},{'?' if i == 9 else i * 1.5}"
        for i in range(60)
    ]
    dataset = load(upload(write_table(tmp_path, "\n".join(["size,mark,price", *rows])), "price"))
    assert dataset.notes[:2] == [
        '1 row without a value of "price" is left out.',
        'Missing values of "mark" (15) are read as empty texts.',
    ]
    assert np.isnan(dataset.train.features["features"]).any()
    inputs = [
        Input(id=name, shape=(1,), dtype=dtype) for name, dtype in (("size", "float32"), ("mark", "string"))
    ]
    prepared = prepare_design(dataset, inputs, {"price": (1,)}, settings=Settings(scaling="none"))
    known = dataset.train.features["features"][prepared.train]
    gaps = np.isnan(dataset.train.features["features"])
    assert prepared.inputs["size"][gaps] == pytest.approx(np.nanmean(known.astype(float)))
    assert any(
        "Missing numbers are filled with the mean of the training examples: size (12)." in one
        for one in prepared.notes
    )
    assert "" in prepared.inputs["mark"]


def test_a_column_without_values_is_left_out_and_one_without_a_name_gets_one(tmp_path):
    dataset = load(upload(write_table(tmp_path, numbered(",empty,kind", "{i},,k{t}")), "kind"))
    assert dataset.card.features[0].columns == ("column_1",)
    assert dataset.notes[:2] == [
        'Column 1 has no name and is called "column_1".',
        'Column "empty" is empty and ignored.',
    ]


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("2024-01-{d:02d}", "dates, such as '2024-01-01'"),
        ("{d}.3.2024 10:15", "dates, such as '1.3.2024 10:15'"),
        ('"{d},000"', "numbers with signs or separators in them, such as '1,000'"),
        ("{d} %", "numbers with signs or separators in them, such as '1 %'"),
        ("${d}.50", "numbers with signs or separators in them, such as '$1.50'"),
        ("room {d}", None),
    ],
)
def test_texts_that_look_like_numbers_or_dates_are_pointed_out(tmp_path, cell, what):
    rows = [f"{row},{cell.format(d=1 + row % 28)},k{row % 2}" for row in range(60)]
    notes = load(upload(write_table(tmp_path, "\n".join(["size,odd,kind", *rows])), "kind")).notes
    sentence = f'Column "odd" is read as text: it holds {what}. Write plain numbers to use it as numbers.'
    assert (sentence in notes) == (what is not None)
    assert any("is read as text" in note for note in notes) == (what is not None)


def test_large_numbers_keep_their_differences(tmp_path):
    text = numbered("size,serial,kind", "{i},1000000000{i:02d},k{t}")
    dataset = load(upload(write_table(tmp_path, text), "kind"))
    assert len(set(dataset.train.features["features"][:, 1].tolist())) == 32


def test_a_large_target_keeps_its_unit_and_says_so(tmp_path):
    dataset = load(upload(write_table(tmp_path, numbered("size,price", "{i},{i}500.5")), "price"))
    notes = prepare_design(dataset, [Input(id="size", shape=(1,))], {"price": (1,)}).notes
    assert any("stays in its own unit" in one and "500.5" in one for one in notes)


def row_at(line, content, base=PLAIN):
    lines = base.splitlines()
    lines[line - 1] = content
    return "\n".join(lines)


BAD = {
    "empty": ("", "The file is empty."),
    "only a header": ("size,kind\n", "The table has a header but no rows."),
    "one row": ("size,kind\n1,a\n", 'The table has 1 row with a value of "kind"; at least 2 are needed'),
    "one column": ("kind\n" + "a\nb\n" * 20, 'The table has a single column, "kind".'),
    "ragged, short": (row_at(7, "5,2.5,a"), "Line 7 has 3 values, but the header has 4 columns."),
    "ragged, long": (row_at(9, "7,3.5,a,k1,oops"), "Line 9 has 5 values, but the header has 4 columns."),
    "text among numbers": (
        row_at(17, "abc,7.5,a,k0"),
        "Line 17: column \"size\" holds 'abc' where numbers are expected (39 of 40 values).",
    ),
    "formula among numbers": (
        row_at(5, "=1+1,1.5,a,k0"),
        "Line 5: column \"size\" holds '=1+1' where numbers are expected",
    ),
    "thousands": (row_at(5, '"1,000",1.5,a,k0'), "Line 5: column \"size\" holds '1,000' where numbers are expected"),
    "underscores": (row_at(5, "1_000,1.5,a,k0"), "holds '1_000' where numbers are expected"),
    "infinite": (row_at(5, "inf,1.5,a,k0"), 'Line 5: column "size" holds inf, which is infinite or too large'),
    "huge": (row_at(5, f"{'9' * 400},1.5,a,k0"), "which is infinite or too large"),
    "too large for float32": (row_at(5, "1e39,1.5,a,k0"), "which is infinite or too large"),
    "no such target": (PLAIN.replace("kind", "sort"), 'no column called "kind". It has: size, weight, colour, sort.'),
    "empty target": (numbered("size,kind", "{i},"), 'The target "kind" is empty in every row.'),
    "constant target": (numbered("size,kind", "{i},same"), "The target \"kind\" is 'same' in every row"),
    "constant number": (numbered("size,kind", "{i},7.5"), "The target \"kind\" is '7.5' in every row"),
    "a name a row": (numbered("size,kind", "{i},name{i}"), "40 different values in 40 rows; classes must occur"),
    "no other column": (
        numbered("nothing,kind", ",k{t}"),
        'The table has no column with values to learn from besides "kind"'),
    "the same name twice": (PLAIN.replace("weight", "size"), 'The columns 1 and 2 are both called "size".'),
    "no header": (numbered("1,2,3,4", "{i},{i},{i},{i}"), "The first line holds only numbers"),
    "no names": (numbered(",,,", "{i},{h},{c},k{t}"), "The first line has no column names."),
    "a long name": (PLAIN.replace("size", "s" * 101), "The name of column 1 has 101 characters; the limit is 100."),
    "a long cell": (row_at(5, f"3,1.5,{'a' * 20001},k0"), 'Line 5: column "colour" holds 20,001 characters'),
    "a very long cell": (row_at(5, f"3,1.5,{'a' * 200000},k0"), "Line 5 cannot be read: a cell is far too long"),
    "an open quote": (row_at(30, '28,14.0,"a,k1'), "Line 30 cannot be read: a double quote is opened"),
    "text after a quote": (row_at(30, '28,14.0,"a"b,k1'), "Line 30 cannot be read: a double quote is not followed"),
    "10,000 columns": (
        numbered(",".join(f"c{i}" for i in range(10_000)), ",".join(["1"] * 10_000), 2),
        "The table has 10,000 columns; the limit is 1,000.",
    ),
    "nul": (row_at(12, "10,5.0,a\0,k1"), "Line 12 holds a NUL byte"),
    "utf-16": (PLAIN.encode("utf-16"), 'The file is text in UTF-16; a table is read in UTF-8. Save it as "CSV UTF-8"'),
    "latin-1": (row_at(4, "2,1.0,grün,k2").encode("latin-1"), "Line 4 is not text in UTF-8 (byte 0xfc at position 9)."),
    "a workbook": (b"PK\x03\x04" + bytes(100), "The file is a workbook or an archive, not a text table."),
    "an image": (b"\x89PNG\r\n\x1a\n" + bytes(100), "Line 1 is not text in UTF-8"),
    "excel's own first line": ("sep=;\n" + PLAIN, 'The first line says "sep="'),
}  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), BAD.values(), ids=BAD)
def test_a_bad_table_is_refused_with_its_place_and_what_to_do(tmp_path, text, sentence):
    assert sentence in refusal(write_table(tmp_path, text))


@pytest.mark.parametrize(
    ("row", "task", "sentence"),
    [
        ("{i},k{t}", "number", "The target \"kind\" must be a number, but line 2 holds 'k0'."),
        ("{i},{h}", "classes", "has 40 different values in 40 rows; classes must occur more often"),
    ],
)
def test_a_task_that_the_target_cannot_be_is_refused(tmp_path, row, task, sentence):
    assert sentence in refusal(write_table(tmp_path, numbered("size,kind", row)), task=task)


def test_a_target_must_be_chosen(tmp_path):
    path = write_table(tmp_path, PLAIN)
    with pytest.raises(
        DataError, match=r"Choose the target column.* The columns are: size, weight, colour, kind\."
    ):
        load(upload(path))


def test_too_many_bytes_rows_and_cells_are_refused_before_they_are_held(tmp_path, monkeypatch):
    path = write_table(tmp_path, PLAIN)
    monkeypatch.setattr(csv_text, "MAX_ROWS", 20)
    assert "more than 20 rows of 4 columns" in refusal(path)
    monkeypatch.setattr(csv_text, "MAX_CELLS", 40)
    assert "more than 10 rows of 4 columns" in refusal(path)
    monkeypatch.setattr(csv_text, "MAX_CSV_BYTES", 100)
    assert "A table may have up to 0 MB." in refusal(path)


def test_a_line_without_end_is_refused_without_being_held(tmp_path):
    path = write_table(tmp_path, b"a,kind\n" + b"1," * 10_000_000)
    tracemalloc.start()
    assert "Line 2 is longer than 5 MB" in refusal(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12_000_000


def test_a_hostile_header_is_refused_at_once(tmp_path):
    path = write_table(tmp_path, ",".join(f"c{i}" for i in range(500_000)) + "\n1\n")
    began = time.monotonic()
    assert "The table has 500,000 columns; the limit is 1,000." in refusal(path)
    assert time.monotonic() - began < 5


def test_a_table_is_described_so_that_a_target_can_be_chosen(tmp_path):
    described = describe_upload(write_table(tmp_path, PLAIN))
    assert (described["format"], described["rows"], described["delimiter"]) == ("csv", 40, "comma")
    assert [(one["name"], one["kind"], one["task"]) for one in described["columns"]] == [
        ("size", "number", "number"),
        ("weight", "number", "number"),
        ("colour", "category", "classes"),
        ("kind", "category", "classes"),
    ]
    assert described["columns"][3] == {
        "name": "kind",
        "kind": "category",
        "missing": 0,
        "distinct": 3,
        "examples": ["k0", "k1", "k2"],
        "task": "classes",
    }


def test_the_same_seed_gives_the_same_test_part(tmp_path):
    path = write_table(tmp_path, PLAIN)
    first, second, other = (load(upload(path, "weight"), seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.y_test, second.y_test)
    assert not np.array_equal(first.y_test, other.y_test)


def test_a_column_called_features_keeps_its_name(tmp_path):
    dataset = load(upload(write_table(tmp_path, numbered("features,size,kind", "{c},{i},k{t}")), "kind"))
    assert [one.name for one in dataset.card.features] == ["features_", "features"]


def test_words_of_the_command_line_become_choices(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = str((tmp_path / "my.csv").resolve())
    assert choice_from_argument("my.csv", "kind", "classes") == {
        "name": "upload",
        "path": path,
        "title": "my.csv",
        "target": "kind",
        "task": "classes",
    }
    assert choice_from_argument("iris") == {"name": "iris"}
    with pytest.raises(DataError, match=r"A target is chosen for a file in \.csv format; 'iris' has its own"):
        choice_from_argument("iris", "species")


def test_an_npz_file_takes_no_target(tmp_path):
    np.savez(tmp_path / "d.npz", x_train=np.zeros((20, 3)), y_train=np.arange(20) % 2)
    with pytest.raises(DataError, match=r"an \.npz file has its labels in y_train"):
        load(upload(tmp_path / "d.npz", "kind"))


PIECES = [
    *(b'"', b",", b";", b"\n", b"\r", b"\0", b"\xff", b"\t", b"|", b" ", b"?", b"", b'""', b"\x1c"),
    *(
        b"=1+1",
        b"nan",
        b"inf",
        b"1e999",
        b"\xef\xbb\xbf",
        b"kind",
        b"\xe2\x80\xa8",
        b"1_0",
        b"0x10",
        b"9" * 400,
    ),
]


def test_whatever_is_done_to_a_table_it_is_read_or_refused(tmp_path):
    path = tmp_path / "table.csv"
    outcomes = []
    for seed in range(200):
        generator = random.Random(seed)
        content = bytearray(PLAIN.encode())
        for _ in range(generator.choice((1, 2, 3, 8))):
            place = generator.randrange(len(content))
            content[place : place + generator.choice((0, 1, 3))] = generator.choice(PIECES)
        path.write_bytes(content)
        with contextlib.suppress(DataError):
            outcomes.append(np.isfinite(load(upload(path, "size")).y_train).all())
    assert 10 < len(outcomes) < 190
    assert all(outcomes)


def test_an_odd_space_after_a_number_is_a_space(tmp_path):
    dataset = load(upload(write_table(tmp_path, row_at(5, "3\x1c,1.5,a,k0")), "size"))
    assert sorted([*dataset.y_train[:, 0], *dataset.y_test[:, 0]]) == list(range(40))


def test_few_rows_are_read_with_a_note(tmp_path):
    path = write_table(tmp_path, numbered("size,kind", "{i},k{t}", 9))
    notes = load({"name": "upload", "path": str(path), "target": "kind"}).notes
    assert any(note.startswith("9 examples are enough to try a network") for note in notes)
