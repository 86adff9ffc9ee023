"""The page Graph: the network as a picture and as a summary."""

import streamlit as st

from blockwright.ui.graph import graph_view
from blockwright.ui.shell import routing, state
from blockwright.ui.shell.messages import plain

routing.through_app()

st.title(plain(state.design().name) or "Untitled")
if not state.design().nodes:
    st.write("This design has no blocks yet. Add some, or start from an example.")
    routing.first_steps()
else:
    graph, summary = st.tabs(["Graph", "Summary"], key="graph_tabs", on_change="rerun")
    if graph.open:
        with graph:
            graph_view.draw()
    if summary.open:
        with summary:
            graph_view.draw_summary()
