"""Charts are drawn on the server: a chart function returns shapes, one writer (`svg`) makes SVG of them.

Colours are classes, so that themes, print and forced colours are the style sheet's business.
"""
