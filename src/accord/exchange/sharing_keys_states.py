"""States by ISO 3166, by the abbreviations of the Correlates of War project, and by name.

The abbreviations are those of COW's State System Membership list. Where COW changed one, the
newest stands first. Names are those by which aid trackers call the states.
"""

from __future__ import annotations

from types import MappingProxyType

__all__ = ["STATES", "abbreviations", "iso_of_abbreviation", "iso_of_name"]

_TABLE = """
ALB ALB Albania
AND AND Andorra
ARM ARM Armenia
AUS AUL Australia
AUT AUS Austria
AZE AZE Azerbaijan
BEL BEL Belgium
BGR BUL Bulgaria
BIH BOS Bosnia and Herzegovina|Bosnia-Herzegovina
BLR BLR Belarus
BRA BRA Brazil
CAN CAN Canada
CHE SWZ Switzerland
CHN CHN China
CYP CYP Cyprus
CZE CZR Czechia|Czech Republic
DEU GMY/GFR Germany
DNK DEN Denmark
ESP SPN Spain
EST EST Estonia
FIN FIN Finland
FRA FRN France
GBR UKG United Kingdom
GEO GRG Georgia
GRC GRC Greece
HRV CRO Croatia
HUN HUN Hungary
IND IND India
IRL IRE Ireland
ISL ICE Iceland
ISR ISR Israel
ITA ITA Italy
JPN JPN Japan
KAZ KZK Kazakhstan
KOR ROK South Korea|Republic of Korea
LIE LIE Liechtenstein
LTU LIT Lithuania
LUX LUX Luxembourg
LVA LAT Latvia
MCO MNC Monaco
MDA MLD Moldova
MEX MEX Mexico
MKD MAC North Macedonia|Macedonia
MLT MLT Malta
MNE MNG Montenegro
NLD NTH Netherlands
NOR NOR Norway
NZL NEW New Zealand
POL POL Poland
PRT POR Portugal
ROU ROM/RUM Romania
RUS RUS Russia
SMR SNM San Marino
SRB SRB/YUG Serbia
SVK SLO Slovakia
SVN SLV Slovenia
SWE SWD Sweden
TUR TUR Turkey|Turkiye|Türkiye
TWN TAW Taiwan
UKR UKR Ukraine
USA USA United States
XKX KOS Kosovo
"""

_ROWS = tuple(line.split(maxsplit=2) for line in _TABLE.strip().splitlines())
STATES = MappingProxyType({iso: tuple(cow.split("/")) for iso, cow, _ in _ROWS})
"""COW's abbreviations by ISO code."""

_BY_NAME = MappingProxyType(
    {name.casefold(): iso for iso, _, names in _ROWS for name in names.split("|")}
)
_BY_ABBREVIATION = MappingProxyType({cow: iso for iso, names in STATES.items() for cow in names})


def abbreviations(iso: str) -> tuple[str, ...]:
    """COW's abbreviations of a state, the newest first; none where it is unknown."""
    return STATES.get(iso, ())


def iso_of_abbreviation(abbreviation: str) -> str:
    """The ISO code behind COW's abbreviation, empty where it is unknown."""
    return _BY_ABBREVIATION.get(abbreviation, "")


def iso_of_name(name: str) -> str:
    """The ISO code of a state by its English name, empty where it is unknown."""
    return _BY_NAME.get(" ".join(name.split()).casefold(), "")
