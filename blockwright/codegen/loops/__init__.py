"""The part of a generated file that trains and tests."""
