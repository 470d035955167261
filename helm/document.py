"""Takes what each value means from values.yaml into README.md and values.schema.json, so that it is written once.

A comment "# -- …" above a key says what its value means. A map without one is a group: each of its keys has its own.
With --check nothing is written, and it is an error if something would be.
"""
import json
import pathlib
import re
import sys

import yaml

CHART = pathlib.Path(__file__).parent / "clipserve"
BEGIN, END = "<!-- values: begin -->\n", "<!-- values: end -->\n"


def comment_above(lines, line):
    """The comment that ends right above a line; None where there is none."""
    first = line
    while first > 0 and lines[first - 1].lstrip().startswith("#"):
        first -= 1
        if lines[first].lstrip().startswith("# -- "):
            return " ".join(text.lstrip().removeprefix("#").removeprefix(" --").strip() for text in lines[first:line])
    return None


def values(text):
    """(path, default, meaning) of each value, in the order of the file."""
    lines = text.splitlines()

    def walk(node, data, path):
        for key, value in node.value:
            name, default = (*path, key.value), data[key.value]
            meaning = comment_above(lines, key.start_mark.line)
            if meaning is not None:
                yield name, default, meaning
            elif isinstance(default, dict) and default:
                yield from walk(value, default, name)
            else:
                sys.exit(f"values.yaml, line {key.start_mark.line + 1}: {'.'.join(name)} has no comment '# -- …' above it")

    return list(walk(yaml.compose(text), yaml.safe_load(text), ()))


def table(rows):
    lines = ["| value | default | meaning |\n", "|---|---|---|\n"]
    for path, default, meaning in rows:
        shown = json.dumps(default, ensure_ascii=False).replace("|", "\\|")
        lines.append(f"| `{'.'.join(path)}` | `{shown}` | {meaning.replace('|', chr(92) + '|')} |\n")
    return "".join(lines)


def described(schema, rows):
    """The schema with a description of each value, and with no other properties than the values."""
    for path, _, meaning in rows:
        node = schema
        for name in path:
            if name not in node.get("properties", {}):
                sys.exit(f"values.schema.json lacks {'.'.join(path)}")
            node = node["properties"][name]
        node["description"] = meaning
    known = {path[:length] for path, _, _ in rows for length in range(1, len(path) + 1)} | {("global",), ("enabled",)}
    groups = known - {path for path, _, _ in rows}
    stack = [((), schema)]
    while stack:
        path, node = stack.pop()
        if path and path not in groups:
            continue
        for name, child in node.get("properties", {}).items():
            if (*path, name) not in known:
                sys.exit(f"values.schema.json has {'.'.join((*path, name))}, which values.yaml lacks")
            stack.append(((*path, name), child))
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main():
    rows = values((CHART / "values.yaml").read_text(encoding="utf-8"))
    readme = (CHART / "README.md").read_text(encoding="utf-8")
    schema = (CHART / "values.schema.json").read_text(encoding="utf-8")
    wanted = {
        "README.md": re.sub(f"{BEGIN}.*{END}", lambda _: BEGIN + table(rows) + END, readme, flags=re.S),
        "values.schema.json": described(json.loads(schema), rows),
    }
    stale = [name for name, text in wanted.items() if text != (CHART / name).read_text(encoding="utf-8")]
    if "--check" not in sys.argv:
        for name in stale:
            (CHART / name).write_text(wanted[name], encoding="utf-8")
    elif stale:
        sys.exit(f"{' and '.join(stale)} do not say what values.yaml says; run python helm/document.py")
    print(f"{len(rows)} values, all of them documented")


if __name__ == "__main__":
    main()
