"""The run store: saved designs, runs, their events, and the commands to them. No Keras, no Streamlit.

Any process may be killed at any moment and started again: all that matters is in the store or in a run's folder.
"""
