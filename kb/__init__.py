"""Claims, who takes which stance on them and where, and the dispute status that follows.

`kb.app.knowledge_base.open` gives the typed Python API; its verbs are the commands of the command
line.
"""

__version__ = "0.1.0"
