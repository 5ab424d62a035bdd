"""What a page shows, made of what the API answered: pure, one language, nothing of HTTP or HTML."""
