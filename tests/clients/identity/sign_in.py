"""boto3 signs people up and in: sign_in.py URL."""
import secrets

import checks
from checks import check, client_id, provider, refused

idp = provider()


def sign_in(name, password):
    return idp.initiate_auth(ClientId=client_id, AuthFlow="USER_PASSWORD_AUTH",
                             AuthParameters={"USERNAME": name, "PASSWORD": password})


email = f"py-{secrets.token_hex(6)}@example.test"
made = idp.sign_up(ClientId=client_id, Username=email, Password="correct horse",
                   UserAttributes=[{"Name": "email", "Value": email}])
check(made["UserConfirmed"], "confirmed without mail")
refused("UsernameExistsException", idp.sign_up, ClientId=client_id, Username=email, Password="correct horse")
refused("ResourceNotFoundException", idp.sign_up, ClientId="other", Username=email, Password="correct horse")
refused("NotAuthorizedException", sign_in, name=email, password="wrong horse")
refused("NotAuthorizedException", sign_in, name="nobody-" + email, password="correct horse")
refused("CodeMismatchException", idp.confirm_sign_up, ClientId=client_id, Username=email, ConfirmationCode="000000")
refused("CodeDeliveryFailureException", idp.forgot_password, ClientId=client_id, Username=email)

result = sign_in(email, "correct horse")["AuthenticationResult"]
check(result["TokenType"] == "Bearer" and result["ExpiresIn"] == 3600, "tokens for an hour")
check(idp.get_user(AccessToken=result["AccessToken"])["Username"] == made["UserSub"], "described")
refused("NotAuthorizedException", idp.get_user, AccessToken=result["IdToken"])
rotated = idp.get_tokens_from_refresh_token(ClientId=client_id, RefreshToken=result["RefreshToken"])
rotated = rotated["AuthenticationResult"]
check(rotated["RefreshToken"] != result["RefreshToken"], "rotated")
idp.revoke_token(ClientId=client_id, Token=rotated["RefreshToken"])
refused("NotAuthorizedException", idp.get_user, AccessToken=rotated["AccessToken"])
result = sign_in(email, "correct horse")["AuthenticationResult"]
idp.change_password(AccessToken=result["AccessToken"], PreviousPassword="correct horse",
                    ProposedPassword="battery staple")
idp.global_sign_out(AccessToken=result["AccessToken"])
refused("NotAuthorizedException", idp.get_user, AccessToken=result["AccessToken"])
check("AuthenticationResult" in sign_in(email, "battery staple"), "signs in with the new password")
print(f"python: {checks.count} checks")
