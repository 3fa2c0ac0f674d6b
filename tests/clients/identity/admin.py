"""boto3 as an administrator: admin.py URL ACCESS SECRET. Its calls are signed with the installation's own key."""
import secrets
import sys

import checks
from checks import check, client_id, provider, refused

access, secret = sys.argv[2:4]
pool = checks.config["userPoolId"]


def sign_in(name, password):
    return idp.admin_initiate_auth(UserPoolId=pool, ClientId=client_id, AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                                   AuthParameters={"USERNAME": name, "PASSWORD": password})


idp = provider(access, secret)
email = f"admin-{secrets.token_hex(6)}@example.test"
who = {"UserPoolId": pool, "Username": email}
made = idp.admin_create_user(**who, TemporaryPassword="for the moment", UserAttributes=[{"Name": "name", "Value": "Ada"}])["User"]
check(made["UserStatus"] == "FORCE_CHANGE_PASSWORD" and made["Enabled"], "made with a password for once")
refused("UsernameExistsException", idp.admin_create_user, **who, TemporaryPassword="another one")
again = idp.admin_create_user(**who, TemporaryPassword="for now only", MessageAction="RESEND")["User"]
check(again["Username"] == made["Username"], "the same user, offered again")
refused("NotAuthorizedException", sign_in, name=email, password="for the moment")
challenge = sign_in(email, "for now only")
check(challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED", "asked for a password of his own")
signed_in = provider().respond_to_auth_challenge(
    ClientId=client_id, ChallengeName="NEW_PASSWORD_REQUIRED", Session=challenge["Session"],
    ChallengeResponses={"USERNAME": email, "NEW_PASSWORD": "battery staple"})
check(signed_in["AuthenticationResult"]["IdToken"], "signed in with it")
found = idp.admin_get_user(**who)
check(found["UserStatus"] == "CONFIRMED" and {"Name": "name", "Value": "Ada"} in found["UserAttributes"], "described")
idp.admin_update_user_attributes(**who, UserAttributes=[{"Name": "name", "Value": "Ada L."},
                                                        {"Name": "email_verified", "Value": "true"}])
attributes = {a["Name"]: a["Value"] for a in idp.admin_get_user(**who)["UserAttributes"]}
check(attributes["name"] == "Ada L." and attributes["email_verified"] == "true", "described anew")
refused("NotAuthorizedException", idp.admin_update_user_attributes, **who,
        UserAttributes=[{"Name": "custom:tenant_id", "Value": "co_other"}])
idp.admin_disable_user(**who)
check(not idp.admin_get_user(**who)["Enabled"], "disabled")
refused("NotAuthorizedException", sign_in, name=email, password="battery staple")
refused("NotAuthorizedException", provider().get_user,
        AccessToken=signed_in["AuthenticationResult"]["AccessToken"])
idp.admin_enable_user(**who)
check(sign_in(email, "battery staple")["AuthenticationResult"]["TokenType"] == "Bearer", "enabled")
refused("UserNotFoundException", idp.admin_get_user, UserPoolId=pool, Username="nobody@example.test")
refused("ResourceNotFoundException", idp.admin_get_user, UserPoolId="local_other", Username=email)
refused("InvalidSignatureException", provider(access, "wrong").admin_get_user, **who)
refused("UnrecognizedClientException", provider("AKNOBODY", secret).admin_get_user, **who)
refused("IncompleteSignatureException", provider().admin_get_user, **who)
print(f"administrator: {checks.count} checks")
