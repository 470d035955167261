"""Where the model comes from."""
from chart import application, container, feature, mount, only, pod, render, together, volume


def test_model_embedded_needsNoVolume():
    objects = render()
    assert volume(objects, "model") is None
    assert "path" not in application(objects)["clipserve"]["model"]


def test_model_ofAClaim_isReadOnlyInItsFolder():
    objects = render(feature("model-claim"))
    assert volume(objects, "model")["persistentVolumeClaim"] == {"claimName": "models", "readOnly": True}
    assert mount(objects, "model") == {"name": "model", "mountPath": "/models", "readOnly": True}
    assert application(objects)["clipserve"]["model"]["path"] == "/models/clip-vit-base-patch32"


def test_model_ofAnInitContainer_isWrittenByItAndReadByTheService():
    objects = render(feature("model-init"))
    init, = pod(objects)["spec"]["initContainers"]
    assert init["command"] == ["cp", "-r", "/bundle/.", "/models/"]
    assert {"name": "model", "mountPath": "/models"} in init["volumeMounts"]
    assert mount(objects, "model")["readOnly"] is True
    assert volume(objects, "model") == {"name": "model", "emptyDir": {"sizeLimit": "4Gi"}}
    assert application(objects)["clipserve"]["model"]["path"] == "/models"


def test_model_token_isOfTheInitContainerOnly():
    objects = render(feature("model-init"))
    init, = pod(objects)["spec"]["initContainers"]
    assert init["env"] == [{"name": "HF_TOKEN", "valueFrom": {"secretKeyRef": {"name": "hugging-face", "key": "token"}}}]
    assert "HF_TOKEN" not in [e["name"] for e in container(objects)["env"]]


def test_model_ofAnInitContainerIntoAClaim_fillsTheOneThatIsMade():
    objects = render(feature("model-init-claim"))
    claim = only(objects, "PersistentVolumeClaim", "clip-clipserve-model")
    assert claim["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    assert claim["spec"] == {
        "accessModes": ["ReadWriteMany"], "storageClassName": "fast", "resources": {"requests": {"storage": "20Gi"}}}
    assert volume(objects, "model")["persistentVolumeClaim"] == {"claimName": "clip-clipserve-model"}


def test_model_ofAnImage_isItsVolume():
    objects = render(feature("model-image"))
    assert volume(objects, "model")["image"] == {"reference": "registry.example.org/clip-bundle:3", "pullPolicy": "Always"}
    assert application(objects)["clipserve"]["model"]["path"] == "/models"


def test_model_ofSeveral_leavesPathsToTheOperator():
    models = {"a": {"path": "/models/a"}, "b": {"path": "/models/b"}}
    objects = render(together(feature("model-claim"), {"config": {"clipserve": {"default-model": "a", "models": models}}}))
    assert "path" not in application(objects)["clipserve"]["model"]
    assert application(objects)["clipserve"]["models"] == models
