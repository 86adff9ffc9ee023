"""What is done to a design: reading, wiring, edits, history, links. No Keras, no Streamlit."""
