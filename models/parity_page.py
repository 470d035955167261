"""What parity.py found, as a page that needs nothing from elsewhere, and as lines for a terminal."""
import base64
import html
import io
import re

from PIL import Image, ImageOps

WORST = 12
SIDE = 112
# What XML cannot have, and what turns the direction of a line.
UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --faint: #59636e; --paper: #fff; --line: #d5dae0;
  --card: #f5f7f9; --good: #1a7f37; --bad: #c4342b; }
@media (prefers-color-scheme: dark) { 
  :root { --ink: #e8ebee; --faint: #9aa4af; --paper: #14181d; --line: #323a43; --card: #1d232a; --good: #57c26d; --bad: #f0796f; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1rem 1rem 4rem; }
h1 { font-size: 1.6rem; } h1, p { overflow-wrap: anywhere; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; }
.good { color: var(--good); } .bad { color: var(--bad); } small, .note { color: var(--faint); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
td:first-child, .prose { white-space: normal; min-width: 8rem; max-width: 24rem; overflow-wrap: break-word; }
th { color: var(--faint); font-weight: normal; font-size: .85rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: .75rem; }
figure { margin: 0; padding: .75rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  font-size: .9rem; overflow-wrap: anywhere; }
"""


def text(value):
    return "<bdi>" + html.escape(UNWANTED.sub("\ufffd", str(value))) + "</bdi>"


def thumbnail(path):
    """A JPEG of some kilobytes, or nothing where the file is no picture."""
    try:
        with Image.open(path) as opened:
            picture = ImageOps.fit(ImageOps.exif_transpose(opened).convert("RGB"), (SIDE, SIDE))
    except Exception:  # Pillow has as many kinds of faults as formats.
        return ""
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=80)
    data = base64.b64encode(jpeg.getvalue()).decode()
    return f'<img alt="" width="{SIDE}" height="{SIDE}" src="data:image/jpeg;base64,{data}"/>'


def table(head, rows):
    body = "\n".join(cells("td", row) for row in rows)
    return f'<div class="scroll"><table><thead>{cells("th", head)}</thead><tbody>{body}</tbody></table></div>'


def cells(tag, row):
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in row) + "</tr>"


def figures(report):
    """(what, worst, tolerance, how many are out of it) of each comparison that was made."""
    texts, images, limits = report["texts"], [row for row in report["images"] if "cosine" in row], report["tolerances"]
    other = sum(row["tokens"] != row["reference_tokens"] for row in texts)
    yield "texts with other token counts", str(other), "0", other
    yield at_least("text cosine", [row["cosine"] for row in texts], limits["text_cosine"])
    for kind, rows in (("exact", [r for r in images if not r["lossy"]]), ("lossy", [r for r in images if r["lossy"]])):
        if rows:
            name = f"{len(rows)} {'JPEG and WebP' if kind == 'lossy' else 'lossless'} images"
            yield at_least(f"cosine, {name}", [row["cosine"] for row in rows], limits[f"{kind}_cosine"])
            for what in ("similarity", "probability"):
                differences = [row[f"{what}_difference"] for row in rows]
                yield at_most(f"{what} difference, {name}", differences, limits[f"{kind}_{what}"])
    one_sided = sum("refused by one and not by the other" in row["faults"] for row in report["images"])
    yield "images refused by one and not by the other", str(one_sided), "0", one_sided
    best = sum(row["best"] != row["reference_best"] for row in images)
    yield "images with another best label", str(best), "not judged", None


def at_least(what, values, limit):
    return what, f"{min(values):.8f}", f"≥ {limit}", sum(not value >= limit for value in values)


def at_most(what, values, limit):
    return what, f"{max(values):.2e}", f"≤ {limit}", sum(not value <= limit for value in values)


def summary(report):
    lines = [f"{what:48}  worst {worst:12}  {limit:12}  {verdict_word(out)}" for what, worst, limit, out in figures(report)]
    example = report["paper"]
    told = f"left out, {example['left_out']}" if "left_out" in example else ", ".join(example["faults"]) or "ok"
    lines += [f"the paper's example: {told}", outcome(report)]
    return "\n".join(UNWANTED.sub("\ufffd", line) for line in lines)


def outcome(report):
    if report["within_tolerances"]:
        return "Within the tolerances"
    return f"Out of tolerance: {report['out_of_tolerance']} of the comparisons"


def said(service):
    """The plain facts of a model."""
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in service.items()
                     if isinstance(value, (str, int, float)) and name not in ("url", "name", "default"))


def verdict_word(out):
    return "" if out is None else f"{out} out of tolerance" if out else "ok"


def worst_first(rows):
    return sorted(rows, key=lambda row: (not row["faults"], row.get("cosine", 0)))[:WORST]


def paper(report):
    example = report["paper"]
    if "left_out" in example:
        return f'<p class="note">Left out: {text(example["left_out"])}.</p>'
    rows = [(text(label), f"{p:.8f}", f"{example['found'][label]:.8f}") for label, p in example["expected"].items()]
    return table(("label", "the paper's repository", "service"), rows) + verdict(example["faults"])


def verdict(faults):
    return f'<p class="bad">{text("; ".join(faults))}</p>' if faults else '<p class="good">within the tolerances</p>'


def card(row):
    refusals = [name for name in ("service_refuses", "reference_refuses") if name in row]
    lines = [f"{name.replace('_', ' ')}: {text(row[name])}" for name in refusals]
    if "cosine" in row:
        if not row["faults"]:
            lines += [f"cosine {row['cosine']:.8f}", f"probability differs by {row['probability_difference']:.2e}"]
        other = "" if row["best"] == row["reference_best"] else f", not {text(row['reference_best'])}"
        lines.append(text(row["best"]) + other)
    lines += [f'<span class="bad">{text(fault)}</span>' for fault in row["faults"]]
    caption = "<br/>".join([*lines, f"<small>{text(row['path'])}</small>"])
    return f"<figure>{thumbnail(row['path'])}<figcaption>{caption}</figcaption></figure>"


def page(report):
    service, bundle, good = report["service"], report["bundle"], report["within_tolerances"]
    title = f"{service['name']} at {service['url']}, compared with Python"
    rows = [
        (text(what), text(worst), text(limit), f'<span class="{"bad" if out else "good"}">{out or verdict_word(out)}</span>')
        for what, worst, limit, out in figures(report)
    ]
    texts = [
        (text(row["text"]), row["tokens"], row["reference_tokens"], f"{row['cosine']:.8f}", text("; ".join(row["faults"])))
        for row in worst_first(report["texts"])
    ]
    return f"""<!DOCTYPE html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"/>
<title>{html.escape(UNWANTED.sub(chr(0xfffd), title))}</title><style>{STYLE}</style></head><body><main>
<h1>{text(title)}</h1>
<p><strong class="{'good' if good else 'bad'}">{outcome(report)}</strong></p>
<p>The reference is the bundle {text(bundle['path'])} ({text(bundle['name'])}; {text(bundle['origin'])}) in fp32, by Pillow,
tokenizers and onnxruntime.</p>
{table(("compared", "worst", "tolerance", "out of it"), rows)}
<p>The service says of itself: {text(said(service))}.</p>
<p class="note">Tokens: the service tells how many a text has; that they are the same ones is seen by the text's embedding. Pixels: the
service tells none; that they are the same is seen by the image's embedding, which the fp32 graph makes of them.</p>
<h2>The paper's example</h2>
{paper(report)}
<h2>Texts, the worst first</h2>
{table(("text", "tokens", "reference", "cosine", "out of tolerance"), texts)}
<h2>Images, the worst first</h2>
<div class="cards">{"".join(card(row) for row in worst_first(report["images"]))}</div>
</main></body></html>
"""
