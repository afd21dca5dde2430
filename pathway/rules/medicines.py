"""Generic names of the classes that the product rules on, to notice a class that cannot be right."""

import re
from enum import StrEnum


class MedicineClass(StrEnum):
    OPIOID = "opioid"
    NSAID = "nsaid"
    MUSCLE_RELAXANT = "muscle_relaxant"
    GABAPENTINOID = "gabapentinoid"
    BENZODIAZEPINE = "benzodiazepine"


# International and United States generic names (WHO ATC groups N02A and R05DA, M01A, M03B, N02BF, N05BA).
NAMES = {
    MedicineClass.OPIOID: (
        "alfentanil buprenorphine butorphanol codeine dihydrocodeine fentanyl hydrocodone "
        "hydromorphone levorphanol meperidine methadone morphine nalbuphine oliceridine oxycodone "
        "oxymorphone pentazocine pethidine remifentanil sufentanil tapentadol tilidine tramadol"
    ),
    MedicineClass.NSAID: (
        "aceclofenac celecoxib dexketoprofen diclofenac diflunisal etodolac etoricoxib fenoprofen "
        "flurbiprofen ibuprofen indomethacin indometacin ketoprofen ketorolac meclofenamate mefenamic "
        "meloxicam nabumetone naproxen oxaprozin piroxicam salsalate sulindac tolmetin"
    ),
    MedicineClass.MUSCLE_RELAXANT: (
        "baclofen carisoprodol chlorzoxazone cyclobenzaprine metaxalone methocarbamol orphenadrine "
        "tizanidine"
    ),
    MedicineClass.GABAPENTINOID: "gabapentin pregabalin",
    MedicineClass.BENZODIAZEPINE: (
        "alprazolam chlordiazepoxide clonazepam clorazepate diazepam estazolam flurazepam lorazepam "
        "midazolam oxazepam temazepam triazolam"
    ),
}
_BY_NAME = {name: group for group, names in NAMES.items() for name in names.split()}


def classes_of(name: str) -> set[MedicineClass]:
    """Of every generic name that stands in it; a combination has several, an unknown name none."""
    return {_BY_NAME[word] for word in re.findall(r"[a-z]+", name.lower()) if word in _BY_NAME}


def contradicts(name: str, stated: str) -> set[MedicineClass]:
    """The classes that the name belongs to and that were not stated: a question to ask, no answer.

    "Tramadol" entered as an NSAID gives {opioid}; whatever counts opioids counts it meanwhile.
    """
    return {group for group in classes_of(name) if group != stated}
