"""Records by id and name, the records that refer to them, and their differences."""
