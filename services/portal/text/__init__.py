"""What pages say, in Thai and English: words, dates, numbers, units, and where lines may break."""
