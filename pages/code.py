"""The page Code: the network as a program that one can read, run and take along."""

import streamlit as st

from blockwright.ui import code_page, routing, state
from blockwright.ui.messages import plain

routing.through_app()

st.title(plain(state.design().name) or "Untitled")
if not state.design().nodes and not state.active_run():
    st.write(
        "This design has no blocks yet, so there is no code to show. Put some together, or take a ready network."
    )
    with st.container(horizontal=True):
        routing.link("design", "Design this one")
        routing.link("start", "Take a ready network")
else:
    code_page.draw()
