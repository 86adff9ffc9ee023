"""The part of a generated file that loads its data."""
