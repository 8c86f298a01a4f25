"""Publishing: exports, and graphs that are pushed to a SPARQL server and pulled from it."""
