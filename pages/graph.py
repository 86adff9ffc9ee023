"""The page graph."""

import streamlit as st

from blockwright.ui import routing

routing.through_app()

st.title("Graph")
