#include "identity/provider.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "identity/admin_signature.hpp"
#include "identity/authorization.hpp"
#include "identity/operations.hpp"

namespace oprag::identity {
namespace {

namespace bj = boost::json;

constexpr std::string_view target_prefix = "AWSCognitoIdentityProviderService.";

struct Operation {
  std::string_view name;
  std::function<Output(const Visit&, const bj::value& body)> run;
};

// Reads the request, checks that it is for this pool's client, and runs `function`.
template <class T>
Operation operation(std::string_view name, Output (*function)(const Visit&, const T&)) {
  return {name, [function](const Visit& visit, const bj::value& body) {
            const auto request = json::decode<T>(body);
            if constexpr (requires { request.client_id; }) {
              if (request.client_id.value != visit.pool.keys().client_id()) {
                throw Refused("ResourceNotFoundException",
                              "User pool client " + request.client_id.value + " does not exist.");
              }
            }
            if constexpr (requires { request.user_pool_id; }) {
              if (request.user_pool_id.value != visit.pool.keys().pool_id()) {
                throw Refused("ResourceNotFoundException",
                              "User pool " + request.user_pool_id.value + " does not exist.");
              }
            }
            return function(visit, request);
          }};
}

const std::vector<Operation>& operations() {
  static const std::vector<Operation> all = {
      operation("SignUp", sign_up),
      operation("ConfirmSignUp", confirm_sign_up),
      operation("ResendConfirmationCode", resend_confirmation_code),
      operation("ForgotPassword", forgot_password),
      operation("ConfirmForgotPassword", confirm_forgot_password),
      operation("InitiateAuth", initiate_auth),
      operation("RespondToAuthChallenge", respond_to_auth_challenge),
      operation("GetTokensFromRefreshToken", tokens_from_refresh_token),
      operation("RevokeToken", revoke_token),
      operation("GetUser", describe_user),
      operation("ChangePassword", change_password),
      operation("UpdateUserAttributes", update_user_attributes),
      operation("GlobalSignOut", global_sign_out),
      operation("AdminCreateUser", admin_create_user),
      operation("AdminGetUser", admin_get_user),
      operation("AdminUpdateUserAttributes", admin_update_user_attributes),
      operation("AdminDisableUser", admin_disable_user),
      operation("AdminEnableUser", admin_enable_user),
      operation("AdminInitiateAuth", admin_initiate_auth),
  };
  return all;
}

http::Response preflight(std::string_view methods) {
  http::Response response{.status = 204};
  response.headers = {{"Access-Control-Allow-Methods", std::string(methods)},
                      {"Access-Control-Allow-Headers",
                       "content-type, x-amz-target, x-amz-user-agent, cache-control, amz-sdk-invocation-id, "
                       "amz-sdk-request, authorization, x-amz-date, x-amz-content-sha256, x-amz-security-token"},
                      {"Access-Control-Max-Age", "600"}};
  return response;
}

// A document that anybody may read and keep for a while.
http::Response document(const bj::object& body) {
  http::Response response;
  response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "public, max-age=300"}};
  response.body = bj::serialize(body);
  return response;
}

bj::object jwks(const KeyRing& keys) {
  bj::array all;
  for (const auto& [kid, key] : keys.keys()) all.push_back(crypto::jwk_of(kid, key));
  return {{"keys", std::move(all)}};
}

bj::object discovery(const KeyRing& keys) {
  bj::object out{{"issuer", keys.issuer()},
                 {"jwks_uri", keys.issuer() + "/.well-known/jwks.json"},
                 {"subject_types_supported", {"public"}},
                 {"id_token_signing_alg_values_supported", {"RS256"}}};
  for (const auto& [name, value] : authorization_metadata(keys)) out[name] = value;
  return out;
}

}  // namespace

Provider::Provider(UserPool& pool, const KeyRing& keys, Clock clock)
    : pool_(pool),
      keys_(keys),
      clock_(std::move(clock)),
      jwks_path_("/" + keys.pool_id() + "/.well-known/jwks.json"),
      discovery_path_("/" + keys.pool_id() + "/.well-known/openid-configuration") {}

bool Provider::takes(const http::Request& request) const {
  const auto& [method, path] = std::tie(request.method, request.path);
  if (path == jwks_path_ || path == discovery_path_) return method == "GET" || method == "HEAD" || method == "OPTIONS";
  if (path != "/") return false;
  if (method == "POST") return request.headers["X-Amz-Target"].starts_with(target_prefix);
  return method == "OPTIONS" &&
         ascii_lower(request.headers["Access-Control-Request-Headers"]).find("x-amz-target") != std::string::npos;
}

http::Response Provider::answer(const http::Request& request) {
  const bool is_document = request.path != "/";
  http::Response response;
  if (request.method == "OPTIONS") {
    response = preflight(is_document ? "GET" : "POST");
  } else if (is_document) {
    response = document(request.path == jwks_path_ ? jwks(keys_) : discovery(keys_));
  } else {
    response = run(request);
    response.headers.add("x-amzn-RequestId", request.id);
  }
  // No cookie speaks for anybody here, so any page may ask.
  response.headers.add("Access-Control-Allow-Origin", "*");
  response.headers.add("Access-Control-Expose-Headers",
                       "x-amzn-requestid, x-amzn-errortype, x-amzn-errormessage, date");
  return response;
}

http::Response Provider::run(const http::Request& request) const {
  const auto target = request.headers["X-Amz-Target"].substr(target_prefix.size());
  const auto found = std::ranges::find(operations(), target, &Operation::name);
  if (found == operations().end()) return answer_of(Refused("UnknownOperationException", "No such operation"));
  if (request.body_too_large) return answer_of(Refused("InvalidParameterException", "The body is too large"), 413);
  try {
    if (target.starts_with("Admin")) require_signature(request, clock_(), keys_.admin_key());
    return answer_of(found->run({pool_, request.client, clock_()}, unwrapped(request.body)));
  } catch (const Refused& refused) {
    return answer_of(refused);
  } catch (const Error& error) {
    return answer_of(Refused("InvalidParameterException", error.what()));
  } catch (const json::SyntaxError& error) {
    return answer_of(Refused("SerializationException", error.what()));
  } catch (const json::DuplicateMember& error) {
    return answer_of(Refused("SerializationException", error.what()));
  } catch (const std::exception& fault) {
    log::error("identity operation failed", {{"operation", target}, {"what", fault.what()}});
    return answer_of(Refused("InternalErrorException", "Internal error"), 500);
  }
}

}  // namespace oprag::identity
