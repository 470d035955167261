"""The queries that are shipped: those of the dashboard, and those of the alerts and recording rules; and what is in them."""
import json
import pathlib
import re

import promql_parser as promql
import yaml

FILES = pathlib.Path("helm/clipserve/files")
# What Grafana puts in their places, where everything is chosen.
VARIABLES = {"$__rate_interval": "5m", "$job": "clipserve", "$namespace": ".*", "$instance": ".+", "$model": ".+"}
COMPARISONS = {">", "<", ">=", "<=", "==", "!="}


def rules():
    groups = yaml.safe_load((FILES / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def alerts():
    return [rule for rule in rules() if "alert" in rule]


def dashboard():
    return json.loads((FILES / "dashboard.json").read_text(encoding="utf-8"))


def panels():
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def filled(query):
    for name, value in VARIABLES.items():
        query = query.replace(name, value)
    if "$" in query:
        raise ValueError(f"a variable that is not known: {query}")
    return query


def dashboard_queries():
    """Title → query, of each target of each panel, with variables filled in."""
    return {f"{panel['title']} {target['refId']}": filled(target["expr"]) for panel in panels() for target in panel["targets"]}


def values(expression):
    """What an expression compares with thresholds, or asks for the absence of: where the service runs, it is there.

    An offset is left out, as a service that was just started has no past.
    """
    parts = _values(promql.parse(expression))
    return [re.sub(r" offset \w+", "", part) for part in parts]


def _values(node):
    if isinstance(node, promql.ParenExpr):
        return _values(node.expr)
    if isinstance(node, promql.Call) and node.func.name == "absent":
        return _values(node.args[0])
    if isinstance(node, promql.BinaryExpr) and str(node.op) in COMPARISONS:
        return _values(node.lhs)
    if isinstance(node, promql.BinaryExpr) and str(node.op) in ("and", "or"):
        return _values(node.lhs) + _values(node.rhs)
    if isinstance(node, promql.BinaryExpr) and str(node.op) == "unless":
        return _values(node.lhs)
    return [str(node)]


def selectors(expression):
    """Metric → the labels that the expression chooses by, with their values where these are plain: {"job": "clipserve"}.

    Without the namespace, which there is on Kubernetes only.
    """
    found = {}
    for name, matchers in re.findall(r"\b([a-z_:][a-z0-9_:]*)\{([^}]*)\}", str(promql.parse(expression))):
        labels = found.setdefault(name, {})
        for label, operator, value in re.findall(r'(\w+)(=~|!=|!~|=)"([^"]*)"', matchers):
            if label != "namespace":
                labels.setdefault(label, set()).update({value} if operator == "=" else set())
    return found


def grouped_by(expression):
    """The labels that aggregations keep, but those that buckets and Prometheus's own side have."""
    kept = re.findall(r"\bby \(([^)]*)\)", expression)
    return {label.strip() for labels in kept for label in labels.split(",")} - {"le", "job", "instance", "namespace"}
