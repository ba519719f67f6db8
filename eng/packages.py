#!/usr/bin/env python3
"""Checks the packages of a release and lists what a release pushes: packages.py VERSION FOLDER"""
import glob
import os
import sys
import xml.etree.ElementTree
import zipfile

LIBRARIES = {"FashionAE.Torch", "FashionAE.Torch.Mpi", "FashionAE.MLNet", "FashionAE.Report", "FashionAE.Report.AspNetCore", "FashionAE.Extensions"}
OTHERS = {"FashionAE.Cli", "FashionAE.Templates"}
PARTS = ("README.md", "CHANGELOG.md", "LICENSE", "icon.png")


def check(path, version):
    """The name of a package, and its faults."""
    faults = []
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        manifest = xml.etree.ElementTree.fromstring(package.read(next(name for name in names if name.endswith(".nuspec"))))
    values = {element.tag.rpartition("}")[2]: element for element in manifest.iter()}
    text = {name: element.text or "" for name, element in values.items()}
    name = text["id"]
    if text.get("version") != version:
        faults.append(f"its version is {text.get('version')}")
    faults += (f"{part} is missing" for part in PARTS if part not in names)
    for field, value in (("readme", "README.md"), ("icon", "icon.png"), ("license", "MIT")):
        if text.get(field) != value:
            faults.append(f"<{field}> is {text.get(field)!r}, not {value!r}")
    faults += (f"<{field}> is empty" for field in ("authors", "description", "tags", "releaseNotes", "copyright") if not text.get(field, "").strip())
    if "repository" not in values or not values["repository"].get("url"):
        print(f"{name}: <repository> has no address, because no remote of this clone has a web address. A release must have it.", file=sys.stderr)
        if os.environ.get("GITHUB_ACTIONS"):
            faults.append("<repository> has no address")
    if name in LIBRARIES:
        library = f"lib/net10.0/{name}"
        faults += (f"{library}{suffix} is missing" for suffix in (".dll", ".xml") if library + suffix not in names)
        symbols = path[:-len("nupkg")] + "snupkg"
        if not os.path.exists(symbols):
            faults.append(f"{os.path.basename(symbols)} is missing")
        else:
            with zipfile.ZipFile(symbols) as package:
                if library + ".pdb" not in package.namelist():
                    faults.append(f"{os.path.basename(symbols)} has no {library}.pdb")
    return name, faults


def main():
    version, folder = sys.argv[1:]
    found = set()
    failed = False
    for path in sorted(glob.glob(os.path.join(folder, "*.nupkg"))):
        name, faults = check(path, version)
        found.add(name)
        for fault in faults:
            failed = True
            print(f"{os.path.basename(path)}: {fault}.", file=sys.stderr)
    for name in sorted((LIBRARIES | OTHERS) ^ found):
        failed = True
        print(f"{name}: " + ("is a package that eng/packages.py does not know." if name in found else "was not packed."), file=sys.stderr)
    if failed:
        sys.exit(1)
    print("A release pushes:")
    for path in sorted(glob.glob(os.path.join(folder, "*.*nupkg"))):
        print(f"  {os.path.basename(path):50} {os.path.getsize(path) / 1024:10,.0f} KiB")


main()
