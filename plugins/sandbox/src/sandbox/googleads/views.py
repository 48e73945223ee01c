"""What a resource in FROM is made of: its objects by place, and all that there is of it."""

import base64
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from sandbox.googleads.cells import Place
from sandbox.googleads.customers import clients
from sandbox.googleads.inventory import (
    ACTIONS,
    AGES,
    GENDERS,
    Band,
    Inventory,
    Item,
    Keyword,
    keywords,
)
from sandbox.googleads.places import CITIES_OF, COUNTRIES, GeoTarget
from sandbox.world.campaigns import Ad


def view(resource: str, inventory: Inventory, ad: Ad, place: Place) -> Item:
    """The objects that a place in an ad's day adds to those of the ad."""
    make = _VIEWS.get(resource)
    return make(inventory, ad, place) if make else {}


def entities(resource: str, inventory: Inventory) -> Iterator[Item]:
    """What there is of a resource, whether it was ever shown or not.

    Views of what happened (search terms, places) hold nothing of themselves.
    """
    make = _ENTITIES.get(resource)
    return make(inventory) if make else iter(())


T = TypeVar("T")


def _of(kind: type[T], value: object) -> T:
    """A value of a dimension, which is known to be of a kind."""
    if not isinstance(value, kind):
        raise TypeError(value)
    return value


def _keyword_view(inventory: Inventory, ad: Ad, place: Place) -> Item:
    criterion = inventory.keyword(ad, _of(Keyword, place["keyword"]))
    return {"keyword_view": _view(criterion, "keywordViews"), "ad_group_criterion": criterion}


def _view(criterion: Mapping[str, object], collection: str) -> dict[str, object]:
    """The view of a criterion has the criterion's name."""
    name = str(criterion["resource_name"])
    return {"resource_name": name.replace("adGroupCriteria", collection)}


def _search_term_view(inventory: Inventory, ad: Ad, place: Place) -> Item:
    term = place["term"]
    if term is None:
        return {}
    text = base64.urlsafe_b64encode(str(term).encode()).decode().rstrip("=")
    customer = inventory.customer.resource_name
    group = f"{ad.campaign.campaign_id}~{ad.ad_group_id}"
    known = _of(Keyword, place["keyword"]).text == term
    return {
        "search_term_view": {
            "resource_name": f"{customer}/searchTermViews/{group}~{text}",
            "ad_group": f"{customer}/adGroups/{ad.ad_group_id}",
            "search_term": term,
            "status": "ADDED" if known else "NONE",
        }
    }


def _geographic_view(inventory: Inventory, _ad: Ad, place: Place) -> Item:
    country, kind = _of(GeoTarget, place["country"]).criterion_id, place["location_type"]
    customer = inventory.customer.resource_name
    return {
        "geographic_view": {
            "resource_name": f"{customer}/geographicViews/{country}~{kind}",
            "country_criterion_id": country,
            "location_type": kind,
        }
    }


def _user_location_view(inventory: Inventory, _ad: Ad, place: Place) -> Item:
    country, targeted = _of(GeoTarget, place["country"]).criterion_id, place["targeted"]
    customer = inventory.customer.resource_name
    return {
        "user_location_view": {
            "resource_name": f"{customer}/userLocationViews/{country}~{str(targeted).lower()}",
            "country_criterion_id": country,
            "targeting_location": targeted,
        }
    }


def _age_range_view(inventory: Inventory, ad: Ad, place: Place) -> Item:
    criterion = inventory.age_range(ad, _of(Band, place["age"]))
    return {"age_range_view": _view(criterion, "ageRangeViews"), "ad_group_criterion": criterion}


def _gender_view(inventory: Inventory, ad: Ad, place: Place) -> Item:
    criterion = inventory.gender(ad, _of(Band, place["gender"]))
    return {"gender_view": _view(criterion, "genderViews"), "ad_group_criterion": criterion}


def _asset_group(inventory: Inventory, ad: Ad, place: Place) -> Item:
    number = int(str(place["asset_group"]))
    return {"asset_group": inventory.asset_group(ad.campaign, number)}


def _action_view(_inventory: Inventory, _ad: Ad, _place: Place) -> Item:
    return {"conversion_action": {}}


_VIEWS: dict[str, Callable[[Inventory, Ad, Place], Item]] = {
    "keyword_view": _keyword_view,
    "search_term_view": _search_term_view,
    "geographic_view": _geographic_view,
    "user_location_view": _user_location_view,
    "age_range_view": _age_range_view,
    "gender_view": _gender_view,
    "asset_group": _asset_group,
    "conversion_action": _action_view,
}


def _customers(inventory: Inventory) -> Iterator[Item]:
    yield {"customer": inventory.customer.attributes()}


def _clients(inventory: Inventory) -> Iterator[Item]:
    customer = inventory.customer
    for client in clients(customer):
        yield {"customer": customer.attributes(), "customer_client": client.as_client(customer)}


def _campaigns(inventory: Inventory) -> Iterator[Item]:
    return map(inventory.campaign_item, inventory.campaigns)


def _ad_groups(inventory: Inventory) -> Iterator[Item]:
    return map(inventory.ad_group_item, inventory.groups())


def _ads(inventory: Inventory) -> Iterator[Item]:
    return (inventory.ad_item(ad) for ad in inventory.ads if ad.ad_id)


def _keyword_views(inventory: Inventory) -> Iterator[Item]:
    for ad in inventory.groups():
        for keyword in keywords(ad):
            yield {
                **inventory.ad_group_item(ad),
                **_keyword_view(inventory, ad, {"keyword": keyword}),
            }


def _age_range_views(inventory: Inventory) -> Iterator[Item]:
    for ad in inventory.groups():
        for age in AGES:
            yield {**inventory.ad_group_item(ad), **_age_range_view(inventory, ad, {"age": age})}


def _gender_views(inventory: Inventory) -> Iterator[Item]:
    for ad in inventory.groups():
        for gender in GENDERS:
            place = {"gender": gender}
            yield {**inventory.ad_group_item(ad), **_gender_view(inventory, ad, place)}


def _criteria(inventory: Inventory) -> Iterator[Item]:
    for views in (_keyword_views, _age_range_views, _gender_views):
        yield from views(inventory)


def _asset_groups(inventory: Inventory) -> Iterator[Item]:
    for ad in inventory.ads:
        if ad.ad_group_id is None:
            for number in (1, 2):
                above = inventory.campaign_item(ad.campaign)
                yield {**above, "asset_group": inventory.asset_group(ad.campaign, number)}


def _geo_targets(_inventory: Inventory) -> Iterator[Item]:
    for code, country in COUNTRIES.items():
        for place in (country, *CITIES_OF[code].values()):
            yield {"geo_target_constant": place.attributes()}


def _actions(inventory: Inventory) -> Iterator[Item]:
    for action in ACTIONS:
        customer = inventory.customer.attributes()
        yield {"customer": customer, "conversion_action": inventory.action(action)}


_ENTITIES: dict[str, Callable[[Inventory], Iterator[Item]]] = {
    "customer": _customers,
    "customer_client": _clients,
    "campaign": _campaigns,
    "campaign_budget": _campaigns,
    "ad_group": _ad_groups,
    "ad_group_ad": _ads,
    "ad_group_criterion": _criteria,
    "keyword_view": _keyword_views,
    "age_range_view": _age_range_views,
    "gender_view": _gender_views,
    "asset_group": _asset_groups,
    "conversion_action": _actions,
    "geo_target_constant": _geo_targets,
}
