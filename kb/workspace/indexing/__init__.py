"""The index, with its tables of names and words, which follows the files."""
