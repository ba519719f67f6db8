#!/usr/bin/env python3
"""Prints which tests of the last make test were skipped, and fails if eng/skipped.txt does not list one of them.

    skipped.py [local|linux|windows|macos] [FOLDER]

local: optional programs may be missing. linux: all of them are installed. A test that is always skipped tests nothing.
"""
import collections
import fnmatch
import glob
import os
import sys
import xml.etree.ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ENVIRONMENTS = ("local", "linux", "windows", "macos")


def main():
    environment = sys.argv[1] if len(sys.argv) > 1 else "local"
    folder = sys.argv[2] if len(sys.argv) > 2 else os.path.join(ROOT, "artifacts/test-results")
    if environment not in ENVIRONMENTS:
        sys.exit(f"There is no environment '{environment}': use one of {', '.join(ENVIRONMENTS)}.")
    results = glob.glob(os.path.join(glob.escape(folder), "*.trx"))
    if not results:
        sys.exit(f"{folder} has no results of tests (.trx): run make test.")
    with open(os.path.join(ROOT, "eng/skipped.txt"), encoding="utf-8") as file:
        entries = [line.split(maxsplit=1) for line in file.read().splitlines() if line and not line.startswith("#")]
    allowed = [pattern for where, pattern in entries if where in ("any", environment)]

    # The cases of a theory are one line, with their number.
    skipped = collections.Counter()
    for path in results:
        for element in xml.etree.ElementTree.parse(path).iter():
            if element.tag.endswith("}UnitTestResult") and element.get("outcome") == "NotExecuted":
                skipped[element.get("testName").split("(")[0]] += 1
    unexpected = [name for name in skipped if not any(fnmatch.fnmatchcase(name, pattern) for pattern in allowed)]
    for name, cases in sorted(skipped.items()):
        print(f"{cases:4}  {name}" + ("  <- not in eng/skipped.txt" if name in unexpected else ""))
    print(f"{sum(skipped.values())} tests skipped (environment: {environment}).")
    if unexpected:
        sys.exit(f"eng/skipped.txt does not list {len(unexpected)} of these for '{environment}'. Install what they need, or add them there.")


main()
