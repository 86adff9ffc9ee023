import pytest

from blockwright.runs.owners import check_owner, owner_of


def test_an_owner_does_not_show_the_cookie():
    cookie = "aB3_" * 8
    assert owner_of(cookie) == owner_of(cookie) == check_owner(owner_of(cookie))
    assert len(owner_of(cookie)) == 32
    assert cookie not in owner_of(cookie)
    assert owner_of(cookie) != owner_of(cookie[::-1])


@pytest.mark.parametrize("owner", ["", "../x", "a" * 65, "a b", None])
def test_what_is_no_owner_is_refused(owner):
    with pytest.raises(ValueError, match="A workspace id is"):
        check_owner(owner)
