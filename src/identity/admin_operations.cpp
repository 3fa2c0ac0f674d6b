#include "identity/operations.hpp"

namespace oprag::identity {
namespace {

constexpr std::int64_t temporary_password_days = 7;

User require_user(const Visit& visit, const std::string& name) {
  auto user = visit.pool.find(name);
  if (!user) throw Refused("UserNotFoundException", "User does not exist.");
  return *std::move(user);
}

std::string_view status_word(UserStatus status) {
  if (status == UserStatus::unconfirmed) return "UNCONFIRMED";
  return status == UserStatus::confirmed ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD";
}

Output wire_of_user(const User& user, std::string_view attributes) {
  return {{"Username", user.subject},
          {attributes, attributes_of(user)},
          {"UserCreateDate", static_cast<double>(user.created_at.ms) / 1000},
          {"UserLastModifiedDate", static_cast<double>(user.updated_at.ms) / 1000},
          {"Enabled", user.enabled},
          {"UserStatus", status_word(user.status)}};
}

}  // namespace

Output admin_create_user(const Visit& visit, const AdminCreateUser& request) {
  if (!request.temporary_password) {
    throw Refused("InvalidParameterException", "TemporaryPassword is required: it is not sent by mail");
  }
  const auto own =
      request.user_attributes ? own_attributes(*request.user_attributes, request.username) : OwnAttributes();
  const bool again = request.message_action && request.message_action->value == "RESEND";
  check_password(request.temporary_password->value, request.username.value);
  const bool taken = visit.pool.find(request.username) && !again;
  if (taken || !visit.pool.offer(request.username, own.name, *request.temporary_password,
                                 visit.now + temporary_password_days * day_ms)) {
    throw Refused("UsernameExistsException", "User account already exists");
  }
  return {{"User", wire_of_user(require_user(visit, request.username), "Attributes")}};
}

Output admin_get_user(const Visit& visit, const AdminOfUser& request) {
  return wire_of_user(require_user(visit, request.username), "UserAttributes");
}

// Beside what a user may say of himself: whether his address is proven. The company follows the membership, not a word.
Output admin_update_user_attributes(const Visit& visit, const AdminUpdateUserAttributes& request) {
  const auto user = require_user(visit, request.username);
  std::optional<bool> verified;
  std::vector<Attribute> others;
  for (const auto& attribute : request.user_attributes.value) {
    if (attribute.name != "email_verified") {
      others.push_back(attribute);
    } else if (attribute.value == "true" || attribute.value == "false") {
      verified = attribute.value == "true";
    } else {
      throw Refused("InvalidParameterException", "email_verified must be true or false");
    }
  }
  visit.pool.describe(user.subject, own_attributes(others, user.username).name, verified);
  return {};
}

Output admin_disable_user(const Visit& visit, const AdminOfUser& request) {
  visit.pool.set_enabled(require_user(visit, request.username).username, false);
  return {};
}

Output admin_enable_user(const Visit& visit, const AdminOfUser& request) {
  visit.pool.set_enabled(require_user(visit, request.username).username, true);
  return {};
}

Output admin_initiate_auth(const Visit& visit, const AdminInitiateAuth& request) {
  const auto& flow = request.auth_flow.value;
  if (flow != "ADMIN_USER_PASSWORD_AUTH" && flow != "ADMIN_NO_SRP_AUTH") {
    throw Refused("InvalidParameterException", "Initiate Auth method not supported: " + flow);
  }
  const auto& parameters = request.auth_parameters;
  return wire_of(visit.pool.sign_in_with_password(parameters.at("USERNAME"), parameters.at("PASSWORD"), visit.address));
}

}  // namespace oprag::identity
