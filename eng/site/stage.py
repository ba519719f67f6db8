#!/usr/bin/env python3
"""Copies the pages of the repository to a folder for docfx, which reads pages only: stage.py FOLDER

README.md files become index.md. A link to a file that is not a page, such as a program, becomes a link to a page that shows the file.
Fails if a page is missing from the tables of contents, if one of them lists a page that does not exist, or if a link leads nowhere.
"""
import fnmatch
import glob
import os
import re
import shutil
import sys

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from pages import ROOT, change_prose  # noqa: E402

PICTURES = (".png", ".svg")
LANGUAGES = {".cs": "csharp", ".py": "python", ".sh": "bash", ".mjs": "javascript", ".yml": "yaml", ".csproj": "xml", ".props": "xml"}
LINK = re.compile(r"(\]\(|^\[[^\]]+\]:\s*|(?:src|href)=\")([^)\s\"]+)", re.MULTILINE)


def pages():
    """The paths of all pages, relative to the repository."""
    patterns = ("*.md", "data/*.md", "docs/**/*.md")
    return sorted(path for pattern in patterns for path in glob.glob(pattern, root_dir=ROOT, recursive=True))


def staged(path):
    folder, name = os.path.split(path)
    return os.path.join(folder, "index.md") if name == "README.md" else path


class Site:
    def __init__(self, folder):
        self.folder = folder
        self.pages = set(pages())
        self.errors = []

    def write(self, path, text):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, path):
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            return file.read()

    def copy(self, path, to):
        os.makedirs(os.path.dirname(os.path.join(self.folder, to)), exist_ok=True)
        shutil.copyfile(os.path.join(ROOT, path), os.path.join(self.folder, to))

    def target(self, path, page):
        """The staged path of a file or folder that a page links."""
        full = os.path.join(ROOT, path)
        if os.path.isdir(full):
            path = os.path.join(path, "README.md")
            if path not in self.pages:
                self.errors.append(f"{page}: a link to the folder {os.path.dirname(path)}; link a file in it.")
            return staged(path)
        if path in self.pages:
            return staged(path)
        if not os.path.isfile(full):
            self.errors.append(f"{page}: {path} does not exist.")
            return path
        if path.endswith(PICTURES):
            self.copy(path, path)
            return path
        shown = os.path.join("source", path + ".md")
        fence = LANGUAGES.get(os.path.splitext(path)[1], "text")
        self.write(shown, f"# {path}\n\n````{fence}\n{self.read(path)}````\n")
        return shown

    def rewrite(self, page, match):
        start, link = match.groups()
        if link.startswith("#") or re.match(r"[a-z]+:", link):
            return match[0]
        path, mark, anchor = link.partition("#")
        path = os.path.normpath(os.path.join(os.path.dirname(page), path))
        return start + os.path.relpath(self.target(path, page), os.path.dirname(page) or ".") + mark + anchor

    def add_page(self, page):
        self.write(staged(page), change_prose(self.read(page), lambda part: LINK.sub(lambda match: self.rewrite(page, match), part)))

    def title(self, page):
        return re.search(r"^# (.+)$", self.read(page), re.MULTILINE)[1].replace("'", "''")

    def add_contents(self, name, folder):
        """Copies a table of contents to its folder. Returns the pages that it lists."""
        listed = []

        def link(path):
            listed.append(path)
            return os.path.relpath(staged(path), folder or ".")

        def entry(match):
            start, href = match.groups()
            if "*" in href:
                found = fnmatch.filter(self.pages, os.path.join(folder, href))
                # README.md, if there is one, comes first.
                found.sort(key=lambda path: (os.path.basename(path) != "README.md", path))
                return "\n".join(f"{start}name: '{self.title(path)}'\n{' ' * len(start)}href: {link(path)}" for path in found)
            if href.endswith(".md"):
                href = link(os.path.normpath(os.path.join(folder, href)))
            return f"{start}href: {href}"

        text = re.sub(r"^( *(?:- )?)href: (\S+)$", entry, self.read(os.path.join("eng/site", name)), flags=re.MULTILINE)
        self.write(os.path.join(folder, "toc.yml"), text)
        for path in listed:
            if path not in self.pages:
                self.errors.append(f"eng/site/{name}: {path} does not exist.")
        return listed


def main():
    site = Site(sys.argv[1])
    for page in site.pages:
        site.add_page(page)
    site.copy("eng/icon.png", "icon.png")
    site.copy("eng/site/api.md", "api/index.md")
    listed = site.add_contents("toc.yml", "") + site.add_contents("toc-docs.yml", "docs")
    for page in site.pages:
        if listed.count(page) != 1:
            site.errors.append(f"{page}: listed {listed.count(page)} times in eng/site/toc.yml and eng/site/toc-docs.yml; list it once.")
    for error in sorted(site.errors):
        print(error, file=sys.stderr)
    sys.exit(bool(site.errors))


main()
