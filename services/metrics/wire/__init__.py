"""How measurements and journey events stand in a body, and how they are read: strictly, exactly and fast."""
