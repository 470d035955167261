"""What is shipped, held against itself: alerts against their tests and their run-book, the dashboard's layout and units."""
import itertools
import pathlib
import re
import unittest

import queries
import yaml

SEVERITIES = {"warning", "critical"}


class Alerts(unittest.TestCase):

    def test_alerts_all_haveTheirSectionOfTheRunBook(self):
        sections = re.findall(r"^### (\S+)$", pathlib.Path("docs/operations.md").read_text(encoding="utf-8"), re.MULTILINE)
        self.assertEqual([rule["alert"] for rule in queries.alerts()], [name for name in sections if name.startswith("ClipServe")])
        for rule in queries.alerts():
            self.assertEqual(f"docs/operations.md#{rule['alert'].lower()}", rule["annotations"]["runbook"])

    def test_alerts_all_haveASeverityAndWords(self):
        for rule in queries.alerts():
            self.assertIn(rule["labels"]["severity"], SEVERITIES)
            self.assertEqual({"summary", "description", "runbook"}, set(rule["annotations"]))

    def test_alerts_all_areTestedToFireAndNotToFire(self):
        tests = yaml.safe_load(pathlib.Path("ops/prometheus/alerts_test.yml").read_text(encoding="utf-8"))["tests"]
        cases = [case for test in tests for case in test.get("alert_rule_test", [])]
        names = {rule["alert"] for rule in queries.alerts()}
        self.assertEqual(names, {case["alertname"] for case in cases if case["exp_alerts"]})
        self.assertEqual(names, {case["alertname"] for case in cases if not case["exp_alerts"]})


class Dashboard(unittest.TestCase):

    def test_panels_all_haveADescriptionAUnitAndTheChosenSource(self):
        for panel in queries.panels():
            with self.subTest(panel["title"]):
                self.assertTrue(panel["description"])
                self.assertTrue(panel["fieldConfig"]["defaults"]["unit"])
                for part in (panel, *panel["targets"]):
                    self.assertEqual("${datasource}", part["datasource"]["uid"])

    def test_panels_ofTimes_areInSeconds(self):
        for panel in queries.panels():
            quantiles = [target for target in panel["targets"] if "histogram_quantile" in target["expr"]]
            self.assertIn(panel["fieldConfig"]["defaults"]["unit"], {"s"} if quantiles else {panel["fieldConfig"]["defaults"]["unit"]})
            bytes_shown = all("_bytes{" in target["expr"] for target in panel["targets"])
            self.assertEqual(bytes_shown, panel["fieldConfig"]["defaults"]["unit"] == "bytes", panel["title"])

    def test_panels_any_overlapNoOther(self):
        cells = list(itertools.chain.from_iterable(self.cells(panel["gridPos"]) for panel in queries.dashboard()["panels"]))
        self.assertEqual(len(cells), len(set(cells)))
        self.assertLess(max(x for x, _ in cells), 24)

    @staticmethod
    def cells(place):
        return itertools.product(range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"]))

    def test_ids_ofPanels_areDifferent(self):
        ids = [panel["id"] for panel in queries.dashboard()["panels"]]
        self.assertEqual(sorted(ids), sorted(set(ids)))
