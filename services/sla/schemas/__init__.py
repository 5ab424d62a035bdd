"""Wire models, by feature. Shapes only: what a document may say is in `domain`."""
