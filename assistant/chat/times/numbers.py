"""Numbers as digits and words: cardinals, ordinals, years."""

from __future__ import annotations

from assistant.chat.times.scan import Found, Scan, remembered

_SUFFIXES = frozenset({"st", "nd", "rd", "th"})


def digits(scan: Scan, index: int, most: int = 4) -> Found[int]:
    """A whole number of up to `most` digits that is not glued to letters before it."""
    word = scan.word(index)
    if word.isdecimal() and len(word) <= most:
        return int(word), index + 1
    return None


@remembered
def cardinal(scan: Scan, index: int) -> Found[int]:
    """ "12", "twelve", "twenty-one", "a hundred", "two thousand and fifteen"."""
    return digits(scan, index) or _worded(scan, index)


def _worded(scan: Scan, index: int) -> Found[int]:
    small = _small(scan, index)
    if small is None:
        return None
    total, end = small
    for scale in (1000, 100):
        found = scan.phrase(end, "numbers")
        if found and int(found[0]) == scale and total < 100:
            total, end = total * scale, found[1]
            rest = _small(scan, scan.skip(end, "and")) or _small(scan, end)
            if rest and rest[0] < scale:
                total, end = total + rest[0], rest[1]
    return total, end


def _small(scan: Scan, index: int) -> Found[int]:
    """0 to 99 in words."""
    found = scan.phrase(index, "numbers")
    if found is None or int(found[0]) >= 100:
        return None
    value, end = int(found[0]), found[1]
    if value >= 20 and value % 10 == 0:
        after = end + 1 if scan.word(end) == "-" else end
        unit = scan.phrase(after, "numbers")
        if unit and 0 < int(unit[0]) < 10:
            return value + int(unit[0]), unit[1]
    return value, end


@remembered
def ordinal(scan: Scan, index: int) -> Found[int]:
    """ "1st", "3 rd", "twenty-second", "thirtieth"; a wrong suffix ("2th") too."""
    number = digits(scan, index)
    if number:
        value, end = number
        return (value, end + 1) if scan.word(end) in _SUFFIXES and scan.glued(end) else None
    tens = scan.phrase(index, "numbers")
    if tens and int(tens[0]) in (20, 30):
        after = tens[1] + 1 if scan.word(tens[1]) == "-" else tens[1]
        unit = scan.phrase(after, "ordinals")
        if unit and int(unit[0]) < 10:
            return int(tens[0]) + int(unit[0]), unit[1]
    found = scan.phrase(index, "ordinals")
    return (int(found[0]), found[1]) if found else None


def day_number(scan: Scan, index: int) -> Found[int]:
    """1 to 31, as an ordinal or in digits."""
    found = ordinal(scan, index) or digits(scan, index, 2)
    return found if found and 1 <= found[0] <= 31 else None


def spoken_day(scan: Scan, index: int) -> Found[int]:
    """A day beside a month, where a cardinal in words is enough: "june twenty two"."""
    found = day_number(scan, index) or _small(scan, index)
    return found if found and 1 <= found[0] <= 31 else None


@remembered
def year(scan: Scan, index: int) -> Found[int]:
    """ "2014", "nineteen ninety six", "two thousand and fifteen"; from 1000 to 2999, with "A.D." any."""
    found = digits(scan, index) if scan.word(index).isdecimal() else _worded_year(scan, index)
    if found and found[0] and (era := scan.phrase(found[1], "era")):
        return found[0], scan.abbreviated(era[1])
    if scan.word(index).isdecimal() and len(scan.word(index)) != 4:
        return None
    if found and 1000 <= found[0] < 3000:
        return found
    return None


def _worded_year(scan: Scan, index: int) -> Found[int]:
    whole = _worded(scan, index)
    if whole and whole[0] >= 1000:
        return whole
    century = _small(scan, index)
    if century and 10 <= century[0] <= 29:
        rest = _small(scan, century[1])
        if rest and rest[0] >= 10:
            return century[0] * 100 + rest[0], rest[1]
    return None


def short_year(scan: Scan, index: int) -> Found[int]:
    """ "'87", "74": two digits, from fifty years ago to forty-nine ahead."""
    index = index + 1 if scan.word(index) in ("'", "’") else index
    if len(scan.word(index)) == 2 and (found := digits(scan, index, 2)):
        return full_year(found[0], scan.now.year), found[1]
    return None


def full_year(value: int, this_year: int) -> int:
    """Two digits as the year within fifty years of this one; others as they are."""
    if value >= 100:
        return value
    year = this_year // 100 * 100 + value
    if year >= this_year + 50:
        return year - 100
    return year + 100 if year < this_year - 50 else year
