"""A position as schema.org's JobPosting; pure."""

from datetime import date, datetime, time, timedelta
from html import escape
from typing import Any

from talent_kit.clock import SHANGHAI
from talent_kit.regions import region_name, regions

from .schemas import PublicPosition

MEDIA_TYPE = "application/ld+json"


def job_posting(position: PublicPosition, url: str, language: str, on: date) -> dict[str, Any]:
    """Return the JSON-LD of a published position in `zh` or `en`; pay in yuan."""
    end = datetime.combine(position.closes_on + timedelta(days=1), time.min, SHANGHAI)
    about = position.about.zh if language == "zh" else position.about.en
    paragraphs = [each for each in about.split("\n") if each.strip()]
    return {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "@id": url,
        "url": url,
        "title": position.title.in_language(language),
        "description": "".join(f"<p>{escape(each)}</p>" for each in paragraphs),
        "identifier": {
            "@type": "PropertyValue",
            "name": position.station.name.in_language(language),
            "value": str(position.id),
        },
        "datePosted": position.published_at.astimezone(SHANGHAI).date().isoformat(),
        "validThrough": (end - timedelta(seconds=1)).isoformat(),
        "employmentType": "FULL_TIME",
        "totalJobOpenings": position.number,
        "hiringOrganization": {
            "@type": "Organization",
            "name": position.station.unit.in_language(language),
            "department": {
                "@type": "Organization",
                "name": position.station.name.in_language(language),
            },
        },
        "jobLocation": {"@type": "Place", "address": _address(position.region, language, on)},
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": "CNY",
            "value": {
                "@type": "QuantitativeValue",
                "minValue": position.pay.least / 100,
                "maxValue": position.pay.most / 100,
                "unitText": "YEAR",
            },
        },
        "educationRequirements": {
            "@type": "EducationalOccupationalCredential",
            "credentialCategory": "doctoral degree",
        },
        "occupationalCategory": position.disciplines,
        "directApply": True,
    }


def _address(region: str, language: str, on: date) -> dict[str, str]:
    """Return where the work is: the place, its province, the country."""
    line = (region, *regions().ancestors(region, on))
    # The last is the country.
    names = [region_name(code, on).in_language(language) for code in line[:-1]]
    address = {"@type": "PostalAddress", "addressCountry": "CN"}
    if names:
        address["addressLocality"], address["addressRegion"] = names[0], names[-1]
    return address
