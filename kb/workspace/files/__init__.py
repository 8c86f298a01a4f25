"""The files of a knowledge base: its folder, settings, ontology, saved queries, and git."""
