"""The sidebar does not keep the page waiting."""

import pytest

from blockwright.ui.shell import service as backend


@pytest.mark.parametrize("page", ["graph", "code"])
def test_the_page_asks_the_design_service_before_the_sidebar_does(designing, service, page):
    backend.forget()
    service.asked.clear()
    designing.switch_page(f"pages/{page}.py").run()
    asked = [name for name in service.asked if name != "catalog"]
    assert asked == [page, "describe"]
    assert any("12,618" in caption.value for caption in designing.sidebar.caption)


def test_the_name_of_the_design_stands_in_the_sidebar_once(designing):
    for page in ("graph", "graph", "design", "runs"):
        designing.switch_page(f"pages/{page}.py").run()
        names = [text.value for text in designing.sidebar.markdown if "Tutorial Inception" in text.value]
        assert names == ["**Tutorial Inception**"]
