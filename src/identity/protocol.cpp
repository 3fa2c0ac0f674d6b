#include "identity/protocol.hpp"

#include "json/parse.hpp"

namespace oprag::identity {

namespace bj = boost::json;

const std::string* Parameters::find(const std::string& name) const {
  const auto found = value.find(name);
  return found == value.end() || found->second.empty() ? nullptr : &found->second;
}

const std::string& Parameters::at(const std::string& name) const {
  if (const auto* found = find(name)) return *found;
  throw Refused("InvalidParameterException", "Missing required parameter " + name);
}

bj::value unwrapped(const std::string& body) {
  const auto parsed = json::parse(body.empty() ? "{}" : body, 16);
  if (!parsed.is_object()) throw json::SyntaxError("the body is not an object");
  bj::object members;
  for (const auto& [key, value] : parsed.get_object()) {
    std::string name(key);
    if (name.empty() || name[0] < 'A' || name[0] > 'Z') continue;
    name[0] = static_cast<char>(name[0] - 'A' + 'a');
    members.emplace(name, value);
  }
  return members;
}

OwnAttributes own_attributes(const std::vector<Attribute>& attributes, const std::string& username) {
  OwnAttributes out;
  for (const auto& [name, value] : attributes) {
    if (name == "sub" || name == "email_verified" || name.starts_with("custom:")) {
      throw Refused("NotAuthorizedException", "A client attempted to write unauthorized attribute");
    }
    if (name == "name") {
      out.name = std::string(trim(value));
      if (code_points(*out.name) > 80)
        throw Refused("InvalidParameterException", "name must have at most 80 characters");
    } else if (name == "email") {
      if (ascii_lower(trim(value)) != ascii_lower(trim(username))) {
        throw Refused("InvalidParameterException", "The email attribute must be the user name");
      }
    } else {
      throw Refused("InvalidParameterException",
                    "Attributes did not conform to the schema: " + name + ": Attribute does not exist in the schema.");
    }
  }
  return out;
}

bj::object wire_of(const Tokens& tokens) {
  bj::object result{{"AccessToken", tokens.access_token},
                    {"ExpiresIn", token_seconds},
                    {"TokenType", "Bearer"},
                    {"IdToken", tokens.id_token}};
  if (tokens.refresh_token) result["RefreshToken"] = *tokens.refresh_token;
  return {{"AuthenticationResult", std::move(result)}, {"ChallengeParameters", bj::object()}};
}

bj::object wire_of(const SignInStep& step) {
  if (step.tokens) return wire_of(*step.tokens);
  bj::object parameters;
  for (const auto& [name, value] : step.challenge->parameters) parameters[name] = value;
  bj::object out{{"ChallengeName", step.challenge->name}, {"ChallengeParameters", std::move(parameters)}};
  if (!step.challenge->session.empty()) out["Session"] = step.challenge->session;
  return out;
}

bj::array attributes_of(const User& user) {
  bj::array out;
  const auto add = [&](std::string_view name, std::string_view value) {
    out.push_back(bj::object{{"Name", name}, {"Value", value}});
  };
  add("sub", user.subject);
  add("email", user.username);
  add("email_verified", user.email_verified ? "true" : "false");
  if (user.name) add("name", *user.name);
  if (user.tenant_id) add("custom:tenant_id", *user.tenant_id);
  return out;
}

bj::object delivery_to(const std::string& destination) {
  return {{"Destination", destination}, {"DeliveryMedium", "EMAIL"}, {"AttributeName", "email"}};
}

http::Response answer_of(const bj::object& body, int status) {
  http::Response response{.status = status};
  response.headers = {{"Content-Type", "application/x-amz-json-1.1"}};
  response.body = bj::serialize(body);
  return response;
}

http::Response answer_of(const Refused& refused, int status) {
  auto response = answer_of(bj::object{{"__type", refused.type()}, {"message", refused.what()}}, status);
  response.headers.add("x-amzn-ErrorType", refused.type() + ":");
  return response;
}

}  // namespace oprag::identity

namespace oprag::json {

identity::Attribute Codec<identity::Attribute>::decode(const bj::value& v, std::string_view at) {
  if (!v.is_object()) reject(at, "must be an object");
  const auto member = [&](std::string_view name, std::size_t min, std::size_t max) {
    const auto* found = v.get_object().if_contains(name);
    const auto path = member_path(at, name);
    auto text = found && !found->is_null() ? Codec<std::string>::decode(*found, path) : std::string();
    if (text.size() < min) reject(path, "is required");
    if (code_points(text) > max) reject(path, "must have at most " + std::to_string(max) + " characters");
    return text;
  };
  return {member("Name", 1, 32), member("Value", 0, 2048)};
}

identity::Parameters Codec<identity::Parameters>::decode(const bj::value& v, std::string_view at) {
  if (!v.is_object()) reject(at, "must be an object");
  if (v.get_object().size() > 32) reject(at, "must have at most 32 entries");
  identity::Parameters out;
  for (const auto& [key, value] : v.get_object()) {
    const auto path = member_path(at, key);
    auto text = Codec<std::string>::decode(value, path);
    if (text.size() > 16384) reject(path, "must have at most 16384 bytes");
    out.value.emplace(key, std::move(text));
  }
  return out;
}

}  // namespace oprag::json
