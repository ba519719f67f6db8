#!/usr/bin/env python3
"""Checks links: that the file, the anchor or the picture of each exists. Links to other sites are checked by their syntax only.

    links.py            the Markdown pages of the repository, with the anchors of GitHub
    links.py FOLDER     the HTML pages of a built site
"""
import html.parser
import os
import re
import sys
import urllib.parse

from pages import FENCED, ROOT, blank, files


class Page:
    """The links and anchors of a page; a link is (line, text)."""

    def __init__(self):
        self.links = []
        self.anchors = set()
        self.references = []
        self.definitions = set()


def read_markdown(path):
    page = Page()
    counts = {}
    with open(path, encoding="utf-8") as file:
        lines = FENCED.sub(blank, file.read()).split("\n")
    for number, line in enumerate(lines, 1):
        heading = re.match(r" {0,3}#{1,6}\s+(.*?)\s*#*$", line)
        if heading:
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).replace("`", "")
            anchor = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            count = counts[anchor] = counts.get(anchor, -1) + 1
            page.anchors.add(f"{anchor}-{count}" if count else anchor)
        line = re.sub(r"`[^`]*`", "", line)
        page.anchors.update(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", line))
        for link in re.findall(r"\]\(\s*([^)\s]*)(?:\s+\"[^\"]*\")?\s*\)", line) + re.findall(r"^\[[^\]]+\]:\s*(\S+)", line):
            page.links.append((number, link.strip("<>")))
        page.links += ((number, link) for link in re.findall(r"(?:src|href)=\"([^\"]*)\"", line))
        page.references += ((number, name.lower()) for name in re.findall(r"\]\[([^\]]+)\]", line))
        page.definitions.update(name.lower() for name in re.findall(r"^\[([^\]]+)\]:", line))
        page.links += ((number, link) for link in re.findall(r"<(https?:[^>]*)>", line))
    return page


class HtmlReader(html.parser.HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.page = page

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.page.anchors.update(value for value in (attributes.get("id"), attributes.get("name") if tag == "a" else None) if value)
        for name in ("href", "src"):
            if attributes.get(name) is not None:
                self.page.links.append((self.getpos()[0], attributes[name]))


def read_html(path):
    page = Page()
    with open(path, encoding="utf-8") as file:
        HtmlReader(page).feed(file.read())
    return page


def is_url(link):
    try:
        parts = urllib.parse.urlsplit(link)
        return parts.scheme in ("http", "https") and re.fullmatch(r"[\w.-]+(:\d+)?", parts.netloc) and not re.search(r"[\s\\<>]", link)
    except ValueError:
        return False


def main():
    known = None
    if len(sys.argv) > 1:
        root, read, suffix = os.path.abspath(sys.argv[1]), read_html, ".html"
        paths = [os.path.join(folder, name) for folder, _, names in os.walk(root) for name in names if name.endswith(suffix)]
    else:
        root, read, suffix = ROOT, read_markdown, ".md"
        # A file that git ignores exists only on this machine.
        known = {os.path.join(root, name) for name in files()}
        paths = [path for path in known if path.endswith(suffix)]
    pages = {path: read(path) for path in paths if os.path.exists(path)}

    def error(path, link):
        if re.match(r"(mailto|data|javascript):", link):
            return None
        if re.match(r"[a-z][a-z0-9+.-]*:|//", link, re.IGNORECASE):
            return None if is_url(link) else "is not a valid address"
        parts = urllib.parse.urlsplit(link)
        target = os.path.normpath(os.path.join(os.path.dirname(path), urllib.parse.unquote(parts.path))) if parts.path else path
        if target != root and not target.startswith(root + os.sep):
            return "leaves the root"
        if suffix == ".html" and os.path.isdir(target):
            target = os.path.join(target, "index.html")
        if not os.path.exists(target) or known is not None and target not in known and not os.path.isdir(target):
            return "does not exist"
        anchor = urllib.parse.unquote(parts.fragment)
        return "has no such anchor" if anchor and target in pages and anchor not in pages[target].anchors else None

    failed = 0
    for path, page in sorted(pages.items()):
        for line, name in page.references:
            if name not in page.definitions:
                failed += 1
                print(f"{os.path.relpath(path, ROOT)}:{line}: [{name}] is not defined.", file=sys.stderr)
        for line, link in page.links:
            message = error(path, link)
            if message:
                failed += 1
                print(f"{os.path.relpath(path, ROOT)}:{line}: {link} {message}.", file=sys.stderr)
    print(f"{sum(len(page.links) for page in pages.values())} links on {len(pages)} pages, {failed} of them dead.")
    sys.exit(failed > 0)


main()
