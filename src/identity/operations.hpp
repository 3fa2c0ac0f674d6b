// The operations of the protocol, by subject: what each does with the pool and what it answers. provider.cpp lists
// them.
#pragma once
#include <boost/json/object.hpp>
#include <string>

#include "identity/protocol.hpp"

namespace oprag::identity {

// One call: whose pool, and from where.
struct Visit {
  UserPool& pool;
  const std::string& address;
  Timestamp now;
};

using Output = boost::json::object;

// sign_up_operations.cpp
Output sign_up(const Visit& visit, const SignUp& request);
Output confirm_sign_up(const Visit& visit, const ConfirmSignUp& request);
Output resend_confirmation_code(const Visit& visit, const SendCode& request);
Output forgot_password(const Visit& visit, const SendCode& request);
Output confirm_forgot_password(const Visit& visit, const ConfirmForgotPassword& request);

// sign_in_operations.cpp
Output initiate_auth(const Visit& visit, const InitiateAuth& request);
Output respond_to_auth_challenge(const Visit& visit, const RespondToAuthChallenge& request);
Output tokens_from_refresh_token(const Visit& visit, const GetTokensFromRefreshToken& request);
Output revoke_token(const Visit& visit, const RevokeToken& request);

// account_operations.cpp
Output describe_user(const Visit& visit, const ByBearer& request);
Output change_password(const Visit& visit, const ChangePassword& request);
Output update_user_attributes(const Visit& visit, const UpdateUserAttributes& request);
Output global_sign_out(const Visit& visit, const ByBearer& request);

// admin_operations.cpp: signed with the installation's admin key
Output admin_create_user(const Visit& visit, const AdminCreateUser& request);
Output admin_get_user(const Visit& visit, const AdminOfUser& request);
Output admin_update_user_attributes(const Visit& visit, const AdminUpdateUserAttributes& request);
Output admin_disable_user(const Visit& visit, const AdminOfUser& request);
Output admin_enable_user(const Visit& visit, const AdminOfUser& request);
Output admin_initiate_auth(const Visit& visit, const AdminInitiateAuth& request);

}  // namespace oprag::identity
