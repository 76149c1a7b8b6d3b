# SPDX-License-Identifier: Apache-2.0
"""Shows pages and pictures in a headless Chromium, and looks for what is wrong with them.

    check.py CHROMIUM FILE... [--keep FOLDER] [--faults FILE...]

With --keep each view stays as a PNG. Of --faults each has to be found: the first line of the file says what is wrong. Exit status: 0 all is well, 1 something is not, 3 the browser failed.
"""

import argparse
import collections
import os
import re
import sys
import time

sys.dont_write_bytecode = True
from chromium import Chromium, Stuck  # noqa: E402
from png import pixels  # noqa: E402

WIDTHS = (360, 900, 1600)
# Width of the window, colour scheme, medium. Paper is A4: 794 px.
VIEWS = [(width, scheme, "screen") for width in WIDTHS for scheme in ("light", "dark")] + [(794, "light", "print")]


def emptiness(data):
    """Why a view shows nothing, or None."""
    rows = pixels(data)
    counts = collections.Counter(pixel for row in rows for pixel in row)
    total = sum(counts.values())
    drawn = total - counts.most_common(1)[0][1]
    if len(counts) < 16:
        return f"it has only {len(counts)} colours"
    if drawn * 100 < total:
        return f"only {drawn} of {total} pixels are not background"
    return None


def look(browser, path, view, script, keep):
    """The problems of one view, and what was counted."""
    width, scheme, medium = view
    asked = browser.open(path, width, scheme=scheme, medium=medium)
    problems = [f"it asks for {url[:100]}" for url in asked if not url.startswith("file://")]
    if len(asked) != 1:
        problems.append(f"{len(asked)} requests, expected the page's own alone")
    found = browser.evaluate(script)
    problems += found["problems"]
    empty = emptiness(browser.screenshot(scale=0.12, height=2000))
    if empty:
        problems.append(empty)
    if keep:
        name = f"{os.path.basename(path)}-{width}-{scheme}-{medium}.png"
        with open(os.path.join(keep, name), "wb") as file:
            file.write(browser.screenshot())
    return problems, found


def found_faults(browser, files, script):
    """How many of the files are not found to be wrong in the way that they say."""
    missed = 0
    for name in files:
        with open(name, encoding="utf-8") as file:
            expected = re.match(r"<!-- expects: (.*) -->", file.readline()).group(1)
        problems, _ = look(browser, os.path.realpath(name), (900, "light", "screen"), script, None)
        if not any(expected in problem for problem in problems):
            missed += 1
            print(f"test-browser: {os.path.basename(name)}: \"{expected}\" was not found, but {problems}")
    print(f"test-browser: {len(files) - missed} of {len(files)} faulty pages are found to be wrong")
    return missed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("chromium")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--keep")
    parser.add_argument("--faults", nargs="*", default=[])
    arguments = parser.parse_args()
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "checks.js"), encoding="utf-8") as file:
        script = file.read()
    started, failed, views, counts = time.monotonic(), 0, 0, collections.Counter()
    browser = Chromium(arguments.chromium)
    try:
        failed += found_faults(browser, arguments.faults, script)
        for name in arguments.files:
            path = os.path.realpath(name)
            contrast, pages = 99, 0
            for view in VIEWS:
                problems, found = look(browser, path, view, script, arguments.keep)
                views += 1
                counts.update(found["counts"])
                contrast = min(contrast, found["least"])
                for problem in problems:
                    failed += 1
                    print(f"test-browser: {os.path.basename(name)}, {view[0]} px, {view[1]}, {view[2]}: {problem}")
            paper = browser.pdf()
            pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", paper))
            if not paper.startswith(b"%PDF") or pages == 0:
                failed += 1
                print(f"test-browser: {os.path.basename(name)}: it cannot be printed")
            said = "" if contrast == 99 else f", least contrast {contrast}"
            print(f"test-browser: {os.path.basename(name)}: {len(VIEWS)} views, {pages} pages on paper{said}")
    except Stuck as problem:
        print(f"test-browser: {problem}", file=sys.stderr)
        return 3
    finally:
        browser.close()
    looked = ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))
    print(
        f"test-browser: {len(arguments.files)} files, {views} views, {looked}, {failed} problems, "
        f"{time.monotonic() - started:.0f} s")
    return 1 if failed else 0


sys.exit(main())
