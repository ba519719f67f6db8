#!/usr/bin/env python3
"""Prints the skipped and the failed tests of the last make test. Fails if one failed, or if eng/skipped.txt does not list a skipped one.

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
    # The messages of xUnit have arrows, which not every console can show.
    sys.stdout.reconfigure(errors="backslashreplace")
    environment = sys.argv[1] if len(sys.argv) > 1 else "local"
    folder = sys.argv[2] if len(sys.argv) > 2 else os.path.join(ROOT, "artifacts/test-results")
    if environment not in ENVIRONMENTS:
        sys.exit(f"There is no environment '{environment}': use one of {', '.join(ENVIRONMENTS)}.")
    files = sorted(glob.glob(os.path.join(glob.escape(folder), "*.trx")))
    if not files:
        sys.exit(f"{folder} has no results of tests (.trx): run make test.")
    runs, failures = [], []
    for path in files:
        try:
            runs.append(xml.etree.ElementTree.parse(path).getroot())
        except xml.etree.ElementTree.ParseError as error:
            failures.append((path, [f"The file is incomplete: {error}"]))
    results = [result for run in runs for result in run.iter(NAMESPACE + "UnitTestResult")]
    unlisted = print_skipped(results, environment)
    for run in runs:
        failures += failures_of(run)
    # Failures come last, because readers look at the end of a log first.
    for name, texts in failures:
        print(f"FAILED  {name}")
        for text in texts:
            print_start(text)
    problems = [f"{len(failures)} failure(s)."] if failures else []
    if unlisted:
        problems.append(
            f"eng/skipped.txt does not list {unlisted} of the skipped tests for '{environment}'. Install what they need, or add them there.")
    if problems:
        sys.exit("\n".join(problems))


def print_skipped(results, environment):
    with open(os.path.join(ROOT, "eng/skipped.txt"), encoding="utf-8") as file:
        entries = [line.split(maxsplit=1) for line in file.read().splitlines() if line and not line.startswith("#")]
    allowed = [pattern for where, pattern in entries if where in ("any", environment)]
    # The cases of a theory are one line, with their number.
    skipped = collections.Counter(result.get("testName").split("(")[0] for result in results if result.get("outcome") == "NotExecuted")
    unlisted = [name for name in skipped if not any(fnmatch.fnmatchcase(name, pattern) for pattern in allowed)]
    for name, cases in sorted(skipped.items()):
        print(f"{cases:4}  {name}" + ("  <- not in eng/skipped.txt" if name in unlisted else ""))
    print(f"{sum(skipped.values())} tests skipped (environment: {environment}).")
    return len(unlisted)


def failures_of(run):
    project = os.path.basename(next((test.get("storage", "") for test in run.iter(NAMESPACE + "UnitTest")), "")) or "a project"
    for message in run.iter(NAMESPACE + "RunInfo"):
        text = message.findtext(NAMESPACE + "Text", "")
        # If a test host crashes, there is a message but perhaps no failed test. The runner also repeats the name of each failed test.
        if message.get("outcome") == "Error" and not text.rstrip().endswith("[FAIL]"):
            yield project, [text]
    for result in run.iter(NAMESPACE + "UnitTestResult"):
        if result.get("outcome") == "Failed":
            error = f"{NAMESPACE}Output/{NAMESPACE}ErrorInfo/{NAMESPACE}"
            yield result.get("testName"), [result.findtext(error + part, "") for part in ("Message", "StackTrace")]


def print_start(text):
    lines = text.splitlines()
    for line in lines[:LINES] + (["…"] if len(lines) > LINES else []):
        print(f"        {line}")


main()
