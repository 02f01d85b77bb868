"""The few things that all plots need: elements, text that is safe to write, and scales."""

from html import escape


def element(tag, *children, **attributes):
    """`class_` is written as class, `text_anchor` as text-anchor; children are elements already."""
    written = "".join(f' {name.rstrip("_").replace("_", "-")}="{escape(short(value))}"' for name, value in attributes.items())
    return f"<{tag}{written}>{''.join(children)}</{tag}>" if children else f"<{tag}{written}/>"


def text(x, y, words, class_="", **attributes):
    return element("text", escape(str(words)), x=x, y=y, class_=class_, **attributes)


def tip(words):
    """What a browser shows when the mouse rests on the element that this is a child of."""
    return element("title", escape(words))


def drawing(width, height, label, *children):
    return element("svg", *children, viewBox=f"0 0 {short(width)} {short(height)}", role="img", aria_label=label, class_="plot")


def short(value):
    """Coordinates to a tenth of a pixel, without a tail of zeros."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def scale(low, high, start, end):
    """A function from data to pixels."""
    return lambda value: start + (value - low) / (high - low) * (end - start)


def decimals(value, places=3):
    return "–" if value is None else f"{value:.{places}f}"


def percent(value):
    """`+12%`, with a true minus sign, and none of them at zero."""
    if value is None:
        return "–"
    whole = round(value * 100)
    return f"{whole:+d}%".replace("-", "−") if whole else "0%"
