"""A rendered pod's volumes as folders, so that the service can run with them where there is no cluster."""
import base64
import os
import pathlib
import re
import shutil

import yaml
from chart import application, container, only, pod


def mounted(objects, root: pathlib.Path, claims):
    """Makes a folder below root for each mount of the service's container: mount path → folder. Claims are copied."""
    folders = {}
    for mount in container(objects)["volumeMounts"]:
        volume = next(v for v in pod(objects)["spec"]["volumes"] if v["name"] == mount["name"])
        folder = root / mount["name"]
        folder.mkdir()
        if "configMap" in volume:
            project(folder, only(objects, "ConfigMap", volume["configMap"]["name"])["data"])
        elif "secret" in volume:
            entries = secret(objects, volume["secret"]["secretName"])
            project(folder, {item["path"]: entries[item["key"]] for item in volume["secret"]["items"]})
        elif "persistentVolumeClaim" in volume:
            shutil.copytree(claims[volume["persistentVolumeClaim"]["claimName"]], folder, dirs_exist_ok=True)
        folders[mount["mountPath"]] = folder
    return folders


def secret(objects, name):
    found = only(objects, "Secret", name)
    plain = {key: base64.b64decode(value).decode() for key, value in found.get("data", {}).items()}
    return {**plain, **found.get("stringData", {})}


def project(folder: pathlib.Path, files):
    """Puts files into a folder as the kubelet does, also in the place of others: all at once, by turning a link round."""
    version = folder / f"..{len(list(folder.iterdir()))}"
    version.mkdir()
    for name, content in files.items():
        (version / name).write_text(content, encoding="utf-8")
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(f"..data/{name}")
    (folder / "..next").symlink_to(version.name)
    os.replace(folder / "..next", folder / "..data")


def settings(objects, folders):
    """application.yaml, with the folders in the place of the mount paths."""
    paths = "|".join(re.escape(path) for path in folders)
    text = yaml.safe_dump(application(objects), width=1000)
    return yaml.safe_load(re.sub(f"({paths})(?=/|$)", lambda path: str(folders[path.group(1)]), text, flags=re.M))
