"""Countries as other formats write them."""

from __future__ import annotations

import pycountry

_NOT_IN_ISO = {"XKX": "XK"}  # Kosovo, as the European Union and GeoNames write it


def two_letters(code: str | None) -> str | None:
    """Return a country's ISO 3166-1 alpha-2 code ("KE" of "KEN"); None where it has none."""
    if not code or len(code) == 2:
        return code or None
    found = pycountry.countries.get(alpha_3=code)
    return str(found.alpha_2) if found else _NOT_IN_ISO.get(code)
