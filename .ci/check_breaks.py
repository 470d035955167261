"""Whether the contract breaks what was last released, and first whether such breaks are found at all.

Arguments: the oasdiff to ask. Breaks that are meant are in contract/meant.md.
"""
import copy
import pathlib
import subprocess
import sys
import tempfile

import yaml

RELEASED = "contract/released.yaml"
CONTRACT = "openapi.yaml"


def breaks(oasdiff, changed, meant=None):
    """What oasdiff finds, as text; empty where nothing is broken."""
    command = [oasdiff, "breaking", RELEASED, changed, "--fail-on", "WARN", "--format", "singleline"]
    command += ["--severity-levels", "contract/severities.txt"]
    if meant:
        command += ["--err-ignore", meant, "--warn-ignore", meant]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1) or done.returncode == 1 and not done.stdout:
        sys.exit(f"oasdiff failed: {done.stderr}")
    return done.stdout if done.returncode else ""


def schema(contract, name):
    return contract["components"]["schemas"][name]


def classify(contract):
    return contract["paths"]["/classify"]["post"]


def remove_required(contract):
    schema(contract, "Image")["required"].remove("width")
    del schema(contract, "Image")["properties"]["width"]


def remove_optional(contract):
    del schema(contract, "Prediction")["properties"]["probability"]


def require_field(contract):
    schema(contract, "ClassifyRequest")["required"].append("model")


def require_new_field(contract):
    schema(contract, "ClassifyRequest")["required"].append("purpose")
    schema(contract, "ClassifyRequest")["properties"]["purpose"] = {"type": "string"}


def allow_null(contract):
    """As only OpenAPI 3.1 says it."""
    schema(contract, "Image")["properties"]["width"]["type"] = ["integer", "null"]


def remove_header(contract):
    del classify(contract)["responses"]["200"]["headers"]["Server-Timing"]


def remove_body_form(contract):
    del classify(contract)["requestBody"]["content"]["image/*"]


def rename_operation(contract):
    classify(contract)["operationId"] = "classifyImages"


def remove_path(contract):
    del contract["paths"]["/problems"]


def add_freely(contract):
    """What a client of the released contract never notices."""
    schema(contract, "ClassifyRequest")["properties"]["purpose"] = {"type": "string"}
    schema(contract, "Image")["properties"]["depth"] = {"type": "integer"}
    contract["paths"]["/other"] = {"get": {**contract["paths"]["/problems"]["get"], "operationId": "other"}}


BREAKING = {
    remove_required: "response-required-property-removed",
    remove_optional: "response-optional-property-removed",
    require_field: "request-property-became-required",
    require_new_field: "new-required-request-property",
    allow_null: "response-property-became-nullable",
    remove_header: "optional-response-header-removed",
    remove_body_form: "request-body-media-type-removed",
    rename_operation: "api-operation-id-removed",
    remove_path: "api-path-removed-without-deprecation",
}


def breaks_of(oasdiff, change, folder):
    contract = copy.deepcopy(yaml.safe_load(pathlib.Path(RELEASED).read_text(encoding="utf-8")))
    change(contract)
    changed = pathlib.Path(folder, "changed.yaml")
    changed.write_text(yaml.safe_dump(contract, sort_keys=False), encoding="utf-8")
    return breaks(oasdiff, str(changed))


def check_the_check(oasdiff):
    with tempfile.TemporaryDirectory() as folder:
        for change, name in BREAKING.items():
            found = breaks_of(oasdiff, change, folder)
            assert f"[{name}]" in found, f"{change.__name__} should be found as {name}, but: {found or 'nothing'}"
        found = breaks_of(oasdiff, add_freely, folder)
        assert not found, found
    print(f"{len(BREAKING)} kinds of breaks are found")


def main(oasdiff):
    check_the_check(oasdiff)
    found = breaks(oasdiff, CONTRACT, "contract/meant.md")
    if found:
        sys.exit(f"{CONTRACT} breaks clients of the last release ({RELEASED}):\n{found}")
    print("the last released contract still holds")


if __name__ == "__main__":
    main(*sys.argv[1:])
