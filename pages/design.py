"""The page Design: pick blocks, stack or wire them, set them, and see at once what comes out and what it costs."""

import streamlit as st

from blockwright.ui.design import description, palette, stack, toolbar
from blockwright.ui.design.canvas import canvas
from blockwright.ui.design.inspector import block_docs, inspector
from blockwright.ui.shell import routing

routing.through_app()

toolbar.draw()
description.await_description()
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="design_head"):
    toolbar.draw_totals()
    with st.container(width="content"):
        view = st.segmented_control(
            "How the design is shown",
            ["Stack", "Canvas"],
            key="design_view",
            default="Stack",
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )
if view == "Canvas":
    canvas.load()
    workbench = st.grid(3, min_column_width=235, key="workbench")
    with workbench.cell(column_span=2):
        canvas.draw()
    with workbench.cell():
        inspector.draw()
        block_docs.draw()
else:
    with st.container(gap=None, key="libraries"):
        stack.load()
        palette.load()
    with st.container(horizontal=True, gap="small", key="workbench"):
        with st.container(width="content", key="palette_side"):
            palette.draw()
        with st.container(width="stretch", key="stack_side"):
            stack.draw()
        with st.container(width=280, key="inspector_side"):
            inspector.draw()
            block_docs.draw()
