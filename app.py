"""The entry of the app: `streamlit run app.py`. Sets the page up and hands over to the chosen page."""

import gc
import os
import sys

import streamlit as st

from blockwright.ui.design import design_storage
from blockwright.ui.shell import routing, sidebar, state
from blockwright.ui.shell.messages import guarded, show_notices
from blockwright.ui.shell.page_guard import guard_page
from blockwright.ui.shell.service import start_service
from blockwright.ui.shell.store import open_store, show_replacement
from blockwright.ui.shell.workspace import keep_workspace
from blockwright.ui.start import way_back


@st.cache_resource(show_spinner=False)
def settle() -> bool:
    """Once per server, after the first page is drawn: start the backend, open the run store, and keep what was imported
    out of every later garbage collection. Files that the server writes from then on are for its user only.
    """
    os.umask(0o077)
    start_service()
    open_store()
    gc.freeze()
    # A visitor's long computation gives way to another's short one after a millisecond, not after five.
    sys.setswitchinterval(0.001)
    return True


routing.through_app()
routing.configure()
page = routing.navigation()
with guarded("the start of the app"):
    state.begin()
    design_storage.restore()
with guarded("the page"):
    design_storage.open_link()
    routing.follow_now(page.url_path)
    with st.sidebar:
        complete_sidebar = sidebar.show_design(costs=page.url_path != "design")
        sidebar.show_run()
        keep_workspace()
        guard_page(page.url_path)
    # The page keeps its place when they are gone.
    with st.container():
        show_replacement()
        show_notices()
    way_back.draw(page.url_path)
    page.run()
    complete_sidebar()
with guarded("the design service"):
    settle()
