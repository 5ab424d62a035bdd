"""A second, plain reading of how promises are judged, to test the product against.

Written from the rules, not from the product: it shares no code with `services`, uses `fractions.Fraction`,
`datetime` and loops over everything, and does not care how slow it is.
"""
