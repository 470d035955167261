"""A page of documentation: its links, its headings, and its blocks with the marks above them.

A mark is an HTML comment, which readers do not see, right above a block:

    <!-- not run: REASON -->       the block is not executed, and why
    <!-- exits: 1 -->              the command's exit code, where it is not 0
    <!-- output: shape -->         numbers are not compared, as those of timings
    <!-- file: NAME -->            the block is written to this file, for the commands below

and, anywhere, what readers have done already or need not see:

    <!-- run: COMMANDS -->         executed like a block
"""
import dataclasses
import pathlib
import re
import urllib.parse

from markdown_it import MarkdownIt

MARK = re.compile(r"<!--\s*(not run|exits|output|file|run):\s*(.*?)\s*-->", re.S)
EXECUTED = {"sh", "python"}


class Fault(Exception):
    """Something a page says that is not so."""


@dataclasses.dataclass
class Block:
    """A fenced block; lines count from 0, those of the fence included."""

    language: str
    text: str
    first: int
    end: int
    marks: dict


class Page:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.text = self.path.read_text(encoding="utf-8")
        self.tokens = MarkdownIt("commonmark").enable("table").parse(self.text)

    def blocks(self):
        """Fenced blocks and hidden commands, in their order."""
        found, marks = [], {}
        for token in self.tokens:
            if token.type == "html_block":
                for name, value in MARK.findall(token.content):
                    if name == "run":
                        found.append(Block("sh", value + "\n", *token.map, {"hidden": value}))
                    else:
                        marks[name] = value
            elif token.type == "fence":
                found.append(Block(token.info.strip(), token.content, *token.map, marks))
                marks = {}
            elif token.type == "code_block":
                raise Fault(f"{self.path}:{token.map[0] + 1}: code that is only indented has no language; put it between fences")
            elif marks:
                raise Fault(f"{self.path}: the mark {marks} is not right above a block")
        return found

    def links(self):
        """(line, target) of each link and picture."""
        for token in self.tokens:
            for child in token.children or ():
                target = child.attrGet("href") or child.attrGet("src")
                if target:
                    yield token.map[0] + 1, target

    def anchors(self):
        """What the headings are called in addresses, as forges name them."""
        seen, names = {}, set()
        for heading, content in zip(self.tokens, self.tokens[1:]):
            if heading.type != "heading_open":
                continue
            words = "".join(child.content for child in content.children if child.type in ("text", "code_inline"))
            slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
            names.add(slug if slug not in seen else f"{slug}-{seen[slug]}")
            seen[slug] = seen.get(slug, 0) + 1
        return names

    def replace(self, outputs):
        """Writes new texts into blocks: pairs of block and text."""
        lines = self.text.splitlines(keepends=True)
        for block, text in sorted(outputs, key=lambda pair: -pair[0].first):
            lines[block.first + 1:block.end - 1] = [text.rstrip("\n") + "\n"]
        self.path.write_text("".join(lines), encoding="utf-8")


def check_links(pages, tracked):
    """Every file and heading that a page links to is there, and addresses elsewhere are well formed; gives how many links there are."""
    by_path = {page.path.resolve(): page for page in pages}
    folders = {parent for path in tracked for parent in path.parents}
    faults, count = [], 0
    for page in pages:
        for line, target in page.links():
            count += 1
            problem = fault_of(page, target, by_path, tracked | folders)
            if problem:
                faults.append(f"{page.path}:{line}: {target}: {problem}")
    return count, faults


def fault_of(page, target, by_path, known):
    parts = urllib.parse.urlsplit(target)
    if parts.scheme or parts.netloc:
        well_formed = parts.scheme in ("http", "https") and re.fullmatch(r"[\w.-]+(:\d+)?", parts.netloc)
        return None if well_formed or parts.scheme == "mailto" else "no address of the web"
    path = page.path.resolve() if not parts.path else (page.path.parent / urllib.parse.unquote(parts.path)).resolve()
    if path not in known:
        return "there is no such file in the repository"
    if parts.fragment and path in by_path and parts.fragment not in by_path[path].anchors():
        return "there is no such heading"
    return None
