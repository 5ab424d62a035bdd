"""`sanya demo`: an example that shows what Sanya does, with a story in it.

Three agencies share one promise. Inspections are slow in one month, one week was never reported, and some
cases of last month are reported late, so that a closed window is judged again.
"""

from services.cli.demo.load import load_demo

__all__ = ["load_demo"]
