// The sign-ins of the built-in provider, as stored: a password in two forms, attributes, a state.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/environment.hpp"
#include "crypto/srp.hpp"
#include "db/database.hpp"
#include "identity/key_ring.hpp"

namespace oprag::identity {

inline constexpr std::size_t password_min = 8, password_max = 256;  // characters

enum class UserStatus { unconfirmed, confirmed, force_change_password };
BOOST_DESCRIBE_ENUM(UserStatus, unconfirmed, confirmed, force_change_password)

struct User {
  std::string subject;
  std::string username;  // the e-mail address, lower case
  bool email_verified = false;
  std::optional<std::string> name;
  std::optional<std::string> tenant_id;
  UserStatus status = UserStatus::confirmed;
  bool enabled = true;
  std::optional<std::string> password_hash, srp_salt, srp_verifier;
  std::optional<Timestamp> password_expires_at;  // of a temporary password
  Timestamp created_at, updated_at;
};
BOOST_DESCRIBE_STRUCT(User, (),
                      (subject, username, email_verified, name, tenant_id, status, enabled, password_hash, srp_salt,
                       srp_verifier, password_expires_at, created_at, updated_at))

// A password in the two forms that are stored: slow to hash, so made before the transaction that stores it.
struct PreparedPassword {
  std::string hash, srp_salt, srp_verifier;
};

class Users {
 public:
  Users(const KeyRing& keys, Clock clock) : keys_(keys), clock_(std::move(clock)) {}

  // By e-mail address in any case, or by subject.
  std::optional<User> find(db::System& directory, std::string_view name) const;
  // Throws UniqueViolation when the name is taken.
  User insert(db::System& directory, const std::string& subject, const std::string& email,
              const std::optional<std::string>& name, UserStatus status) const;
  PreparedPassword prepare(const std::string& subject, std::string_view password) const;
  // `expires` for a temporary one.
  void set_password(db::System& directory, const std::string& subject, const PreparedPassword& password,
                    UserStatus status, std::optional<Timestamp> expires = {}) const;
  // Changes the user as the store has him now; nothing when there is none.
  template <class F>
  std::optional<User> change(db::System& directory, const std::string& subject, const F& edit) const {
    auto user = find(directory, subject);
    if (!user) return {};
    edit(*user);
    update(directory, *user);
    return user;
  }
  void remove(db::System& directory, const std::string& subject) const;

  // As slow for nobody as for somebody. Throws TooManyRequestsException when too many passwords wait to be hashed.
  bool password_matches(const std::optional<User>& user, const std::string& password) const;
  // Nothing when the user has none.
  std::optional<crypto::SrpVerifier> verifier_of(const User& user) const;

 private:
  void update(db::System& directory, const User& user) const;

  const KeyRing& keys_;
  Clock clock_;
};

// Throws InvalidPasswordException.
void check_password(std::string_view password, std::string_view username);

}  // namespace oprag::identity
