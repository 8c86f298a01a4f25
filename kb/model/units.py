"""Units of quantities: their spellings, dimensions and conversion factors.

The table is part of the program, so that a status never depends on what else is installed. All
factors are exact by definition (SI brochure, 9th edition, tables 2, 4 and 8; NIST SP 811, appendix
B). Names that mean different amounts in different countries (ton, gallon, barrel) are units without
a conversion. So are currencies, because their rates change every day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from kb.model.number_words import MAGNITUDES

# dimension → factor to its base unit → spellings. An underscore is a space.
_TABLE: Final[dict[str, dict[str, str]]] = {
    "length": {
        "0.000000001": "nm nanometre nanometer",
        "0.000001": "µm μm micrometre micrometer micron",
        "0.001": "mm millimetre millimeter",
        "0.01": "cm centimetre centimeter",
        "1": "m metre meter",
        "1000": "km kilometre kilometer",
        "0.0254": "inch inches",
        "0.3048": "ft foot feet",
        "0.9144": "yd yard",
        "1609.344": "mi mile",
        "1852": "nmi nautical_mile",
    },
    "area": {
        "0.0001": "cm² cm2 square_centimetre square_centimeter",
        "1": "m² m2 sq_m square_metre square_meter",
        "10000": "ha hectare",
        "1000000": "km² km2 sq_km square_kilometre square_kilometer",
        "4046.8564224": "acre",
        "0.09290304": "sq_ft square_foot square_feet",
        "2589988.110336": "sq_mi square_mile",
    },
    "volume": {
        "0.000001": "ml mL millilitre milliliter cm³ cm3 cubic_centimetre cubic_centimeter",
        "0.00001": "cl centilitre centiliter",
        "0.001": "l L litre liter",
        "0.1": "hl hectolitre hectoliter",
        "1": "m³ m3 cubic_metre cubic_meter",
        "1000000000": "km³ km3 cubic_kilometre cubic_kilometer",
        "0.028316846592": "cubic_foot cubic_feet",
        "0.003785411784": "US_gallon",
        "0.00454609": "imperial_gallon UK_gallon",
        "0.158987294928": "bbl oil_barrel barrel_of_oil barrels_of_oil",
    },
    "mass": {
        "0.000000001": "µg μg mcg microgram",
        "0.000001": "mg milligram",
        "0.001": "g gram gramme",
        "1": "kg kilo kilogram kilogramme",
        "1000": "t tonne metric_ton",
        "1000000": "kt kilotonne",
        "1000000000": "Mt megatonne",
        "0.45359237": "lb lbs pound_weight pounds_weight",
        "0.028349523125": "oz ounce",
        "907.18474": "short_ton US_ton",
        "1016.0469088": "long_ton imperial_ton",
    },
    "time": {
        "0.001": "ms millisecond",
        "1": "s sec second",
        "60": "min minute",
        "3600": "h hr hour",
        "86400": "day",
        "604800": "week",
    },
    "months": {"1": "month", "12": "yr year", "120": "decade", "1200": "century centuries"},
    "ratio": {
        "1": "% percent per_cent pct",
        "0.1": "‰ permille per_mille",
        "0.0001": "ppm",
        "0.0000001": "ppb",
    },
    "energy": {
        "1": "J joule",
        "1000": "kJ kilojoule",
        "1000000": "MJ megajoule",
        "3600": "Wh watt-hour",
        "3600000": "kWh kilowatt-hour kilowatt_hour",
        "3600000000": "MWh megawatt-hour megawatt_hour",
        "3600000000000": "GWh gigawatt-hour gigawatt_hour",
        "3600000000000000": "TWh terawatt-hour terawatt_hour",
    },
    "power": {
        "1": "W watt",
        "1000": "kW kilowatt",
        "1000000": "MW megawatt",
        "1000000000": "GW gigawatt",
    },
    "pressure": {
        "1": "Pa pascal",
        "100": "hPa hectopascal mbar millibar",
        "1000": "kPa kilopascal",
        "1000000": "MPa megapascal",
        "100000": "bar",
    },
    "radiation dose": {
        "0.000001": "µSv μSv microsievert",
        "0.001": "mSv millisievert",
        "1": "Sv sievert",
    },
    "activity": {
        "1": "Bq becquerel",
        "1000": "kBq",
        "1000000": "MBq",
        "1000000000000": "TBq terabecquerel",
    },
    "data": {
        "1": "byte",
        "1000": "kB kilobyte",
        "1000000": "MB megabyte",
        "1000000000": "GB gigabyte",
        "1000000000000": "TB terabyte",
    },
    "frequency": {"1": "Hz hertz", "1000": "kHz", "1000000": "MHz", "1000000000": "GHz"},
    "voltage": {"1": "V volt", "1000": "kV kilovolt"},
    "current": {"0.001": "mA milliampere", "1": "A ampere amp"},
    "speed": {"0.514444444444444444444444": "kn kt_speed knot"},
    "Celsius": {"1": "°C degree_Celsius degrees_Celsius degree_C degrees_C"},
    "Fahrenheit": {"1": "°F degree_Fahrenheit degrees_Fahrenheit degree_F degrees_F"},
    "percentage points": {"1": "pp percentage_point"},
    "ton": {"1": "ton"},
    "gallon": {"1": "gallon"},
    "barrel": {"1": "barrel"},
    "pound": {"1": "pound"},
    "dollar": {"1": "$ dollar"},
    "US dollar": {"1": "US$ USD US_dollar"},
    "euro": {"1": "€ EUR euro", "0.01": "euro_cent"},
    "sterling": {"1": "£ GBP pound_sterling pounds_sterling"},
    "yen": {"1": "¥ JPY yen"},
    "rupee": {"1": "₹ INR rupee"},
    "rouble": {"1": "₽ RUB rouble ruble"},
    "lira": {"1": "₺ TRY lira"},
    "Swiss franc": {"1": "CHF Swiss_franc"},
    "Australian dollar": {"1": "A$ AUD Australian_dollar"},
    "Canadian dollar": {"1": "C$ CAD Canadian_dollar"},
    "people": {"1": "people person persons"},
    "times": {"1": "time times"},
}
# Dimensions whose numbers are always whole.
_COUNTED: Final = frozenset({"people", "times"})


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit. Numbers are multiplied by `factor` and compared if their `dimension` is the same.

    The dimension of an unknown unit is its name, so that it compares only with itself.
    """

    dimension: str = ""
    factor: Decimal = Decimal(1)
    known: bool = True

    @property
    def whole(self) -> bool:
        """Whether only whole numbers make sense: people, trucks, and anything without a unit."""
        return not self.dimension or not self.known or self.dimension in _COUNTED


@lru_cache(maxsize=1)
def _known() -> dict[str, Unit]:
    """Return spelling → unit: symbols as they are written, words also in lower case and plural."""
    found: dict[str, Unit] = {}
    for dimension, units in _TABLE.items():
        for factor, names in units.items():
            unit = Unit(dimension, Decimal(factor))
            for name in names.split():
                spelled = name.replace("_", " ")
                found.setdefault(spelled, unit)
                if len(spelled) > 3 or spelled in ("day", "ton", "yen"):
                    for word in (spelled, f"{spelled}s", f"{spelled}es"):
                        found.setdefault(word.casefold(), unit)
    return found


@lru_cache(maxsize=1024)
def unit(text: str | None) -> Unit:
    """Return the unit that a text means. Magnitudes before it count: million litres.

    >>> unit("million litres").factor, unit("per cent") == unit("%"), unit("barrels per day").known
    (Decimal('1000.000'), True, True)
    >>> unit("smoots")
    Unit(dimension='smoots', factor=Decimal('1'), known=False)
    """
    written = " ".join((text or "").replace("\u00a0", " ").split()).strip(".")
    words, factor = written.split(" "), Decimal(1)
    while words and words[0].lower() in MAGNITUDES and words[0] not in _known():
        factor *= MAGNITUDES[words.pop(0).lower()]
    rest = " ".join(words).removeprefix("of ")
    if not rest:
        return Unit("", factor)
    found = _simple(rest) or _quotient(rest)
    if found is None:
        return Unit(rest.casefold(), factor, known=False)
    return Unit(found.dimension, found.factor * factor)


def _simple(text: str) -> Unit | None:
    return _known().get(text) or _known().get(text.casefold())


def _quotient(text: str) -> Unit | None:
    """Read one unit per another: km/h, barrels per day."""
    text = {"mph": "mile/hour", "kph": "km/hour"}.get(text, text)
    parts = re.split(r"\s*/\s*|\s+(?:per|a|an)\s+", text)
    if len(parts) != 2:
        return None
    above, below = (_simple(part) for part in parts)
    if above is None or below is None or below.dimension == above.dimension:
        return None
    if (above.dimension, below.dimension) == ("length", "time"):
        return Unit("speed", above.factor / below.factor)
    return Unit(f"{above.dimension} per {below.dimension}", above.factor / below.factor)
