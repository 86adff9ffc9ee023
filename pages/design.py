"""The page design."""

import streamlit as st

from blockwright.ui import routing

routing.through_app()

st.title("Design")
