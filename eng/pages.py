"""What the checks of pages share: the files of the repository, and where a Markdown page has code."""
import os
import re
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_FENCED = r"^[ >*]*(?P<fence>```+|~~~+).*?(?:^[ >*]*(?P=fence)[`~]*|\Z)"
FENCED = re.compile(_FENCED, re.DOTALL | re.MULTILINE)
# Fenced blocks, and code in a line.
CODE = re.compile(_FENCED + r"|`[^`\n]*`", re.DOTALL | re.MULTILINE)


def files(*paths):
    """The files that git does not ignore, relative to the repository; without paths, all of them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *paths], cwd=ROOT, check=True, capture_output=True, text=True)
    return [name for name in listed.stdout.split("\0") if name]


def blank(match, sign=""):
    """Replaces a match by a sign and its ends of lines, so that the numbers of the lines stay."""
    return sign + "\n" * match[0].count("\n")


def change_prose(text, change):
    """Applies a change to each part of a page that is not code."""
    parts, end = [], 0
    for code in CODE.finditer(text):
        parts += change(text[end:code.start()]), code[0]
        end = code.end()
    return "".join(parts) + change(text[end:])
