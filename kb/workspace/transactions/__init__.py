"""All files of a change are written, or none."""
