"""Our own drawn pictures for projects: their names, and what is seen on them."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

# A file of static/img/projects for each.
PICTURES: dict[str, LazyString] = {
    "allotments": _l("Planting boxes with vegetables"),
    "benches": _l("Two people on a bench under trees"),
    "bike-pump": _l("A bicycle beside a pump"),
    "bird-tower": _l("A bird tower at a reedy bay"),
    "boats": _l("A sailing boat and a rowing boat"),
    "dog-park": _l("Dogs playing in a fenced park"),
    "fountain": _l("A fountain in a park"),
    "ice": _l("Skaters on a lit rink"),
    "library-nook": _l("Somebody reading beside a bookshelf"),
    "lights": _l("A path lit by lamps"),
    "market": _l("Stalls on a market square"),
    "mural": _l("A wall being painted"),
    "outdoor-gym": _l("Exercise bars outdoors"),
    "path": _l("A walker on a forest path"),
    "playground": _l("Swings and a slide"),
    "sauna": _l("A sauna by the sea"),
    "skate-park": _l("Skaters on ramps"),
    "stage": _l("Musicians on an outdoor stage"),
    "swimming-pier": _l("Swimmers on a pier"),
    "trees": _l("A lane under trees"),
}


def seen_on(name: str) -> str:
    """A text alternative; empty where there is no such picture."""
    return str(PICTURES.get(name, ""))
