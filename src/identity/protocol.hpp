// The wire form of the operations: AWS JSON 1.1, one struct an operation. Members are PascalCase on the wire and
// camelCase in messages, as Cognito's are; members that we do not know are ignored, as it does.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "http/message.hpp"
#include "identity/refused.hpp"
#include "identity/user_pool.hpp"
#include "json/codec.hpp"

namespace oprag::identity {

// A string taken as it is, white space included, of Min to Max characters.
template <std::size_t Min, std::size_t Max>
struct Exact {
  std::string value;
  operator const std::string&() const noexcept { return value; }
};

using ClientName = Exact<1, 128>;
using Username = Exact<1, 128>;
using Password = Exact<1, 256>;
using Code = Exact<1, 2048>;
using Token = Exact<1, 16384>;

struct Attribute {
  std::string name, value;
};
using Attributes = json::List<Attribute, 0, 32>;

// AuthParameters, ChallengeResponses, ClientMetadata: words by name.
struct Parameters {
  std::map<std::string, std::string> value;
  const std::string* find(const std::string& name) const;
  // Throws InvalidParameterException when it is missing or empty.
  const std::string& at(const std::string& name) const;
};

// Marks the requests of the protocol.
struct WireRequest {};

struct SignUp : WireRequest {
  ClientName client_id;
  Username username;
  Password password;
  std::optional<Attributes> user_attributes;
  std::optional<Parameters> client_metadata;
};
BOOST_DESCRIBE_STRUCT(SignUp, (), (client_id, username, password, user_attributes, client_metadata))

struct ConfirmSignUp : WireRequest {
  ClientName client_id;
  Username username;
  Code confirmation_code;
};
BOOST_DESCRIBE_STRUCT(ConfirmSignUp, (), (client_id, username, confirmation_code))

struct SendCode : WireRequest {
  ClientName client_id;
  Username username;
};
BOOST_DESCRIBE_STRUCT(SendCode, (), (client_id, username))

struct ConfirmForgotPassword : WireRequest {
  ClientName client_id;
  Username username;
  Code confirmation_code;
  Password password;
};
BOOST_DESCRIBE_STRUCT(ConfirmForgotPassword, (), (client_id, username, confirmation_code, password))

struct InitiateAuth : WireRequest {
  ClientName client_id;
  Exact<1, 64> auth_flow;
  Parameters auth_parameters;
};
BOOST_DESCRIBE_STRUCT(InitiateAuth, (), (client_id, auth_flow, auth_parameters))

struct RespondToAuthChallenge : WireRequest {
  ClientName client_id;
  Exact<1, 64> challenge_name;
  Parameters challenge_responses;
  std::optional<Exact<0, 4096>> session;
};
BOOST_DESCRIBE_STRUCT(RespondToAuthChallenge, (), (client_id, challenge_name, challenge_responses, session))

struct GetTokensFromRefreshToken : WireRequest {
  ClientName client_id;
  Token refresh_token;
};
BOOST_DESCRIBE_STRUCT(GetTokensFromRefreshToken, (), (client_id, refresh_token))

struct RevokeToken : WireRequest {
  ClientName client_id;
  Token token;
};
BOOST_DESCRIBE_STRUCT(RevokeToken, (), (client_id, token))

// GetUser and GlobalSignOut.
struct ByBearer : WireRequest {
  Token access_token;
};
BOOST_DESCRIBE_STRUCT(ByBearer, (), (access_token))

struct ChangePassword : WireRequest {
  Token access_token;
  std::optional<Password> previous_password;
  Password proposed_password;
};
BOOST_DESCRIBE_STRUCT(ChangePassword, (), (access_token, previous_password, proposed_password))

struct UpdateUserAttributes : WireRequest {
  Token access_token;
  Attributes user_attributes;
};
BOOST_DESCRIBE_STRUCT(UpdateUserAttributes, (), (access_token, user_attributes))

// AdminGetUser, AdminDisableUser, AdminEnableUser.
struct AdminOfUser : WireRequest {
  Exact<1, 55> user_pool_id;
  Username username;
};
BOOST_DESCRIBE_STRUCT(AdminOfUser, (), (user_pool_id, username))

struct AdminUpdateUserAttributes : WireRequest {
  Exact<1, 55> user_pool_id;
  Username username;
  Attributes user_attributes;
};
BOOST_DESCRIBE_STRUCT(AdminUpdateUserAttributes, (), (user_pool_id, username, user_attributes))

struct AdminCreateUser : WireRequest {
  Exact<1, 55> user_pool_id;
  Username username;
  std::optional<Password> temporary_password;
  std::optional<Attributes> user_attributes;
  std::optional<Exact<1, 16>> message_action;
};
BOOST_DESCRIBE_STRUCT(AdminCreateUser, (),
                      (user_pool_id, username, temporary_password, user_attributes, message_action))

struct AdminInitiateAuth : WireRequest {
  Exact<1, 55> user_pool_id;
  ClientName client_id;
  Exact<1, 64> auth_flow;
  Parameters auth_parameters;
};
BOOST_DESCRIBE_STRUCT(AdminInitiateAuth, (), (user_pool_id, client_id, auth_flow, auth_parameters))

// The members of a body as the codec names them: "ClientId" is client_id.
boost::json::value unwrapped(const std::string& body);

// What a client may say of a user: his name. Throws NotAuthorizedException for what only the server writes,
// InvalidParameterException for what it does not keep or an e-mail address that is not `username`.
struct OwnAttributes {
  std::optional<std::string> name;
};
OwnAttributes own_attributes(const std::vector<Attribute>& attributes, const std::string& username);

boost::json::object wire_of(const SignInStep& step);
boost::json::object wire_of(const Tokens& tokens);
boost::json::array attributes_of(const User& user);
boost::json::object delivery_to(const std::string& destination);

http::Response answer_of(const boost::json::object& body, int status = 200);
http::Response answer_of(const Refused& refused, int status = 400);

}  // namespace oprag::identity

namespace oprag::json {

template <std::derived_from<identity::WireRequest> T>
inline constexpr bool ignores_unknown<T> = true;

template <std::size_t Min, std::size_t Max>
struct Codec<identity::Exact<Min, Max>> {
  static identity::Exact<Min, Max> decode(const bj::value& v, std::string_view at) {
    auto text = Codec<std::string>::decode(v, at);
    const auto length = code_points(text);
    if (length < Min) reject(at, "is required");
    if (length > Max) reject(at, "must have at most " + std::to_string(Max) + " characters");
    return {std::move(text)};
  }
};

template <>
struct Codec<identity::Attribute> {
  static identity::Attribute decode(const bj::value& v, std::string_view at);
};

template <>
struct Codec<identity::Parameters> {
  static identity::Parameters decode(const bj::value& v, std::string_view at);
};

}  // namespace oprag::json
