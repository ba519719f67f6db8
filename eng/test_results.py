#!/usr/bin/env python3
"""Prints which tests of the last make test failed or were skipped. Fails if a test failed, or was skipped without an entry in eng/skipped.txt.

    test_results.py [local|linux|windows|macos] [FOLDER]

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
NAMESPACE = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"
LINES = 12


def main():
    environment = sys.argv[1] if len(sys.argv) > 1 else "local"
    folder = sys.argv[2] if len(sys.argv) > 2 else os.path.join(ROOT, "artifacts/test-results")
    if environment not in ENVIRONMENTS:
        sys.exit(f"There is no environment '{environment}': use one of {', '.join(ENVIRONMENTS)}.")
    files = glob.glob(os.path.join(glob.escape(folder), "*.trx"))
    if not files:
        sys.exit(f"{folder} has no results of tests (.trx): run make test.")
    runs = [xml.etree.ElementTree.parse(path).getroot() for path in files]
    results = [result for run in runs for result in run.iter(NAMESPACE + "UnitTestResult")]
    problems = [problem for problem in (print_skipped(results, environment), print_failed(runs, results)) if problem]
    if problems:
        sys.exit("\n".join(problems))


def print_skipped(results, environment):
    with open(os.path.join(ROOT, "eng/skipped.txt"), encoding="utf-8") as file:
        entries = [line.split(maxsplit=1) for line in file.read().splitlines() if line and not line.startswith("#")]
    allowed = [pattern for where, pattern in entries if where in ("any", environment)]
    # The cases of a theory are one line, with their number.
    skipped = collections.Counter(result.get("testName").split("(")[0] for result in results if result.get("outcome") == "NotExecuted")
    unexpected = [name for name in skipped if not any(fnmatch.fnmatchcase(name, pattern) for pattern in allowed)]
    for name, cases in sorted(skipped.items()):
        print(f"{cases:4}  {name}" + ("  <- not in eng/skipped.txt" if name in unexpected else ""))
    print(f"{sum(skipped.values())} tests skipped (environment: {environment}).")
    if unexpected:
        return f"eng/skipped.txt does not list {len(unexpected)} of these for '{environment}'. Install what they need, or add them there."
    return None


def print_failed(runs, results):
    # After the output of all projects, where a reader looks first. A test host that crashed has a message, but no failed test.
    for run in runs:
        for message in run.iter(NAMESPACE + "RunInfo"):
            text = message.findtext(NAMESPACE + "Text", "")
            if message.get("outcome") == "Error" and not text.startswith("[xUnit.net"):
                print_start(text)
    failed = [result for result in results if result.get("outcome") == "Failed"]
    for result in failed:
        print(f"FAILED  {result.get('testName')}")
        for part in ("Message", "StackTrace"):
            print_start(result.findtext(f"{NAMESPACE}Output/{NAMESPACE}ErrorInfo/{NAMESPACE}{part}", ""))
    return f"{len(failed)} tests failed." if failed else None


def print_start(text):
    for line in text.splitlines()[:LINES]:
        print(f"        {line}")


main()
