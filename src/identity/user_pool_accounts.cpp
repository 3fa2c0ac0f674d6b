#include "base/text.hpp"
#include "identity/refused.hpp"
#include "identity/user_pool.hpp"

namespace oprag::identity {

// ---- with an access token

User UserPool::user_of(const std::string& access_token) const {
  return database_.read_system(
      [&](db::System& directory) { return sessions_.bearer_of(directory, access_token, account_scope).user; });
}

boost::json::object UserPool::claims_of_bearer(const std::string& access_token) const {
  const auto [user, scope] = database_.read_system(
      [&](db::System& directory) { return sessions_.bearer_of(directory, access_token, "openid"); });
  auto out = claims_of(user, scope);
  out["sub"] = user.subject;
  return out;
}

void UserPool::change_password(const std::string& access_token, const std::optional<std::string>& previous,
                               const std::string& proposed, const std::string& address) {
  const auto user = user_of(access_token);
  guesses_.check(user.username, address);
  if (!users_.password_matches(user, previous.value_or(""))) refuse_guess(user.username, address);
  accept_guess(user.username, address);
  check_password(proposed, user.username);
  const auto prepared = users_.prepare(user.subject, proposed);
  database_.write_system(
      [&](db::System& directory) { users_.set_password(directory, user.subject, prepared, UserStatus::confirmed); });
}

void UserPool::rename(const std::string& access_token, const std::string& name) {
  const auto user = user_of(access_token);
  database_.write_system([&](db::System& directory) {
    users_.change(directory, user.subject,
                  [&](User& now) { now.name = name.empty() ? std::nullopt : std::optional(name); });
  });
}

void UserPool::sign_out_everywhere(const std::string& access_token) {
  const auto user = user_of(access_token);
  database_.write_system([&](db::System& directory) { Sessions::end_all(directory, user.subject); });
}

// ---- for the program

User UserPool::add(const std::string& name, const std::string& password, const std::optional<std::string>& display) {
  const auto email = email_from(name);
  check_password(password, email);
  const auto subject = random_uuid();
  const auto prepared = users_.prepare(subject, password);
  try {
    return database_.write_system([&](db::System& directory) {
      auto user = users_.insert(directory, subject, email, display, UserStatus::confirmed);
      users_.set_password(directory, subject, prepared, UserStatus::confirmed);
      return user;
    });
  } catch (const db::UniqueViolation&) {
    throw Refused("UsernameExistsException", "An account with the given email already exists.");
  }
}

std::optional<std::string> UserPool::offer(const std::string& address, const std::optional<std::string>& name,
                                           const std::string& temporary_password, Timestamp expires) {
  const auto email = email_from(address);
  const auto known = find(email);
  if (known && known->status != UserStatus::force_change_password) return {};
  const auto subject = known ? known->subject : random_uuid();
  const auto prepared = users_.prepare(subject, temporary_password);
  return database_.write_system([&](db::System& directory) -> std::optional<std::string> {
    const auto now = users_.find(directory, email);
    if (now && (now->subject != subject || now->status != UserStatus::force_change_password)) return {};
    if (!now) users_.insert(directory, subject, email, name, UserStatus::force_change_password);
    users_.set_password(directory, subject, prepared, UserStatus::force_change_password, expires);
    return subject;
  });
}

void UserPool::withdraw(const std::string& subject) {
  database_.write_system([&](db::System& directory) {
    const auto user = users_.find(directory, subject);
    if (user && user->status == UserStatus::force_change_password) users_.remove(directory, subject);
  });
}

void UserPool::set_tenant(const std::string& subject, const std::optional<std::string>& tenant) {
  database_.write_system([&](db::System& directory) {
    users_.change(directory, subject, [&](User& user) { user.tenant_id = tenant; });
    if (!tenant) Sessions::end_all(directory, subject);
  });
}

bool UserPool::reset_password(const std::string& email, const std::string& password) {
  check_password(password, email);
  const auto user = find(email);
  if (!user) return false;
  const auto prepared = users_.prepare(user->subject, password);
  database_.write_system([&](db::System& directory) {
    users_.set_password(directory, user->subject, prepared, UserStatus::confirmed);
    Sessions::end_all(directory, user->subject);
  });
  guesses_.succeeded(user->username);
  return true;
}

bool UserPool::set_enabled(const std::string& email, bool enabled) {
  return database_.write_system([&](db::System& directory) {
    const auto user = users_.find(directory, ascii_lower(trim(email)));
    if (!user) return false;
    users_.change(directory, user->subject, [&](User& now) { now.enabled = enabled; });
    if (!enabled) Sessions::end_all(directory, user->subject);
    return true;
  });
}

void UserPool::describe(const std::string& subject, const std::optional<std::string>& name,
                        std::optional<bool> email_verified) {
  database_.write_system([&](db::System& directory) {
    users_.change(directory, subject, [&](User& now) {
      if (name) now.name = name->empty() ? std::nullopt : name;
      if (email_verified) now.email_verified = *email_verified;
    });
  });
}

std::optional<User> UserPool::find(const std::string& name) const {
  const auto trimmed = trim(name);
  if (trimmed.empty()) return {};
  return database_.read_system([&](db::System& directory) { return users_.find(directory, trimmed); });
}

}  // namespace oprag::identity
