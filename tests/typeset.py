"""Documents put before real tools: many LaTeX fragments in one run of latexmk, many pages in one start of a headless browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from html import escape, unescape
from pathlib import Path

import pytest

from symbackprop.render.latex import HEAD, PREAMBLE, TAIL
from symbackprop.render.latex_math import escape as tex

BAD = re.compile(r"undefined|Missing character|multiply defined")
WIDE = re.compile(r"Overfull \\[hv]box \((\d+\.?\d*)pt")
LABEL = re.compile(r"^SBPDOC (.*)$")


def faults(log: str) -> list[str]:
    """What a LaTeX log says that a reader would see, after the label of the document it is in."""
    found, label = [], ""
    for line in log.splitlines():
        if match := LABEL.match(line):
            label = match[1] + ": "
        wide = WIDE.search(line)
        if BAD.search(line) or (wide and float(wide[1]) > 5):
            found.append(label + line)
    return found


def compiled(source: str, folder: Path) -> str:
    """The log of a run of latexmk; fails where LaTeX does."""
    if shutil.which("latexmk") is None:
        pytest.skip("latexmk is not installed")
    (folder / "d.tex").write_text(source, encoding="utf-8")
    command = ["latexmk", "-pdf", "-halt-on-error", "-interaction=nonstopmode", "d.tex"]
    made = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    log = (folder / "d.log").read_text(encoding="utf-8", errors="replace")
    assert made.returncode == 0, log[-1500:]
    return log


def together(fragments: Iterable[tuple[str, str]]) -> str:
    """One document of many fragments, each with its label written to the log."""
    parts = [
        f"\\clearpage\\typeout{{SBPDOC {label}}}\n\\section*{{{tex(label)}}}\n{text}\n" for label, text in fragments
    ]
    body = "\n".join(parts)
    once = r"\PassOptionsToPackage{draft}{hyperref}\nofiles "  # without links and tables of contents one run of LaTeX is enough
    return f"{once}{HEAD}{PREAMBLE}{TAIL % 'all'}\\begin{{document}}\n{body}\n\\end{{document}}\n"


# nothing may be asked for: the policy stops every request and tells which it was
POLICY = """<meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline';script-src 'unsafe-inline'">"""
MEASURE = """<script>const bad=[];document.addEventListener('securitypolicyviolation',e=>bad.push('asked for '+e.blockedURI));
addEventListener('load',()=>setTimeout(()=>{
for(const sheet of document.styleSheets)for(const rule of sheet.cssRules)for(const each of (rule.selectorText||'').split(', '))
 if(each.includes('data-s=')&&!document.querySelector(each.replace(':hover','')))bad.push('pointing shows nothing: '+each);
for(const m of document.querySelectorAll('math')){const r=m.getBoundingClientRect();if(!(r.width>2&&r.height>4))bad.push('no size: '+m.textContent.slice(0,40))}
if(document.querySelector('merror'))bad.push('merror');
if(document.documentElement.scrollWidth>innerWidth+1)bad.push('page is wider than the window: '+document.documentElement.scrollWidth);
for(const e of document.querySelectorAll('p,figure,dl,h1,h2,nav,summary,.scroll')){const s=e.parentElement.closest('.scroll'),r=(s||e).getBoundingClientRect(); // what scrolls by itself must fit itself
 if(r.width&&r.right>innerWidth+1)bad.push('overflow: '+e.textContent.slice(0,40))}
parent.postMessage({number:NUMBER,width:innerWidth,bad},'*')},50))</script>"""
HEAR = "<script>addEventListener('message',e=>{document.getElementById('said').textContent+=JSON.stringify(e.data)+'\\n'})</script>"


def measured(pages: Mapping[str, str], widths: Iterable[int], folder: Path) -> dict[str, list[str]]:
    """What a headless browser finds wrong with each page at each width; the measuring script is only in the copies.

    A window is never narrower than 500, so each page stands in a frame of its own width.
    """
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        pytest.skip("no Chromium is installed")
    widths, frames, wanted = tuple(widths), [], []
    for label, page in pages.items():
        for width in widths:
            number = len(wanted)
            copy = folder / f"page{number}.html"
            copy.write_text(
                page.replace("<head>", f"<head>{POLICY}{MEASURE.replace('NUMBER', str(number))}", 1), encoding="utf-8"
            )
            frames.append(f'<iframe src="{escape(copy.name)}" style="width:{width}px;height:900px;border:0"></iframe>')
            wanted.append((label, width))
    whole = folder / "all.html"
    whole.write_text(
        f"<!doctype html><meta charset=utf-8><pre id=said></pre>{HEAR}<body style='margin:0'>{''.join(frames)}",
        encoding="utf-8",
    )
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1200,900",
               "--virtual-time-budget=120000", "--dump-dom", whole.as_uri()]  # fmt: skip
    dom = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300).stdout
    said = re.search(r'<pre id="said">(.*?)</pre>', dom, re.DOTALL)
    assert said is not None, dom[:300]
    found = {each["number"]: each for each in map(json.loads, unescape(said[1]).splitlines())}
    assert found.keys() == set(range(len(wanted))), f"{len(wanted) - len(found)} pages said nothing"
    assert all(found[k]["width"] == width for k, (_, width) in enumerate(wanted))
    return {f"{label} at {width}": found[k]["bad"] for k, (label, width) in enumerate(wanted) if found[k]["bad"]}
