"""OpenSLO v1 (github.com/OpenSLO/OpenSLO), read and written: what both sides can say, and what only one can.

The specification is its README; no Python library of it exists, and its JSON schema is older than what it
describes, so the shapes are written here (`spec`), from the README and the rules of OpenSLO's own Go SDK.
"""
