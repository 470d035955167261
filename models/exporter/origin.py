"""Where a checkpoint comes from, and under which licence."""
import dataclasses
import pathlib
import re

from refused import Refused


@dataclasses.dataclass
class Origin:
    """What a checkpoint says of itself; what is None has to be said by whoever exports it."""

    name: str
    address: str
    licence: str | None = None
    revision: str | None = None


def origin_of(source, revision=None):
    """Of a folder, by its model card; or of a name on the hub, by its model card there."""
    folder = pathlib.Path(source)
    if folder.is_dir():
        card = folder / "README.md"
        found = re.search(r"^license:\s*(\S+)", card.read_text(encoding="utf-8"), re.MULTILINE) if card.is_file() else None
        name = folder.resolve().name
        return Origin(name, name, found and found.group(1), revision)
    from huggingface_hub import HfApi

    try:
        info = HfApi().model_info(source, revision=revision)
    except Exception as e:  # of whichever HTTP library the hub's client has
        raise Refused(f"the hub does not tell licence and revision of {source}: {e}; export a folder with its files") from e
    licence = info.card_data.get("license") if info.card_data else None
    return Origin(source.split("/")[-1], f"hf:{source}", licence, info.sha)
