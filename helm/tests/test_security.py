"""Every pod meets the profile "restricted", and none can talk to the cluster."""
import pytest
from chart import FEATURES, container, feature, only, pod, pods, render


def every_pod(values):
    return [(where, spec) for where, spec in pods(render(values))]


@pytest.mark.parametrize("name", FEATURES)
def test_pods_inEachFeature_areRestricted(name):
    for where, spec in every_pod(feature(name)):
        assert spec["securityContext"]["runAsNonRoot"] is True, where
        assert spec["securityContext"]["runAsUser"] == 65532, where
        assert spec["securityContext"]["fsGroup"] == 65532, where
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, where
        assert not any(spec.get(shared) for shared in ("hostNetwork", "hostPID", "hostIPC")), where
        assert not any("hostPath" in volume for volume in spec.get("volumes", [])), where


@pytest.mark.parametrize("name", [name for name in FEATURES if name != "extras"])
def test_containers_inEachFeature_haveNoRightsAndNoWritableRoot(name):
    for where, spec in every_pod(feature(name)):
        for each in spec["containers"] + spec.get("initContainers", []):
            assert each["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, (where, each["name"])


@pytest.mark.parametrize("name", FEATURES)
def test_pods_inEachFeature_haveNoTokenAndNoServiceLinks(name):
    for where, spec in every_pod(feature(name)):
        assert spec["automountServiceAccountToken"] is False, where
        assert spec["enableServiceLinks"] is False, where


def test_serviceAccount_byDefault_isOfTheReleaseAndHasNoToken():
    objects = render()
    assert pod(objects)["spec"]["serviceAccountName"] == "clip-clipserve"
    assert only(objects, "ServiceAccount")["automountServiceAccountToken"] is False


def test_serviceAccount_notCreated_isTheNamespaces():
    objects = render({"serviceAccount": {"create": False}})
    assert pod(objects)["spec"]["serviceAccountName"] == "default"
    assert ("ServiceAccount", "clip-clipserve") not in objects


@pytest.mark.parametrize("name", FEATURES)
def test_emptyDirs_inEachFeature_areBounded(name):
    for where, spec in every_pod(feature(name)):
        for volume in spec.get("volumes", []):
            assert "emptyDir" not in volume or volume["emptyDir"]["sizeLimit"], (where, volume["name"])


def test_writableFolders_ofTheService_areTmpCacheAndData():
    writable = {m["mountPath"] for m in container(render())["volumeMounts"] if not m.get("readOnly")}
    assert writable == {"/tmp", "/var/cache/clipserve", "/var/lib/clipserve"}


def test_podSecurity_withUserOfTheCluster_leavesItOut():
    """As OpenShift wants it, which gives each namespace its own."""
    objects = render({"podSecurityContext": {"runAsUser": None, "runAsGroup": None, "fsGroup": None}})
    assert "runAsUser" not in pod(objects)["spec"]["securityContext"]
    assert pod(objects)["spec"]["securityContext"]["runAsNonRoot"] is True
