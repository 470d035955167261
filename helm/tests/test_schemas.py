"""What is rendered is valid for Kubernetes, strictly: no field that its schema does not know."""
import functools
import os
import pathlib

import jsonschema
import pytest
import yaml
from chart import FEATURES, VERSIONS, feature, render, together
from kubernetes_validate import utils
from referencing import Registry, Resource

EVERYTHING = together(*(feature(name) for name in (
    "hpa", "ingress", "http-route", "redis-bundled", "label-sets", "urls", "monitoring", "gpu", "model-init-claim")))
VALUES = {"defaults": {}, "everything": EVERYTHING, **{name: feature(name) for name in FEATURES}}
CUSTOM = {
    "HTTPRoute": "gateway.networking.k8s.io_httproutes.yaml",
    "ScaledObject": "keda.sh_scaledobjects.yaml",
    "ServiceMonitor": "monitoring.coreos.com_servicemonitors.yaml",
    "PrometheusRule": "monitoring.coreos.com_prometheusrules.yaml",
}


@functools.cache
def kubernetes(version, kind, api):
    """The validator of a kind of Kubernetes' own, from PyPI's kubernetes-validate."""
    folder = f"kubernetes-json-schema/v{version}.0-local-strict"
    group = api.split("/")[0].split(".")[0] + "-" + api.split("/")[1] if "/" in api else api
    schema = utils.schema_contents(f"{folder}/{kind.lower()}-{group}.json", version)
    return jsonschema.Draft202012Validator(schema, registry=definitions(folder, version).with_resource("", Resource.from_contents(schema)))


@functools.cache
def definitions(folder, version):
    return Resource.from_contents(utils.schema_contents(f"{folder}/_definitions.json", version)) @ Registry()


@functools.cache
def custom(kind, api):
    """The validator of a custom resource, from its project's own definition. Its rules in CEL are not looked at."""
    path = pathlib.Path(os.environ["CRDS"]) / CUSTOM[kind]
    versions = yaml.safe_load(path.read_text(encoding="utf-8"))["spec"]["versions"]
    schema = next(v for v in versions if v["name"] == api.split("/")[1])["schema"]["openAPIV3Schema"]
    return jsonschema.Draft202012Validator(strict(schema))


def strict(schema):
    """As the API server reads it: unknown fields are wrong unless they are said to be kept."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    whole = {key: strict(value) for key, value in schema.items()}
    if whole.pop("x-kubernetes-int-or-string", False):
        whole["type"] = ["integer", "string"]
    if isinstance(schema.get("properties"), dict) and isinstance(schema.get("type"), str):
        keeps = schema.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in schema
        if not keeps and schema["properties"].keys() != {"metadata"}:
            whole["additionalProperties"] = False
    return whole


def faults(version, document):
    kind, api = document["kind"], document["apiVersion"]
    validator = custom(kind, api) if kind in CUSTOM else kubernetes(version, kind, api)
    return [f"{kind} {document['metadata']['name']}, {e.json_path}: {e.message}" for e in validator.iter_errors(document)]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", VALUES)
def test_objects_ofEachFeature_areValidInEachVersion(version, name):
    documents = render(VALUES[name], version).values()
    assert [fault for document in documents for fault in faults(version, document)] == []


def test_everything_hasEveryKindThatTheChartMakes():
    kinds = {kind for kind, _ in render(EVERYTHING)} | {kind for kind, _ in render(feature("keda"))}
    assert kinds >= {"Deployment", "StatefulSet", "Service", "Ingress", "NetworkPolicy", "PersistentVolumeClaim", *CUSTOM}


@pytest.mark.parametrize(
    ("kind", "values", "path", "wrong"),
    [
        ("Deployment", {}, ("spec", "template", "spec"), "automountServiceAccountTokens"),
        ("HTTPRoute", feature("http-route"), ("spec",), "hostname"),
        ("ScaledObject", feature("keda"), ("spec",), "minReplicas"),
        ("ServiceMonitor", feature("monitoring"), ("spec",), "endpoint"),
        ("PrometheusRule", feature("monitoring"), ("spec",), "rules"),
    ],
)
def test_validation_ofAnUnknownField_findsIt(kind, values, path, wrong):
    document = yaml.safe_load(yaml.safe_dump(next(o for (k, _), o in render(values).items() if k == kind)))
    functools.reduce(dict.__getitem__, path, document)[wrong] = "x"
    assert any(wrong in fault for fault in faults(VERSIONS[-1], document))
