"""The tests of Sanya. `make test` runs them; `tests/conftest.py` has what all of them may use."""
