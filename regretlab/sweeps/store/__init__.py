"""A sweep on disk: written block by block, and whole whenever it is killed."""
