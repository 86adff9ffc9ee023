"""Plain data that every part may import. No Keras, no Streamlit, no logic beyond validation."""
