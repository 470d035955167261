"""Checks the pages: their links, and each block by executing it and comparing with the output shown below it.

    check.py [--renew] [PAGE…]

A block is shell or Python, which is executed; a file for later commands; the output of the block before it; or marked with the reason why
it is not executed. Anything else is a fault.
"""
import concurrent.futures
import contextlib
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
import service  # noqa: E402
from folder import ROOT, Addresses, Folder, tracked  # noqa: E402
from local_hub import Hub  # noqa: E402
from outputs import renewed, same  # noqa: E402
from page import EXECUTED, Fault, Page, check_links  # noqa: E402

AT_A_TIME = 2
# The model that ships, under the names that the pages pull.
SHIPPED = ROOT / "models" / "mini-clip"
PULLED = ("Xenova/clip-vit-base-patch32", "someone/my-clip")


class Run:
    """One page's blocks, executed in their order."""

    def __init__(self, page, addresses, renew):
        self.page, self.addresses, self.renew = page, addresses, renew
        self.executed = self.compared = 0
        self.left_out, self.outputs, self.faults = [], [], []

    def all(self):
        began = time.monotonic()
        with contextlib.ExitStack() as stack:
            folder, files, output = Folder(stack, self.addresses), {}, None
            for block in self.page.blocks():
                output = self.one(block, folder, files, output)
            for name in files:
                self.fault(files[name], f"no command uses the file {name}")
        if self.renew and self.outputs:
            self.page.replace(self.outputs)
        self.seconds = time.monotonic() - began
        return self

    def one(self, block, folder, files, output):
        """Gives the output that the next block may show."""
        if "not run" in block.marks:
            if "hidden" not in block.marks:
                self.left_out.append((block, block.marks["not run"]))
            return None
        if "file" in block.marks:
            name = block.marks["file"]
            (folder.path / name).write_text(block.text, encoding="utf-8")
            files[name] = block
            return None
        if block.language in EXECUTED:
            for name in [name for name in files if name in block.text or name == "application.yaml"]:
                del files[name]
            return self.execute(block, folder)
        if output is None:
            self.fault(block, "neither executed, nor the output of what was, nor marked with why not")
        else:
            self.compare(block, output)
        return None

    def execute(self, block, folder):
        code, output = folder.run(block.language, block.text)
        expected = int(block.marks.get("exits", 0))
        if code != expected:
            self.fault(block, f"ended with {code} instead of {expected}:\n{block.text}{output}")
            return None
        self.executed += 1
        return output

    def compare(self, block, output):
        self.compared += 1
        if same(block.text, output, block.marks.get("output") == "shape"):
            return
        text = renewed(block.text, output) if self.renew else None
        if text is None:
            self.fault(block, f"shows\n{block.text}but what came back is\n{output}")
        else:
            self.outputs.append((block, text))

    def fault(self, block, words):
        self.faults.append(f"{self.page.path}:{block.first + 1}: {words}")

    def summary(self):
        renewed_ones = f", {len(self.outputs)} renewed" if self.outputs else ""
        return (f"{self.page.path}: {self.executed} executed, {self.compared} outputs{renewed_ones}, "
                f"{len(self.left_out)} not run, {self.seconds:.0f} s")


def execute(pages, renew):
    shipped = {str(path.relative_to(SHIPPED)): path for path in SHIPPED.rglob("*") if path.is_file() and path.name != "bundle.json"}
    with service.running() as shared, Hub(shipped, *PULLED) as hub, concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        runs = []
        for done in pool.map(lambda page: Run(page, Addresses(shared, hub.endpoint), renew).all(), pages):
            print(done.summary(), flush=True)
            runs.append(done)
    for run in runs:
        for block, reason in run.left_out:
            print(f"not run: {run.page.path}:{block.first + 1}: {reason}")
    print(f"{len(runs)} pages: {sum(run.executed for run in runs)} blocks executed, {sum(run.compared for run in runs)} outputs compared, "
          f"{sum(len(run.left_out) for run in runs)} not run")
    return [fault for run in runs for fault in run.faults]


def main():
    renew, named = "--renew" in sys.argv, [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    files = tracked()
    pages = [Page(name) for name in files if name.endswith(".md")]
    unknown = set(named) - {str(page.path) for page in pages}
    if unknown:
        sys.exit(f"no page is called {', '.join(sorted(unknown))}; they are named from the repository's root, as docs/cli.md")
    count, faults = check_links(pages, {ROOT / name for name in files})
    print(f"{count} links in {len(pages)} pages")
    chosen = [page for page in pages if page.blocks() and (not named or str(page.path) in named)]
    if not faults:
        faults = execute(chosen, renew)
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    try:
        main()
    except Fault as fault:
        sys.exit(str(fault))
