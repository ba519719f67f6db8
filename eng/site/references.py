#!/usr/bin/env python3
"""Checks that every type and member of FashionAE that a comment links is in the API reference: references.py FOLDER

FOLDER holds the files that `docfx metadata` writes. docfx shows a link that it cannot resolve as plain text, without a warning.
"""
import glob
import os
import re
import sys
import urllib.parse

found = set()
linked = {}
for path in glob.glob(os.path.join(sys.argv[1], "*.yml")):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    found.update(re.findall(r"^- uid: (\S+)$", text.split("\nreferences:")[0], re.MULTILINE))
    for link in re.findall(r'<xref\s+href=\\?"([^"\\?]+)', text):
        linked.setdefault(urllib.parse.unquote(link), os.path.basename(path))

missing = sorted(link for link in linked if link.startswith("FashionAE.") and link not in found)
for link in missing:
    print(f"{linked[link]}: links {link}, which is not public.", file=sys.stderr)
print(f"{len(found)} types and members.")
sys.exit(bool(missing))
