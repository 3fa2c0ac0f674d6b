#include "identity/operations.hpp"

namespace oprag::identity {
namespace {

Tokens refreshed(const Visit& visit, const Parameters& parameters) {
  return visit.pool.sessions().refresh(parameters.at("REFRESH_TOKEN"), Sessions::Rotate::no,
                                       visit.pool.keys().client_id());
}

SignInStep prove_password(const Visit& visit, const Parameters& responses) {
  return visit.pool.finish_srp({.user_id = responses.at("USERNAME"),
                                .secret_block = responses.at("PASSWORD_CLAIM_SECRET_BLOCK"),
                                .signature = responses.at("PASSWORD_CLAIM_SIGNATURE"),
                                .timestamp = responses.at("TIMESTAMP")},
                               visit.address);
}

SignInStep choose_password(const Visit& visit, const RespondToAuthChallenge& request) {
  const auto& responses = request.challenge_responses;
  constexpr std::string_view prefix = "userAttributes.";
  std::vector<Attribute> attributes;
  for (const auto& [name, value] : responses.value) {
    if (name.starts_with(prefix)) attributes.push_back({name.substr(prefix.size()), value});
  }
  const auto own = own_attributes(attributes, "");
  return visit.pool.set_first_password(request.session ? request.session->value : "", responses.at("USERNAME"),
                                       responses.at("NEW_PASSWORD"), own.name);
}

}  // namespace

Output initiate_auth(const Visit& visit, const InitiateAuth& request) {
  const auto& flow = request.auth_flow.value;
  const auto& parameters = request.auth_parameters;
  if (flow == "USER_SRP_AUTH") {
    return wire_of(visit.pool.begin_srp(parameters.at("USERNAME"), parameters.at("SRP_A"), visit.address));
  }
  if (flow == "USER_PASSWORD_AUTH") {
    return wire_of(
        visit.pool.sign_in_with_password(parameters.at("USERNAME"), parameters.at("PASSWORD"), visit.address));
  }
  if (flow == "REFRESH_TOKEN_AUTH" || flow == "REFRESH_TOKEN") return wire_of(refreshed(visit, parameters));
  throw Refused("InvalidParameterException", "Initiate Auth method not supported: " + flow);
}

Output respond_to_auth_challenge(const Visit& visit, const RespondToAuthChallenge& request) {
  const auto& challenge = request.challenge_name.value;
  if (challenge == "PASSWORD_VERIFIER") return wire_of(prove_password(visit, request.challenge_responses));
  if (challenge == "NEW_PASSWORD_REQUIRED") return wire_of(choose_password(visit, request));
  throw Refused("InvalidParameterException", "Challenge not supported: " + challenge);
}

Output tokens_from_refresh_token(const Visit& visit, const GetTokensFromRefreshToken& request) {
  return wire_of(
      visit.pool.sessions().refresh(request.refresh_token, Sessions::Rotate::yes, visit.pool.keys().client_id()));
}

Output revoke_token(const Visit& visit, const RevokeToken& request) {
  visit.pool.sessions().revoke(request.token, visit.pool.keys().client_id());
  return {};
}

}  // namespace oprag::identity
