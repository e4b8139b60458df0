"""The page of the history in a real browser, where one is installed: what a person does with it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape

import pytest
from infos import infos

from alembic.draw.html import html_text

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")

# What a person does, as events; what is to be seen then is gathered, and put into the page.
ACTIONS = """
<script>
{
const seen = {};
const panel_text = () => document.getElementById("panel").innerText;
const picked = () => document.querySelector(".revision.picked")?.dataset.id ?? null;
const key = (name, target = document.body) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
window.addEventListener("error", event => { seen.error = String(event.message); });

seen.hidden_at_first = document.getElementById("panel").hidden;
seen.count = document.getElementById("count").value;

const box = document.querySelector('[data-id="b"] .row').getBoundingClientRect();
document.elementFromPoint(box.left + 60, box.top + box.height / 2)
  .dispatchEvent(new MouseEvent("click", { bubbles: true }));
seen.clicked = picked();
seen.panel = panel_text();
seen.hash = location.hash;

document.querySelector("#panel a").click();

const before = document.querySelector("svg").getBoundingClientRect().width;
document.getElementById("larger").click();
seen.larger = document.querySelector("svg").getBoundingClientRect().width / before;
document.getElementById("smaller").click();
key("-");
seen.smaller = document.querySelector("svg").getBoundingClientRect().width / before;
key("0");

const search = document.getElementById("search");
search.value = "special versions/c";
search.dispatchEvent(new Event("input"));
seen.found = [...document.querySelectorAll(".revision.found")].map(each => each.dataset.id);
seen.found_count = document.getElementById("count").value;
key("Enter", search);
seen.entered = picked();
key("Escape", search);
seen.found_after = document.querySelectorAll(".revision.found").length;
key("ArrowUp");
seen.above = picked();

setTimeout(() => {
  seen.linked_hash = location.hash;
  const told = document.createElement("pre");
  told.id = "seen";
  told.textContent = JSON.stringify(seen);
  document.body.append(told);
}, 200);
}
</script>
"""


# On a narrow screen: where the panel is once it is there.
PLACES = """
<script>
{
document.querySelector('[data-id="b"] text').dispatchEvent(new MouseEvent("click", { bubbles: true }));
const box = each => document.querySelector(each).getBoundingClientRect();
const places = {
  screen: innerWidth, wide: document.documentElement.scrollWidth,
  graph: box("main").width, panel: box("aside").width, below: box("aside").top >= box("main").bottom,
};
const told = document.createElement("pre");
told.id = "seen";
told.textContent = JSON.stringify(places);
document.body.append(told);
}
</script>
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    return acted(tmp_path_factory.mktemp("page"), ACTIONS, "1200,800")


def acted(folder, actions, size):
    """What ``actions`` have seen on the page in a window of ``size``."""
    revisions = infos(
        "a -> b -> d, a -> c -> d; c is blog",
        c={"message": "something special", "doc": "something special"},
        b={"message": "<i>plain</i> & simple"},
    )
    page = html_text(revisions, "History").replace("</body>", f"{actions}</body>")
    (folder / "page.html").write_text(page, encoding="utf-8")
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--window-size={size}"]
    command += [f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=2000", "--dump-dom"]
    done = subprocess.run(
        [*command, (folder / "page.html").as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    (told,) = re.findall(r'<pre id="seen">(.*?)</pre>', done.stdout, re.DOTALL)
    return json.loads(unescape(told))


def test_no_script_fails(seen):
    assert "error" not in seen


def test_all_revisions_are_counted_and_none_is_chosen(seen):
    assert seen["hidden_at_first"] is True
    assert seen["count"] == "4 revisions"


def test_a_click_on_a_revision_shows_its_message_file_and_date(seen):
    assert (seen["clicked"], seen["hash"]) == ("b", "#b")
    for text in ("<i>plain</i> & simple", "versions/b_.py", "2026-01-02"):
        assert text in seen["panel"]


def test_buttons_and_keys_zoom(seen):
    assert seen["larger"] == pytest.approx(1.25, abs=0.01)
    assert seen["smaller"] == pytest.approx(0.8, abs=0.01)


def test_a_search_marks_what_has_all_its_words_and_enter_goes_there(seen):
    assert (seen["found"], seen["found_count"]) == (["c"], "1 of 4")
    assert seen["entered"] == "c"
    assert seen["found_after"] == 0


def test_arrows_go_to_the_next_revision(seen):
    assert seen["above"] == "b"


def test_on_a_narrow_screen_the_panel_is_below_the_graph(tmp_path):
    places = acted(tmp_path, PLACES, "500,800")
    assert places["below"]
    assert places["graph"] == places["panel"] == places["wide"] == places["screen"]
