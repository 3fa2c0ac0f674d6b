#include "identity/users.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/text.hpp"
#include "crypto/encoding.hpp"
#include "crypto/password.hpp"
#include "crypto/seal.hpp"
#include "identity/refused.hpp"

namespace oprag::identity {
namespace {

constexpr std::string_view find_user = R"(
  SELECT subject, username, email_verified, name, tenant_id, status, enabled, password_hash, srp_salt, srp_verifier,
         password_expires_at, created_at, updated_at
  FROM identity_users WHERE username = $1 OR subject = $2)";

constexpr std::string_view insert_user = R"(
  INSERT INTO identity_users (subject, username, email_verified, name, status, enabled, created_at, updated_at)
  VALUES ($1, $2, 0, $3, $4, 1, $5, $5))";

constexpr std::string_view set_password_of = R"(
  UPDATE identity_users SET password_hash = $2, srp_salt = $3, srp_verifier = $4, status = $5, password_expires_at = $6,
         updated_at = $7
  WHERE subject = $1)";

constexpr std::string_view update_user = R"(
  UPDATE identity_users SET email_verified = $2, name = $3, tenant_id = $4, status = $5, enabled = $6, updated_at = $7
  WHERE subject = $1)";

// Hashing a password takes a core and 32 MiB for a while: no more at once than there are cores, and only a few in
// line, so that a flood of sign-ins leaves threads for everything else.
class Hashing {
 public:
  Hashing() {
    std::unique_lock lock(mutex());
    if (waiting() >= longest_line) throw Refused("TooManyRequestsException", "Too many requests. Try again shortly.");
    ++waiting();
    turn().wait(lock, [] { return running() < cores; });
    --waiting();
    ++running();
  }
  ~Hashing() {
    {
      const std::lock_guard lock(mutex());
      --running();
    }
    turn().notify_one();
  }
  Hashing(const Hashing&) = delete;
  Hashing& operator=(const Hashing&) = delete;

 private:
  static constexpr unsigned longest_line = 16;
  static inline const unsigned cores = std::max(2u, std::thread::hardware_concurrency());
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }
  static std::condition_variable& turn() {
    static std::condition_variable one;
    return one;
  }
  static unsigned& waiting() {
    static unsigned count = 0;
    return count;
  }
  static unsigned& running() {
    static unsigned count = 0;
    return count;
  }
};

constexpr std::string_view seal_purpose = "srp verifiers";

}  // namespace

std::optional<User> Users::find(db::System& directory, std::string_view name) const {
  return directory.one<User>(find_user, ascii_lower(name), name);
}

User Users::insert(db::System& directory, const std::string& subject, const std::string& email,
                   const std::optional<std::string>& name, UserStatus status) const {
  User user;
  user.subject = subject;
  user.username = email;
  user.name = name;
  user.status = status;
  user.created_at = user.updated_at = clock_();
  directory.exec(insert_user, user.subject, email, name, status, user.created_at);
  return user;
}

PreparedPassword Users::prepare(const std::string& subject, std::string_view password) const {
  const Hashing turn;
  const auto srp = crypto::make_srp_verifier(keys_.pool_name(), subject, password, random_bytes(16));
  const auto sealed = crypto::seal(keys_.key_for(seal_purpose), srp.verifier, subject);
  return {crypto::hash_password(password), crypto::hex_encode(srp.salt), crypto::base64_encode(sealed)};
}

void Users::set_password(db::System& directory, const std::string& subject, const PreparedPassword& password,
                         UserStatus status, std::optional<Timestamp> expires) const {
  directory.exec(set_password_of, subject, password.hash, password.srp_salt, password.srp_verifier, status, expires,
                 clock_());
}

void Users::update(db::System& directory, const User& user) const {
  directory.exec(update_user, user.subject, user.email_verified, user.name, user.tenant_id, user.status, user.enabled,
                 clock_());
}

void Users::remove(db::System& directory, const std::string& subject) const {
  directory.exec(
      "DELETE FROM identity_refresh_tokens WHERE session_id IN "
      "(SELECT session_id FROM identity_sessions WHERE subject = $1)",
      subject);
  directory.exec("DELETE FROM identity_sessions WHERE subject = $1", subject);
  directory.exec("DELETE FROM identity_codes WHERE subject = $1", subject);
  directory.exec("DELETE FROM identity_users WHERE subject = $1", subject);
}

bool Users::password_matches(const std::optional<User>& user, const std::string& password) const {
  static const auto nobody = crypto::hash_password(random_base62(20));
  const bool known = user && user->password_hash;
  const Hashing turn;
  const bool matches = crypto::verify_password(known ? *user->password_hash : nobody, password);
  return known && matches;
}

std::optional<crypto::SrpVerifier> Users::verifier_of(const User& user) const {
  if (!user.srp_salt || !user.srp_verifier) return {};
  const auto salt = crypto::hex_decode(*user.srp_salt);
  const auto sealed = crypto::base64_decode(*user.srp_verifier);
  if (!salt || !sealed) return {};
  const auto verifier = crypto::open(keys_.key_for(seal_purpose), *sealed, user.subject);
  if (!verifier) return {};
  return crypto::SrpVerifier{*salt, *verifier};
}

void check_password(std::string_view password, std::string_view username) {
  const auto refuse = [](const std::string& why) {
    throw Refused("InvalidPasswordException", "Password did not conform with policy: " + why);
  };
  if (!is_valid_utf8(password) || code_points(password) < password_min) refuse("Password not long enough");
  if (code_points(password) > password_max) refuse("Password is too long");
  if (ascii_lower(password) == ascii_lower(username)) refuse("Password is the user name");
}

}  // namespace oprag::identity
