"""What the checker takes for a fault, and what not."""
import os
import pathlib
import tempfile
import unittest

import check
from outputs import renewed, same
from page import Fault, Page, check_links


class Answering:
    """A folder whose commands print what they are."""

    def __init__(self, path, code=0):
        self.path, self.code = pathlib.Path(path), code

    def run(self, language, text):
        return self.code, f"{language}: {text}"


class PagesTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = pathlib.Path(self.temporary.name).resolve()

    def page(self, text, name="page.md"):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return Page(path)

    def faults(self, text, code=0, renew=False):
        page = self.page(text)
        run = check.Run(page, None, renew)
        output, files = None, {}
        for block in page.blocks():
            output = run.one(block, Answering(self.folder, code), files, output)
        if run.outputs:
            page.replace(run.outputs)
        return run.faults

    def test_block_neitherRunNorMarked_isFault(self):
        self.assertEqual(len(self.faults("```yaml\na: 1\n```\n")), 1)
        self.assertEqual(self.faults("<!-- not run: no need -->\n```yaml\na: 1\n```\n"), [])

    def test_output_asItCameBack_isNoFault(self):
        self.assertEqual(self.faults("```sh\nx\n```\n\n```\nsh: x\n```\n"), [])

    def test_output_other_isFaultUnlessRenewed(self):
        text = "```sh\nx\n```\n\n```\nsh: y\n```\n\nEnd\n"
        self.assertEqual(len(self.faults(text)), 1)
        self.assertEqual(self.faults(text, renew=True), [])
        self.assertEqual((self.folder / "page.md").read_text(), text.replace("sh: y", "sh: x"))

    def test_outputOfCommandThatFailed_isFaultForBoth(self):
        self.assertEqual(len(self.faults("```sh\nx\n```\n\n```\nsh: x\n```\n", code=1)), 2)
        self.assertEqual(self.faults("<!-- exits: 1 -->\n```sh\nx\n```\n", code=1), [])

    def test_secondOutputOfOneCommand_isFault(self):
        self.assertEqual(len(self.faults("```sh\nx\n```\n```\nsh: x\n```\n```\nsh: x\n```\n")), 1)

    def test_markFarFromItsBlock_isFault(self):
        with self.assertRaises(Fault):
            self.page("<!-- exits: 1 -->\n\nWords.\n\n```sh\nx\n```\n").blocks()

    def test_indentedCode_isFault(self):
        with self.assertRaises(Fault):
            self.page("Words.\n\n    code\n").blocks()

    def test_links_toNothing_areFaults(self):
        other = self.page("# A `b` title, twice\n\n# A b title twice\n", "other.md")
        page = self.page("[a](other.md#a-b-title-twice) [b](other.md#a-b-title-twice-1) [c](other.md#c) [d](none.md) [e](http:/x) [f](#g)\n")
        count, faults = check_links([page, other], {page.path, other.path})
        self.assertEqual(count, 6)
        self.assertEqual([fault.split(": ")[1] for fault in faults], ["other.md#c", "none.md", "http:/x", "#g"])


class OutputsTest(unittest.TestCase):
    def test_numbers_nearEnough_areTheSame(self):
        self.assertTrue(same("p 0.99972254  2.15E-4", "p 0.99972260 2.2E-4\n", False))
        self.assertFalse(same("p 0.9997", "p 0.9990", False))
        self.assertTrue(same("4.50 %", "4.51 %", False))
        self.assertFalse(same("4.50 %", "4.52 %", False))
        self.assertFalse(same("3 rows", "4 rows", False))
        self.assertFalse(same("v8cc4", "v8cc5", False))

    def test_shape_leavesNumbersAndBarsOut(self):
        self.assertTrue(same("p50  13.58  ████", "p50 7.1 █", True))
        self.assertFalse(same("p50 13.58", "p75 13.58", True))

    def test_elision_standsForAnything(self):
        self.assertTrue(same("[0.1, …]", "[0.1, 0.2, 0.3]", False))
        self.assertFalse(same("[0.1, …]", "[0.2, 0.2]", False))

    def test_renewal_keepsWhatIsLeftOut(self):
        self.assertEqual(renewed("[0.1, …]", "[0.5, 0.2, 0.3]"), "[0.5, …]")
        self.assertIsNone(renewed("[0.1, …]", "nothing"))
        self.assertEqual(renewed("old", "new\n"), "new")


if __name__ == "__main__":
    os.chdir(pathlib.Path(__file__).parents[2])
    unittest.main()
