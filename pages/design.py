"""The page Design: pick blocks, stack them, set them, and see at once what comes out and what it costs."""

import streamlit as st

from blockwright.ui import inspector, palette, routing, stack, toolbar

routing.through_app()

toolbar.draw()
with st.container(horizontal=True, gap="medium", key="workbench"):
    with st.container(width=204, key="palette_side"):
        palette.draw()
    with st.container(width="stretch", key="stack_side"):
        stack.draw()
    with st.container(width=304, key="inspector_side"):
        inspector.draw()
