"""Spellings of a unit -> what it measures, and how much of it."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from fractions import Fraction

Unit = tuple[str, Fraction]
"""(dimension, how many of the base unit): equal dimensions can be compared."""

_TABLE = """
    time 1: second seconds sec secs s วินาที
    time 60: minute minutes min mins นาที
    time 3600: hour hours h hr hrs ชั่วโมง ชม.
    time 86400: day days วัน
    time 604800: week weeks wk wks สัปดาห์ อาทิตย์
    month 1: month months เดือน
    month 12: year years yr yrs ปี
    month 120: decade decades ทศวรรษ
    month 1200: century centuries ศตวรรษ
    length 1/1000: mm millimetre millimetres millimeter millimeters มิลลิเมตร มม. มม
    length 1/100: cm centimetre centimetres centimeter centimeters เซนติเมตร ซม. เซ็นติเมตร ซม
    length 1: m metre metres meter meters เมตร ม.
    length 1000: km kilometre kilometres kilometer kilometers กิโลเมตร กม. กม
    length 127/5000: inch inches in นิ้ว
    length 381/1250: ft foot feet ฟุต
    length 1143/1250: yd yard yards หลา
    length 201168/125: mi mile miles ไมล์
    length 1852: nautical_mile nautical_miles nmi ไมล์ทะเล
    area 1: square_metre square_metres square_meter square_meters
    area 1: square_m sq_m sq_._m sqm m² m2 ตารางเมตร ตร.ม. ม.² ตารางม. ตร.เมตร
    area 4: ตารางวา ตร.ว.
    area 1600: rai ไร่
    area 10000: hectare hectares ha เฮกตาร์
    area 1000000: square_kilometre square_kilometres square_kilometer square_kilometers
    area 1000000: sq_km sq_._km sqkm square_km km² km2 ตารางกิโลเมตร ตร.กม. กม.² กม.2 ตารางกม. ตร.กิโลเมตร
    sqmile 1: square_mile square_miles sq_mi sq_._mi ตารางไมล์ ตร.ไมล์
    acre 1: acre acres เอเคอร์
    sqfoot 1: square_foot square_feet sq_ft sq_._ft ตารางฟุต
    kilo 1000: กิโล
    mass 1/1000: mg milligram milligrams มิลลิกรัม
    mass 1: g gram grams gramme grammes กรัม
    mass 1000: kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes กิโลกรัม กก. กก
    mass 1000000: t tonne tonnes ton tons metric_ton metric_tons metric_tonnes ตัน
    ounce 1: oz ounce ounces ออนซ์
    pound 1: lb lbs pound pounds £ gbp pounds_sterling pound_sterling ปอนด์
    volume 1/1000: ml millilitre millilitres milliliter milliliters มิลลิลิตร
    volume 1: l litre litres liter liters ลิตร
    volume 1000: cubic_metre cubic_metres cubic_meter cubic_meters m³ m3 ลูกบาศก์เมตร
    gallon 1: gallon gallons แกลลอน
    speed 1: กิโลเมตร_ต่อ_ชั่วโมง กม._ต่อ_ชม. กม./ชม. km/h kph kmph
    speed 1: kmh kilometres_per_hour kilometers_per_hour km_per_hour kilometres_an_hour kilometers_an_hour
    speed 1: กม./ชม.
    mph 1: mph miles_per_hour miles_an_hour
    m/s 1: m/s metres_per_second meters_per_second
    celsius 1: °c ℃ degrees_celsius degree_celsius degrees_centigrade องศาเซลเซียส
    fahrenheit 1: °f degrees_fahrenheit degree_fahrenheit องศาฟาเรนไฮต์
    degree 1: ° degree degrees องศา
    kelvin 1: k kelvin kelvins เคลวิน
    percent 1: % percent per_cent pct ร้อยละ เปอร์เซ็นต์ เปอร์เซนต์
    point 1: percentage_point percentage_points
    usd 1: $ us$ usd dollar dollars us_dollar us_dollars u.s_dollars american_dollars ดอลลาร์ ดอลลาร์สหรัฐ เหรียญสหรัฐ
    eur 1: € euro euros eur ยูโร
    thb 1: ฿ baht บาท thb บ.
    jpy 1: ¥ yen เยน
    cny 1: yuan หยวน renminbi
    inr 1: ₹ rupee rupees รูปี
    cent 1: cent cents
    satang 1: satang สตางค์
    power 1: w watt watts วัตต์
    power 1000: kw kilowatt kilowatts กิโลวัตต์
    power 1000000: mw megawatt megawatts เมกะวัตต์
    energy 1: kwh
    volt 1: v volt volts โวลต์
    frequency 1: hz hertz เฮิรตซ์
    frequency 1000: khz kilohertz
    frequency 1000000: mhz megahertz เมกะเฮิรตซ์
    frequency 1000000000: ghz gigahertz
    byte 1000: kb kilobyte kilobytes
    byte 1000000: mb megabyte megabytes
    byte 1000000000: gb gigabyte gigabytes
    byte 1000000000000: tb terabyte terabytes
    person 1: คน ราย
"""


def _units() -> Mapping[str, Unit]:
    units = {}
    for line in _TABLE.strip().splitlines():
        head, names = line.split(":", 1)
        dimension, factor = head.split()
        units.update({name.replace("_", " "): (dimension, Fraction(factor)) for name in names.split()})
    for word, (name, (dimension, base)) in itertools.product(_PREFIXES, _BASES.items()):
        for spelling in (word + name, f"{word}{name}s"):
            units.setdefault(spelling, (dimension, base * _PREFIXES[word]))
    return units


_PREFIXES = {
    "micro": Fraction(1, 10**6),
    "milli": Fraction(1, 1000),
    "centi": Fraction(1, 100),
    "deci": Fraction(1, 10),
    "hecto": Fraction(100),
    "kilo": Fraction(1000),
    "mega": Fraction(10**6),
    "giga": Fraction(10**9),
    "tera": Fraction(10**12),
}
_BASES: Mapping[str, Unit] = {
    **dict.fromkeys(("metre", "meter"), ("length", Fraction(1))),
    **dict.fromkeys(("gram", "gramme"), ("mass", Fraction(1))),
    **dict.fromkeys(("litre", "liter"), ("volume", Fraction(1))),
    "watt": ("power", Fraction(1)),
    "hertz": ("frequency", Fraction(1)),
    "byte": ("byte", Fraction(1)),
    "volt": ("volt", Fraction(1)),
    "joule": ("joule", Fraction(1)),
}
UNITS = _units()
BEFORE = frozenset(
    ["$", "us$", "€", "£", "฿", "¥", "₹", "usd", "eur", "gbp", "thb", "jpy", "cny", "inr", "ร้อยละ"]
)  # written before the number
# Letters that are a unit only right after digits.
LETTERS = frozenset(
    [
        "m",
        "g",
        "l",
        "t",
        "k",
        "v",
        "w",
        "s",
        "h",
        "in",
        "ha",
        "mi",
        "min",
        "sec",
        "kb",
        "mb",
        "gb",
        "tb",
        "mw",
        "ม.",
        "ก.",
        "บ.",
    ]
)
LONGEST = 3  # words in a name of a unit


def meant(key: str, known: Collection[str]) -> str:
    """5 กิโล -> 5 kilometres or 5 kilograms, whichever is known."""
    if not key.endswith(":kilo"):
        return key
    return next((other for unit in ("length", "mass") if (other := f"{key[:-4]}{unit}") in known), key)
