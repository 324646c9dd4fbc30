"""Applying the realm: once, again, and after somebody changed it by hand."""

import pytest


def test_a_second_run_changes_nothing(keycloak):
    assert keycloak.apply() == []
    assert keycloak.apply(write=False) == []


@pytest.fixture
def user(keycloak):
    """A person's account, with what the directory keeps of them."""
    admin = keycloak.admin()
    account = {"username": "kept", "enabled": True, "attributes": {"region": ["350700"]}}
    user = admin.create_user(account)
    admin.assign_realm_roles(user, [admin.get_realm_role("reviewer")])
    yield user
    admin.delete_user(user)


def test_drift_by_hand_is_put_back_and_users_stay_as_they_are(keycloak, user):
    admin = keycloak.admin()
    before = admin.get_user(user), admin.get_realm_roles_of_user(user)
    realm = keycloak.settings.realm
    admin.update_realm(realm, {"registrationAllowed": True, "accessTokenLifespan": 36000})
    admin.update_realm_role("reviewer", {"name": "reviewer", "description": "changed"})
    admin.delete_realm_role("scanner")
    app, office = admin.get_client_id("talent-app"), admin.get_client_id("tax-office")
    weak = admin.get_client(app)
    weak["redirectUris"] = ["*"]
    weak["attributes"]["pkce.code.challenge.method"] = ""
    weak["directAccessGrantsEnabled"] = True
    admin.update_client(app, weak)
    admin.update_client(office, {**admin.get_client(office), "secret": "known to everybody"})
    forging = {
        "name": "forged",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-hardcoded-claim-mapper",
        "config": {"claim.name": "region", "claim.value": "350000"},
    }
    admin.add_mapper_to_client(app, forging)
    scope = admin.get_client_scope_by_name("talent-cloud")
    admin.add_mapper_to_client_scope(scope["id"], forging)
    identity = admin.get_client_id("identity-service")
    account = admin.get_client_service_account_user(identity)["id"]
    management = admin.get_client_id("realm-management")
    right = admin.get_client_role(management, "realm-admin")
    admin.assign_client_role(account, management, [right])
    admin.assign_realm_roles(account, [admin.get_realm_role("operator")])
    profile = admin.get_realm_users_profile()
    region = next(one for one in profile["attributes"] if one["name"] == "region")
    region["permissions"]["edit"] = ["admin", "user"]
    admin.update_realm_users_profile(profile | {"unmanagedAttributePolicy": "ENABLED"})
    admin.update_idp("wechat", {**admin.get_idp("wechat"), "enabled": False})

    told = keycloak.apply(write=False)
    assert keycloak.apply() == told
    assert set(told) == {
        "realm changed: registrationAllowed, accessTokenLifespan",
        "role reviewer changed: description",
        "role scanner created",
        "client talent-app changed: directAccessGrantsEnabled, redirectUris, "
        "attributes.pkce.code.challenge.method",
        "client talent-app deprived of the mapper forged",
        "client tax-office changed: secret",
        # Keycloak gives it this whenever somebody saves the client.
        "client tax-office deprived of the scope service_account",
        "scope talent-cloud deprived of the mapper forged",
        "client identity-service deprived of the right realm-admin",
        "client identity-service deprived of the role operator",
        "user profile changed: region.permissions.edit, unmanagedAttributePolicy",
        "identity provider wechat changed: enabled",
    }
    assert keycloak.apply() == []
    assert (admin.get_user(user), admin.get_realm_roles_of_user(user)) == before


def test_what_nobody_declared_is_not_kept_of_a_user(keycloak):
    admin = keycloak.admin()
    attributes = {"region": ["350700"], "phone": ["13812345678"], "firstName": ["小溪"]}
    account = {"username": "told-too-much", "firstName": "小溪", "attributes": attributes}
    user = admin.create_user(account)
    kept = admin.get_user(user)
    assert kept["attributes"] == {"region": ["350700"]}
    assert "firstName" not in kept
    admin.delete_user(user)
