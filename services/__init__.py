"""The services of Sanya. They never import each other; `catalogue` is the one list of them."""
