"""The tables of docs/configuration.md, made of what the build knows of the settings.

    python .ci/pages/configuration.py            writes them
    python .ci/pages/configuration.py --check    finds it an error if they would change

Names, types, defaults and meanings are those of spring-configuration-metadata.json, which the compiler takes from the records; where
application.yaml has another default, it is that one. A table stands between "<!-- settings: PREFIX -->" and "<!-- end -->".
"""
import json
import os
import pathlib
import re
import subprocess
import sys

import yaml

README = pathlib.Path("README.md")
PAGE = pathlib.Path("docs/configuration.md")
CLASSES = pathlib.Path("target/classes")
METADATA = CLASSES / "META-INF" / "spring-configuration-metadata.json"
TABLE = re.compile(r"(<!-- settings: (\S+) -->\n).*?(<!-- end -->)", re.S)
TYPES = {
    "java.lang.Boolean": "true or false",
    "java.lang.Integer": "number",
    "java.lang.Long": "number",
    "java.lang.String": "text",
    "java.net.URI": "URL",
    "java.nio.file.Path": "path",
    "java.time.Duration": "duration",
    "org.springframework.util.unit.DataSize": "size",
}


def constants(name):
    """The values of an enum, as settings write them."""
    javap = os.path.join(os.environ["JAVA_HOME"], "bin", "javap")
    listed = subprocess.check_output([javap, "-cp", CLASSES, "-public", name], text=True)
    found = re.findall(rf"public static final {re.escape(name)} (\w+);", listed)
    return [constant.lower().replace("_", "-") for constant in found]


def words(name):
    """What a type is called on the page."""
    if name in TYPES:
        return TYPES[name]
    several = re.fullmatch(r"java\.util\.(List|Set)<(.*)>", name)
    if several:
        return "list of " + (words(several[2]) if several[2] not in TYPES else {"number": "numbers", "text": "texts"}[TYPES[several[2]]])
    if name.startswith("java.util.Map<"):
        return "groups by name"
    return ", ".join(f"`{value}`" for value in constants(name)) or "groups"


def variable(name, kind):
    """The environment variable for a setting, by Spring's rule; in those of groups the group stands behind."""
    below = {"groups by name": "_NAME_…", "list of groups": "_0_…"}.get(kind, "")
    return name.replace("-", "").replace(".", "_").upper() + below


def overridden():
    """Defaults that application.yaml has, flat."""
    flat = {}

    def walk(prefix, node):
        for key, value in node.items():
            walk(f"{prefix}{key}.", value) if isinstance(value, dict) else flat.update({f"{prefix}{key}": value})

    walk("", yaml.safe_load((CLASSES / "application.yaml").read_text(encoding="utf-8")))
    return flat


def default(setting, own):
    value = own.get(setting["name"], setting.get("defaultValue"))
    if value in (None, "", []):
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    text = (", ".join(value) if isinstance(value, list) else str(value)).replace("${user.home}", "~")
    # What users have where none of the variables is set: the innermost default first.
    while (resolved := re.sub(r"\$\{\w+:([^${}]*)\}", r"\1", text)) != text:
        text = resolved
    return f"`{text}`" if text else "none"


def row(setting, own):
    meaning = setting.get("description", "").strip()
    if not meaning or "{@" in meaning or meaning.split()[0].endswith("File"):
        sys.exit(f"{setting['name']} is described by {meaning!r}; it needs plain words at its record's component")
    kind = words(setting["type"])
    cells = [f"`{setting['name']}`<br>`{variable(setting['name'], kind)}`", kind, default(setting, own), escaped(meaning)]
    return "| " + " | ".join(cells) + " |\n"


def escaped(text):
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")


def tables(page, settings):
    """The page with its tables; each setting is in exactly one, that of the longest prefix."""
    prefixes = [match[2] for match in TABLE.finditer(page)]
    own, rows = overridden(), {prefix: [] for prefix in prefixes}
    for setting in settings:
        group = setting["name"].rpartition(".")[0]
        # Those right below the root have a table of their own, which is not one for all.
        fitting = [prefix for prefix in prefixes if group == prefix or (group.startswith(prefix + ".") and "." in prefix)]
        if not fitting:
            sys.exit(f"{PAGE} has no table for {setting['name']}: a line <!-- settings: {group} --> and one <!-- end --> below it make one")
        rows[max(fitting, key=len)].append(row(setting, own))
    head = "| setting, and variable | type | default | meaning |\n|---|---|---|---|\n"
    return TABLE.sub(lambda match: match[1] + head + "".join(rows[match[2]]) + match[3], page)


def check_readme(settings):
    """What the README's short table says of a default is so."""
    own, known = overridden(), {setting["name"]: setting for setting in settings}
    for name, said in re.findall(r"^\| `(clipserve\.[\w.-]+)` \| (.*?) \|", README.read_text(encoding="utf-8"), re.M):
        wanted = default(known[name], own) if name in known else sys.exit(f"{README} tells of {name}, which is no setting")
        if wanted != "none" and said.strip("`") != wanted.strip("`"):
            sys.exit(f"{README} says that {name} is {said} by default; it is {wanted}")


def main():
    settings = json.loads(METADATA.read_text(encoding="utf-8"))["properties"]
    check_readme(settings)
    page = PAGE.read_text(encoding="utf-8")
    wanted = tables(page, settings)
    if "--check" not in sys.argv:
        PAGE.write_text(wanted, encoding="utf-8")
    elif wanted != page:
        sys.exit(f"{PAGE} is not what the settings are; build, then run .ci/pages/run --renew")
    print(f"{len(settings)} settings, all of them in {PAGE}")


if __name__ == "__main__":
    main()
