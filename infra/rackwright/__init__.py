"""Rackwright: infrastructure as code for GB300 NVL72 GPU clusters.

A site's specification becomes an inventory, an inventory becomes files, and people review the
files. Everything that acts on metal reads those files and nothing else. ARCHITECTURE.md has the
whole arrow on one page.
"""

__version__ = "0.1.0"
