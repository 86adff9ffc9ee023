from blockwright.ui.shell.workspace import NO_COOKIES


def shown(app) -> list[str]:
    return [caption.value for caption in app.sidebar.caption if caption.value == NO_COOKIES]


def test_a_browser_without_cookies_is_told_once_what_that_means(app):
    assert shown(app) == []
    app.session_state["workspace_refused"] = True
    assert shown(app.run()) == [NO_COOKIES]
    assert shown(app.switch_page("pages/runs.py").run()) == [NO_COOKIES]
