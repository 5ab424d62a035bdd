"""The commands of `sanya` that speak REST, as any agency's system could.

Exit codes: 0 done; 1 the server refused (its problem is printed); 2 wrong use; 4 not reachable.
"""

from services.cli.app import add_to

__all__ = ["add_to"]
