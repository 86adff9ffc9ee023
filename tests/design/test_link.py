import base64
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwright.design.link import (
    CODE_LENGTH,
    LinkError,
    decode_link,
    encode_link,
    read_short_code,
    short_code,
)
from blockwright.design.presets import presets
from tests.design.designs import graphs


def packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode().rstrip("=")


@given(graphs())
def test_a_design_and_its_settings_come_back_from_a_link(design):
    payload = {"design": design.document(), "settings": {"seed": 7, "optimizer": "adam"}}
    assert decode_link(encode_link(payload)) == payload


def test_every_preset_fits_into_a_url():
    longest = max(len(encode_link({"design": preset.design.document()})) for preset in presets())
    assert longest < 2000


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("", "incomplete or was changed"),
        ("hello", "incomplete or was changed"),
        ("1.%%%", "incomplete or was changed"),
        ("1.AAAA", "damaged"),
        ("1.A", "damaged"),
        ("9." + packed(b"{}"), "newer version (format 9; this one reads up to 1)"),
        ("1." + packed(b"[1]"), "does not contain a design"),
        ("1." + packed(b"{"), "damaged"),
        ("1." + packed(b"\xff\xff"), "damaged"),
        ("1." + packed(b"[" * 100_000), "damaged"),
        ("1." + packed(b'{"design": 3}'), "does not contain a design"),
        ("1." + packed(b'{"design": {}, "settings": 3}'), "more than a design"),
        ("1." + packed(b'{"design": {}, "run": "now"}'), "more than a design"),
        ("1." + packed(b" " * 5_000_000), "decompresses to more than 1 MB"),
        ("1." + "A" * 100_000, "too long"),
    ],
)
def test_a_link_that_is_none_is_refused_with_a_sentence(token, words):
    with pytest.raises(LinkError) as caught:
        decode_link(token)
    assert words in str(caught.value)


def test_a_cut_off_link_says_so():
    token = encode_link({"design": presets()[0].design.document()})
    for length in range(3, len(token) - 1):
        with pytest.raises(LinkError):
            decode_link(token[:length])


def test_a_design_too_large_for_a_link_is_offered_as_a_file():
    noise = "".join(chr(33 + (number * 7919) % 90) for number in range(500_000))
    with pytest.raises(LinkError, match="Share it as a file"):
        encode_link({"design": {"name": json.dumps(noise) * 3}})


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    with pytest.raises(LinkError):
        decode_link(text)


def test_equal_payloads_have_equal_codes_that_can_be_read_aloud():
    payload = {"design": {"name": "a", "nodes": []}, "settings": {"seed": 1}}
    code = short_code(payload)
    assert code == short_code({"settings": {"seed": 1}, "design": {"nodes": [], "name": "a"}})
    assert code != short_code({**payload, "settings": {"seed": 2}})
    assert len(code) == CODE_LENGTH
    assert not set(code) & set("01loi")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("k7p2m9xq", "k7p2m9xq"),
        (" K7P2-m9xq ", "k7p2m9xq"),
        ("https://host/app/design?s=k7p2m9xq", "k7p2m9xq"),
        ("https://host/design?x=1&s=k7p2-m9xq&y=2", "k7p2m9xq"),
        ("https://host/design?d=1.eJx", None),
        ("1.eJx", None),
        ("k7p2", None),
        ("k7p2m9x0", None),
        ("", None),
        ("https://[=", None),
    ],
)
def test_a_code_is_read_from_a_link_or_as_people_type_it(text, code):
    assert read_short_code(text) == code
