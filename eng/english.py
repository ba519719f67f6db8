#!/usr/bin/env python3
"""Lists phrases that this project avoids, in the pages and in the comments and strings of programs; fails if there are any.

They are dated or ambiguous English, or describe what has a name. A phrase that eng/english.allowed matches is natural and stays.

    english.py [PATH]...     as git understands paths; without them: all pages, src/ and examples/
"""
import os
import re
import sys

from pages import CODE, ROOT, blank, files

AVOIDED = (
    "that there are", "one of those", "(?:is|are) none", "no numbers?", r"what [^.,;]{1,40} makes? of", "of (?:one's|its|their) own",
    "tells?", "takes?", r"but (?:for|the)", "goes where", "stands?", "lies?", "at once", "gives? back", "given back",
    "whole or not", "asks? for", "(?:is|are) asked", "do(?:es)? without", "all that")
# Comments and strings of C#; the other group is code.
CSHARP = re.compile(r'(//[^\n]*|/\*.*?\*/|"""+.*?"""+|@"(?:[^"]|"")*"|"(?:[^"\\\n]|\\.)*")|(\'(?:[^\'\\]|\\.)+\'|[^\s])', re.DOTALL)


def pattern(phrases):
    return re.compile(r"\b(?:" + "|".join(phrase.replace(" ", r"\s+") for phrase in phrases) + r")\b", re.IGNORECASE)


def hide(match):
    """Leaves a sign that no phrase contains."""
    return blank(match, "\0")


def prose(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        text = file.read()
    if path.endswith(".md"):
        return re.sub(r"\]\([^)]*\)", hide, CODE.sub(hide, text))
    text = CSHARP.sub(lambda match: match[1] or "\0", text)
    # The holes of interpolated strings, and calls in them, are code.
    text = re.sub(r"\{[^{}\n]*\}|\.\w+\(", hide, text)
    text = re.sub(r"^(\s*)//+", r"\1", text, flags=re.MULTILINE)
    return re.sub(r"<(c|code)>.*?</\1>|<[^<>\n]*>", hide, text, flags=re.DOTALL)


def main():
    paths = sys.argv[1:] or ["*.md", "src/*.cs", "examples/*.cs"]
    names = files(*paths)
    with open(os.path.join(ROOT, "eng/english.allowed"), encoding="utf-8") as file:
        natural = pattern([line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")])
    if not names:
        sys.exit(f"There are no files {' '.join(paths)}.")
    avoided = pattern(AVOIDED)
    found = 0
    for path in names:
        if not path.endswith((".md", ".cs")) or not os.path.exists(os.path.join(ROOT, path)):
            continue
        text = prose(path)
        kept = [match.span() for match in natural.finditer(text)]
        for match in avoided.finditer(text):
            start, end = match.span()
            # After a comma "but" joins two statements. Without one it means "except".
            if match[0].lower().startswith("but") and re.search(r"[,;.:]\s*$", text[:start]) or any(first <= start and end <= last for first, last in kept):
                continue
            found += 1
            around = re.sub(r"[\s\0]+", " ", text[max(0, start - 40):end + 40]).strip()
            print(f"{path}:{text.count(chr(10), 0, start) + 1}: {re.sub(chr(92) + 's+', ' ', match[0])}: {around}")
    if found:
        print(f"{found} phrases. Write them in another way; eng/english.allowed is for natural ones.", file=sys.stderr)
    sys.exit(found > 0)


main()
