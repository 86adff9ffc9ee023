"""The check that a generated file trains exactly as the app does."""
