"""Opens /docs in a browser that reaches nothing but the service: every operation is shown, and `classify` can be tried out."""
import pathlib
import re

from playwright.sync_api import expect, sync_playwright
from service import running

LIMIT_MILLISECONDS = 120_000


def operations():
    return re.findall(r"operationId: (\w+)", pathlib.Path("openapi.yaml").read_text(encoding="utf-8"))


def open_docs(browser, service, faults):
    """The page; what it asks of others, and what the browser complains of, are faults."""
    page = browser.new_page()
    page.set_default_timeout(LIMIT_MILLISECONDS)
    expect.set_options(timeout=LIMIT_MILLISECONDS)
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith((service, "data:")) else faults.append(request.url))
    page.goto(f"{service}/docs")
    return page


def try_classify(page):
    """Executes the operation as it stands there, with the contract's first example."""
    operation = page.locator("#operations-classification-classify")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table .response").first
    expect(answer.locator(".response-col_status")).to_have_text(re.compile("200"))
    for label in ("sunflower", "motorcycle", "whale"):
        expect(answer.locator(".response-col_description")).to_contain_text(f'"label": "{label}"')


def main():
    faults = []
    with running() as service, sync_playwright() as playwright:
        # As root, and in containers, the browser has no sandbox of its own.
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"], timeout=LIMIT_MILLISECONDS)
        page = open_docs(browser, service, faults)
        for operation in operations():
            expect(page.locator(f"[id^=operations-][id$=-{operation}]")).to_be_visible()
        try_classify(page)
        browser.close()
    assert not faults, faults
    print(f"/docs shows {len(operations())} operations; classify was tried out")


if __name__ == "__main__":
    main()
