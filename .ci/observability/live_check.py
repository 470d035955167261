"""What Prometheus knows of the service after a load: all that the dashboard and the alerts ask for, and the right numbers."""
import pathlib
import re
import subprocess
import unittest
import urllib.request

import queries
from stack import until

# Set by whoever runs these.
asked = None
load = None
service_url = None

# What the load was made to get; what else there may be is counted just the same.
PROVOKED = {"not-an-image", "corrupt-image", "invalid-labels", "unauthenticated", "missing-scope", "url-not-allowed", "deadline-exceeded",
            "overloaded", "label-set-store-unavailable"}
REFUSED = 'clipserve_requests_refused_requests_total{job="clipserve"}'
ANSWERED = 'http_server_requests_seconds_count{job="clipserve", uri!~"/actuator/.*|/v2/health/.*"}'
OURS = re.compile(r"(clipserve_|process_memory_)")
# Of Prometheus itself, or recorded by the rules.
NOT_SCRAPED = re.compile(r"up$|job:")


def counted_by(label, series):
    return {labels[label]: value for labels, value in asked.query(f"sum by ({label}) ({series}) > 0")}


class TheLoadIsVisible(unittest.TestCase):

    def test_load_ofAllKinds_gotWhatItWasMadeToGet(self):
        self.assertLessEqual(PROVOKED, set(load.problems), load.problems)
        self.assertGreater(load.statuses[200], 100)

    def test_answers_byStatus_areAsManyAsTheClientGot(self):
        expected = {str(status): number for status, number in load.statuses.items()}
        until(f"answers by status to be {expected}", lambda: counted_by("status", ANSWERED) == expected)

    def test_problems_byReason_areAsManyAsTheClientGot(self):
        until(f"problems by reason to be {dict(load.problems)}", lambda: counted_by("reason", REFUSED) == load.problems)

    def test_rates_duringTheLoad_areAboveZero(self):
        for series in (ANSWERED, REFUSED, 'clipserve_batch_size_items_sum{queue="image"}', 'clipserve_batch_size_items_sum{queue="text"}'):
            self.assertGreater(asked.number(f"sum(rate({series}[5m]))"), 0, series)


class EveryQueryIsAnswered(unittest.TestCase):

    def test_dashboard_eachQuery_hasNumbers(self):
        for title, query in queries.dashboard_queries().items():
            with self.subTest(title):
                self.assertTrue(asked.query(query), query)

    def test_dashboard_eachVariable_hasValues(self):
        for variable in queries.dashboard()["templating"]["list"]:
            # "All" of those that may match nothing is right without values, too.
            if variable["type"] == "query" and variable.get("allValue") != ".*":
                with self.subTest(variable["name"]):
                    series, label = re.fullmatch(r"label_values\((.*), (\w+)\)", queries.filled(variable["query"]["query"])).groups()
                    self.assertTrue(asked.get(f"label/{label}/values", **{"match[]": series}))

    def test_dashboard_eachAnnotation_canBeAsked(self):
        for annotation in queries.dashboard()["annotations"]["list"]:
            for value in queries.values(queries.filled(annotation["expr"])):
                self.assertTrue(asked.query(value), value)

    def test_rules_afterTheyWereEvaluated_areHealthy(self):
        rules = [rule for group in asked.get("rules")["groups"] for rule in group["rules"]]
        self.assertEqual({"alert": len(queries.alerts())}, {"alert": sum(rule["type"] == "alerting" for rule in rules)})
        self.assertEqual([], [(rule["name"], rule.get("lastError")) for rule in rules if rule["health"] != "ok"])

    def test_rules_whatTheyCompare_hasNumbers(self):
        for rule in queries.rules():
            for value in queries.values(rule["expr"]):
                with self.subTest(rule.get("alert") or rule["record"]):
                    self.assertTrue(asked.query(value), value)

    def test_redis_endedUnderTheService_isWhatTheAlertSees(self):
        alert = next(rule for rule in queries.alerts() if rule["alert"] == "ClipServeLabelSetStoreAway")
        until("the alert's condition", lambda: asked.query(alert["expr"]))


class EveryMeterExists(unittest.TestCase):

    def expressions(self):
        return [*queries.dashboard_queries().values(), *[rule["expr"] for rule in queries.rules()]]

    def series(self, metric):
        return [labels for labels in asked.get("series", **{"match[]": metric}) if labels["__name__"] == metric]

    def test_metrics_inQueries_haveTheLabelsThatTheQueriesUse(self):
        for expression in self.expressions():
            kept = set()
            for metric, labels in queries.selectors(expression).items():
                with self.subTest(metric):
                    series = self.series(metric)
                    self.assertTrue(series, f"no {metric}")
                    for label, values in labels.items():
                        there = {one.get(label) for one in series}
                        self.assertTrue(there - {None}, f"{metric} has no label {label}")
                        self.assertLessEqual(values, there, f"{metric}, {label}")
                    kept.update(*series)
            self.assertLessEqual(queries.grouped_by(expression), kept, expression)

    def test_metrics_inQueries_areDocumented(self):
        documented = pathlib.Path("docs/metrics.md").read_text(encoding="utf-8")
        used = {metric for expression in self.expressions() for metric in queries.selectors(expression) if OURS.match(metric)}
        self.assertGreater(len(used), 15)
        self.assertEqual([], [metric for metric in sorted(used) if re.sub(r"_(bucket|sum|count)$", "", metric) not in documented])

    def test_metrics_ofTheServiceItself_areAsPrometheusWantsThem(self):
        request = urllib.request.Request(f"{service_url}/actuator/prometheus", headers={"Authorization": "Bearer scraper"})
        text = urllib.request.urlopen(request, timeout=30).read()
        found = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, check=False)
        complaints = (found.stdout + found.stderr).decode().splitlines()
        self.assertEqual([], [line for line in complaints if OURS.match(line) or "error" in line])
