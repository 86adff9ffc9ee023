"""The page train."""

import streamlit as st

from blockwright.ui import routing

routing.through_app()

st.title("Train")
