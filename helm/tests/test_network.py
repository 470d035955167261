"""Who reaches the service, and what it reaches."""
import ipaddress

import pytest
from chart import feature, only, pod, refusal, render, together

DNS = [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]


def policy(values, name="clip-clipserve"):
    return only(render(values), "NetworkPolicy", name)["spec"]


def public_ports(values):
    rule = next((r for r in policy(values)["egress"] if "ipBlock" in r.get("to", [{}])[0]), {"ports": []})
    return [p["port"] for p in rule["ports"]]


@pytest.mark.parametrize("values", [{}, feature("keys"), feature("label-sets"), feature("model-image"), feature("ingress")])
def test_egress_whereNothingIsNeeded_isNoneNotEvenDns(values):
    assert policy(values)["policyTypes"] == ["Ingress", "Egress"]
    assert policy(values)["egress"] == []


def test_egress_toBundledRedis_isItsPodsPort():
    objects = render(feature("redis-bundled"))
    dns, redis = only(objects, "NetworkPolicy")["spec"]["egress"]
    assert dns["ports"] == DNS
    assert redis["ports"] == [{"port": 6379, "protocol": "TCP"}]
    target = only(objects, "StatefulSet", "clip-clipserve-redis")["spec"]["template"]["metadata"]["labels"]
    assert redis["to"][0]["podSelector"]["matchLabels"].items() <= target.items()


def test_bundledRedis_isReachedByTheServiceOnlyAndReachesNothing():
    objects = render(feature("redis-bundled"))
    redis = only(objects, "NetworkPolicy", "clip-clipserve-redis")["spec"]
    assert redis["egress"] == []
    source, = redis["ingress"][0]["from"]
    assert source["podSelector"]["matchLabels"].items() <= pod(objects)["metadata"]["labels"].items()


def test_egress_toExternalRedis_isItsPortAndAddress():
    _, redis = policy(feature("redis-external"))["egress"]
    assert redis == {"ports": [{"port": 6380, "protocol": "TCP"}], "to": [{"ipBlock": {"cidr": "192.0.2.7/32"}}]}


def test_egress_forUrls_isThePortsOfTheAllowedHosts():
    assert public_ports(feature("urls")) == [443, 80, 8443]


@pytest.mark.parametrize(
    ("config", "ports"),
    [
        ({"clipserve": {"urls": {"enabled": True, "allowed-hosts": "*"}}}, [443]),
        ({"clipserve.urls": {"enabled": "true", "allowedHosts": "a.example:8443,b.example"}}, [443, 8443]),
        ({"clipserve.urls.enabled": True, "clipserve.urls.allow-http": True}, [443, 80]),
        ({"clipserve": {"urls": {"enabled": False, "allowed-hosts": ["*"]}}}, []),
        ({"clipserve": {"urls": {"enabled": False, "proxy": "http://proxy:3128"}}}, []),
        ({"clipserve": {"models": {"b32": {"path": "hf:openai/clip-vit-base-patch32"}}}}, [443]),
        ({"clipserve.models.b32.path": "/models/b32"}, []),
    ],
)
def test_egress_toPublicServers_followsTheSettingsHoweverTheyAreWritten(config, ports):
    assert public_ports({"config": config}) == ports


@pytest.mark.parametrize(
    "config",
    [
        {"clipserve": {"urls": {"enabled": True, "allowed-hosts": ["*"], "proxy": "http://proxy:3128"}}},
        {"management": {"opentelemetry": {"tracing": {"export": {"otlp": {"endpoint": "http://collector:4318/v1/traces"}}}}}},
    ],
)
def test_egress_toWhereOnlyTheOperatorKnows_hasToBeOpened(config):
    assert "networkPolicy.extraEgress: config sets" in refusal({"config": config})
    opened = {"config": config, "networkPolicy": {"extraEgress": [{"ports": [{"port": 3128}]}]}}
    assert policy(opened)["egress"][1:] == [{"ports": [{"port": 3128}]}]
    render({"config": config, "networkPolicy": {"enabled": False}})


def test_egress_forUrls_leavesOutWhatIsNotPublic():
    rule = next(r for r in policy(feature("urls"))["egress"] if "ipBlock" in r["to"][0])
    blocks = [each["ipBlock"] for each in rule["to"]]

    def reached(address):
        address = ipaddress.ip_address(address)
        return any(
            address in ipaddress.ip_network(b["cidr"])
            and not any(address in ipaddress.ip_network(e) for e in b.get("except", []))
            for b in blocks
            if ipaddress.ip_network(b["cidr"]).version == address.version
        )

    assert reached("93.184.215.14") and reached("2606:2800:21f::1")
    # By NAT64, with the IPv4 address in the last four bytes.
    assert reached("64:ff9b::5db8:d70e")
    for private in ("64:ff9b::a01:203", "64:ff9b::ac14:1", "64:ff9b::c0a8:101", "64:ff9b::a9fe:a9fe", "64:ff9b::6440:1", "64:ff9b::7f00:1"):
        assert not reached(private), private
    for private in ("10.1.2.3", "172.20.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "127.0.0.1", "fd00::1", "fe80::1", "::1"):
        assert not reached(private), private


@pytest.mark.parametrize("name", ["model-init", "model-init-claim"])
def test_egress_forAnInitContainer_isHttps(name):
    assert public_ports(feature(name)) == [443]


def test_egress_furtherRules_areAdded():
    assert policy(feature("extras"))["egress"][-1]["ports"] == [{"port": 4318, "protocol": "TCP"}]


def test_ingress_byDefault_isEverybodyToTheServiceAndMonitoringToManagement():
    service, management = policy({})["ingress"]
    assert service == {"ports": [{"port": "http", "protocol": "TCP"}]}
    assert management == {"ports": [{"port": "management", "protocol": "TCP"}], "from": [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]}


def test_ingress_fromSome_isFromThemAndTheTest():
    objects = render(feature("extras"))
    some, test = only(objects, "NetworkPolicy")["spec"]["ingress"][0]["from"]
    assert some == feature("extras")["networkPolicy"]["from"][0]
    labels = only(objects, "Pod", "clip-clipserve-test")["metadata"]["labels"]
    assert test["podSelector"]["matchLabels"].items() <= labels.items()


def test_ingress_onOnePortWithoutMonitoring_isFromThoseWhoMayReachTheService():
    some = feature("extras")["networkPolicy"]["from"]
    values = {"management": {"port": 0}, "networkPolicy": {"from": some, "metricsFrom": []}}
    rule, = policy(values)["ingress"]
    assert rule["from"][:1] == some


def test_ports_ofPolicyAndServices_areThoseOfTheContainer():
    for values in ({}, feature("one-port")):
        objects = render(values)
        ports = {p["name"] for p in pod(objects)["spec"]["containers"][0]["ports"]}
        assert {r["ports"][0]["port"] for r in only(objects, "NetworkPolicy")["spec"]["ingress"]} == ports
        services = [o for (kind, _), o in objects.items() if kind == "Service"]
        assert {p["targetPort"] for s in services for p in s["spec"]["ports"]} == ports


def test_ingress_reachesTheServiceAndNotManagement():
    objects = render(together(feature("ingress"), {"service": {"port": 8000}}))
    rule, = only(objects, "Ingress")["spec"]["rules"]
    assert rule["host"] == "clip.example.org"
    assert rule["http"]["paths"][0]["backend"]["service"] == {"name": "clip-clipserve", "port": {"name": "http"}}
    assert [p["name"] for p in only(objects, "Service")["spec"]["ports"]] == ["http"]


def test_httpRoute_reachesTheServicesPort():
    route = only(render(together(feature("http-route"), {"service": {"port": 8000}})), "HTTPRoute")["spec"]
    assert route["parentRefs"] == [{"name": "public", "namespace": "gateways", "sectionName": "https"}]
    assert route["rules"][0]["backendRefs"] == [{"name": "clip-clipserve", "port": 8000}]
    assert route["rules"][0]["matches"] == [{"path": {"type": "PathPrefix", "value": "/clip"}}]
    rewrite, = route["rules"][0]["filters"]
    assert rewrite["urlRewrite"]["path"] == {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"}


def test_paths_ofTheRoot_areLeftAsTheyAre():
    route = only(render(together(feature("http-route"), {"httpRoute": {"path": "/"}})), "HTTPRoute")["spec"]
    assert "filters" not in route["rules"][0]


def test_ingress_withAnExpression_isComparedByTheController():
    values = together(feature("ingress"), {"ingress": {"path": "/clip(/|$)(.*)", "pathType": "ImplementationSpecific"}})
    path, = only(render(values), "Ingress")["spec"]["rules"][0]["http"]["paths"]
    assert (path["path"], path["pathType"]) == ("/clip(/|$)(.*)", "ImplementationSpecific")


def test_exposed_withoutWhere_isRefused():
    assert "ingress.hosts" in refusal({"ingress": {"enabled": True}})
    assert "httpRoute.parentRefs" in refusal({"httpRoute": {"enabled": True}})
