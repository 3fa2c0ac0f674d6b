#include "identity/user_pool.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "identity/refused.hpp"
#include "json/parse.hpp"

namespace oprag::identity {
namespace {

namespace bj = boost::json;

bool is_address(std::string_view text) {
  const auto at = text.find('@');
  const auto odd = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '<' || c == '>' || c == ','; };
  return text.size() <= 128 && is_valid_utf8(text) && at != text.npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == text.npos && std::none_of(text.begin(), text.end(), odd);
}

std::string six_digits() {
  std::uint32_t n = 0;
  for (const char c : random_bytes(4)) n = (n << 8) | static_cast<unsigned char>(c);
  auto text = std::to_string(n % 1'000'000);
  return std::string(6 - text.size(), '0') + text;
}

std::string text_of(const bj::object& state, std::string_view name) {
  return std::string(state.at(name).get_string());
}

struct CodeRow {
  std::string code_hash;
  std::int64_t tries = 0;
  Timestamp expires_at;
};
BOOST_DESCRIBE_STRUCT(CodeRow, (), (code_hash, tries, expires_at))

}  // namespace

std::string masked(const std::string& email) {
  const auto name = ascii_lower(trim(email));
  const auto at = name.find('@');
  if (at == std::string::npos || at == 0) return "***";
  return name.substr(0, 1) + "***@" + name.substr(at + 1, 1) + "***";
}

UserPool::UserPool(db::Database& database, const KeyRing& keys, PoolSetup setup, Clock clock, RandomText random)
    : database_(database),
      keys_(keys),
      setup_(std::move(setup)),
      clock_(clock),
      random_(random),
      users_(keys, clock),
      guesses_(database, clock),
      sessions_(database, users_, keys, clock, random) {}

// ---- signing up

SignedUp UserPool::sign_up(const std::string& name, const std::string& password,
                           const std::optional<std::string>& display_name, const std::string& invite_token) {
  const auto email = ascii_lower(trim(name));
  if (!is_address(email)) throw Refused("InvalidParameterException", "Username should be an email.");
  if (setup_.sign_up == SignUpPolicy::closed) {
    throw Refused("NotAuthorizedException", "SignUp is not permitted for this user pool");
  }
  if (setup_.sign_up == SignUpPolicy::invite && (!setup_.invited || !setup_.invited(invite_token))) {
    throw Refused("NotAuthorizedException", "SignUp needs an invitation");
  }
  check_password(password, email);
  const bool confirmed = !has_mail();
  const auto status = confirmed ? UserStatus::confirmed : UserStatus::unconfirmed;
  User user;
  try {
    user = database_.write_system([&](db::System& directory) {
      auto made = users_.insert(directory, email, display_name, status);
      users_.set_password(directory, made.subject, password, status);
      return made;
    });
  } catch (const db::UniqueViolation&) {
    throw Refused("UsernameExistsException", "An account with the given email already exists.");
  }
  if (confirmed) {
    log::info("sign-up confirmed without mail: the address is unverified", {{"subject", user.subject}});
  } else {
    send_code(user.subject, email, CodePurpose::confirm);
  }
  return {user.subject, confirmed};
}

void UserPool::send_code(const std::string& subject, const std::string& email, CodePurpose purpose) {
  const auto code = six_digits();
  database_.write_system([&](db::System& directory) {
    directory.exec(
        "INSERT INTO identity_codes (subject, purpose, code_hash, tries, expires_at) VALUES ($1, $2, $3, 0, $4) "
        "ON CONFLICT (subject, purpose) DO UPDATE SET code_hash = excluded.code_hash, tries = 0, "
        "expires_at = excluded.expires_at",
        subject, purpose, crypto::sha256_hex(subject + code), clock_().ms + code_hours * hour_ms);
  });
  setup_.send_code({email, code, purpose});
}

void UserPool::use_code(db::System& directory, const std::string& subject, CodePurpose purpose,
                        const std::string& code) {
  const auto row = directory.one<CodeRow>(
      "SELECT code_hash, tries, expires_at FROM identity_codes WHERE subject = $1 AND purpose = $2", subject, purpose);
  if (!row || row->expires_at < clock_()) {
    throw Refused("ExpiredCodeException", "Invalid code provided, please request a code again.");
  }
  if (!crypto::constant_time_equal(row->code_hash, crypto::sha256_hex(subject + code))) {
    throw Refused("CodeMismatchException", "Invalid verification code provided, please try again.");
  }
  directory.exec("DELETE FROM identity_codes WHERE subject = $1 AND purpose = $2", subject, purpose);
}

namespace {

// A wrong code counts in a transaction of its own: the one that used it is rolled back. The last try kills the code.
void count_try(db::Database& database, const std::string& subject, CodePurpose purpose) {
  database.write_system([&](db::System& directory) {
    directory.exec("UPDATE identity_codes SET tries = tries + 1 WHERE subject = $1 AND purpose = $2", subject, purpose);
    directory.exec("DELETE FROM identity_codes WHERE subject = $1 AND purpose = $2 AND tries >= $3", subject, purpose,
                   code_tries);
  });
}

}  // namespace

void UserPool::confirm_sign_up(const std::string& email, const std::string& code) {
  const auto user = find(email);
  if (!user) throw Refused("CodeMismatchException", "Invalid verification code provided, please try again.");
  if (user->status != UserStatus::unconfirmed) {
    throw Refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED");
  }
  try {
    database_.write_system([&](db::System& directory) {
      use_code(directory, user->subject, CodePurpose::confirm, code);
      auto confirmed = *user;
      confirmed.status = UserStatus::confirmed;
      confirmed.email_verified = true;
      users_.update(directory, confirmed);
    });
  } catch (const Refused& refused) {
    if (refused.type() == "CodeMismatchException") count_try(database_, user->subject, CodePurpose::confirm);
    throw;
  }
}

std::string UserPool::resend_code(const std::string& email) {
  const auto user = find(email);
  if (user && user->status == UserStatus::confirmed) {
    throw Refused("InvalidParameterException", "User is already confirmed.");
  }
  if (user && has_mail()) send_code(user->subject, user->username, CodePurpose::confirm);
  return masked(email);
}

std::string UserPool::forgot_password(const std::string& email) {
  if (!has_mail()) {
    throw Refused(
        "CodeDeliveryFailureException",
        "This installation sends no mail; its operator can reset a password with `oprag user reset-password`.");
  }
  const auto user = find(email);
  if (user && user->enabled && user->status == UserStatus::confirmed) {
    send_code(user->subject, user->username, CodePurpose::reset);
  }
  return masked(email);
}

void UserPool::confirm_forgot_password(const std::string& email, const std::string& code, const std::string& password) {
  const auto user = find(email);
  check_password(password, email);
  if (!user) throw Refused("CodeMismatchException", "Invalid verification code provided, please try again.");
  try {
    database_.write_system([&](db::System& directory) {
      use_code(directory, user->subject, CodePurpose::reset, code);
      auto verified = *user;
      verified.email_verified = true;
      users_.update(directory, verified);
      users_.set_password(directory, user->subject, password, UserStatus::confirmed);
      Sessions::end_all(directory, user->subject);
    });
  } catch (const Refused& refused) {
    if (refused.type() == "CodeMismatchException") count_try(database_, user->subject, CodePurpose::reset);
    throw;
  }
  guesses_.succeeded(user->username);
}

// ---- signing in

SignInStep UserPool::admit(const User& user) {
  if (!user.enabled) throw Refused("NotAuthorizedException", "User is disabled.");
  if (user.status == UserStatus::unconfirmed) throw Refused("UserNotConfirmedException", "User is not confirmed.");
  if (user.status == UserStatus::force_change_password) {
    if (user.password_expires_at && *user.password_expires_at < clock_()) {
      throw Refused("NotAuthorizedException", "Temporary password has expired and must be reset by an administrator.");
    }
    Challenge challenge{"NEW_PASSWORD_REQUIRED", seal_state({{"subject", user.subject}}, "new password"), {}};
    challenge.parameters = {{"USER_ID_FOR_SRP", user.subject},
                            {"requiredAttributes", "[]"},
                            {"userAttributes", bj::serialize(bj::object{{"email", user.username}})}};
    return {{}, challenge};
  }
  return {database_.write_system([&](db::System& directory) { return sessions_.open(directory, user); }), {}};
}

SignInStep UserPool::sign_in_with_password(const std::string& name, const std::string& password,
                                           const std::string& address) {
  guesses_.check(name, address);
  const auto user = find(name);
  if (!Users::password_matches(user, password)) {
    guesses_.failed(name, address);
    refuse_credentials();
  }
  guesses_.succeeded(name);
  return admit(*user);
}

SignInStep UserPool::begin_srp(const std::string& name, const std::string& public_a, const std::string& address) {
  guesses_.check(name, address);
  const auto user = find(name);
  auto verifier = user ? users_.verifier_of(*user) : std::nullopt;
  auto user_id = user ? user->subject : std::string();
  if (!verifier) {
    // A made-up user, always the same for one name, whose password nobody has.
    const auto seed = crypto::hmac_sha256(keys_.key_for("nobody"), ascii_lower(name));
    const auto hex = crypto::hex_encode(seed);
    user_id = hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-4" + hex.substr(13, 3) + "-a" + hex.substr(17, 3) + "-" +
              hex.substr(20, 12);
    verifier = crypto::make_srp_verifier(keys_.pool_name(), user_id, seed, seed.substr(16));
  }
  const auto challenge = crypto::make_srp_challenge(*verifier, random_bytes(48));
  const auto block = seal_state({{"subject", user ? user->subject : ""},
                                 {"userId", user_id},
                                 {"name", ascii_lower(name)},
                                 {"a", public_a},
                                 {"b", crypto::hex_encode(challenge.secret_b)}},
                                "srp");
  Challenge out{"PASSWORD_VERIFIER", {}, {}};
  out.parameters = {{"SALT", crypto::hex_encode(verifier->salt)},
                    {"SECRET_BLOCK", block},
                    {"SRP_B", challenge.public_b_hex},
                    {"USERNAME", user_id},
                    {"USER_ID_FOR_SRP", user_id}};
  return {{}, out};
}

SignInStep UserPool::finish_srp(const SrpProof& proof, const std::string& address) {
  const auto state = open_state(proof.secret_block, "srp");
  const auto name = text_of(state, "name");
  guesses_.check(name, address);
  use_once(proof.secret_block);
  const auto fail = [&] {
    guesses_.failed(name, address);
    refuse_credentials();
  };
  if (proof.user_id != text_of(state, "userId") && ascii_lower(proof.user_id) != name) fail();
  const auto user = find(text_of(state, "subject"));
  const auto verifier = user ? users_.verifier_of(*user) : std::nullopt;
  if (!verifier) fail();
  const auto secret_b = crypto::hex_decode(text_of(state, "b")).value_or("");
  const auto key = crypto::srp_session_key(*verifier, text_of(state, "a"), secret_b);
  if (!key) fail();
  const auto block = crypto::base64_decode(proof.secret_block).value_or("");
  const auto expected = crypto::srp_signature(*key, keys_.pool_name(), user->subject, block, proof.timestamp);
  if (!crypto::constant_time_equal(expected, proof.signature)) fail();
  guesses_.succeeded(name);
  return admit(*user);
}

SignInStep UserPool::set_first_password(const std::string& session, const std::string& user_id,
                                        const std::string& password, const std::optional<std::string>& name) {
  const auto state = open_state(session, "new password");
  const auto user = find(text_of(state, "subject"));
  if (!user || user->status != UserStatus::force_change_password ||
      (user_id != user->subject && ascii_lower(user_id) != user->username)) {
    throw Refused("NotAuthorizedException", "Invalid session for the user.");
  }
  check_password(password, user->username);
  use_once(session);
  auto changed = *user;
  changed.status = UserStatus::confirmed;
  if (name) changed.name = name;
  database_.write_system([&](db::System& directory) {
    users_.update(directory, changed);
    users_.set_password(directory, user->subject, password, UserStatus::confirmed);
  });
  return admit(changed);
}

// ---- with an access token

User UserPool::user_of(const std::string& access_token) const {
  return database_.read_system([&](db::System& directory) { return sessions_.bearer_of(directory, access_token); });
}

void UserPool::change_password(const std::string& access_token, const std::optional<std::string>& previous,
                               const std::string& proposed, const std::string& address) {
  const auto user = user_of(access_token);
  guesses_.check(user.username, address);
  if (!Users::password_matches(user, previous.value_or(""))) {
    guesses_.failed(user.username, address);
    refuse_credentials();
  }
  check_password(proposed, user.username);
  database_.write_system(
      [&](db::System& directory) { users_.set_password(directory, user.subject, proposed, UserStatus::confirmed); });
}

void UserPool::rename(const std::string& access_token, const std::string& name) {
  auto user = user_of(access_token);
  user.name = name.empty() ? std::nullopt : std::optional(name);
  database_.write_system([&](db::System& directory) { users_.update(directory, user); });
}

void UserPool::sign_out_everywhere(const std::string& access_token) {
  const auto user = user_of(access_token);
  database_.write_system([&](db::System& directory) { Sessions::end_all(directory, user.subject); });
}

// ---- for the program

User UserPool::add(const std::string& name, const std::string& password, const std::optional<std::string>& display) {
  const auto email = ascii_lower(trim(name));
  if (!is_address(email)) throw Refused("InvalidParameterException", "Username should be an email.");
  check_password(password, email);
  try {
    return database_.write_system([&](db::System& directory) {
      auto user = users_.insert(directory, email, display, UserStatus::confirmed);
      users_.set_password(directory, user.subject, password, UserStatus::confirmed);
      return user;
    });
  } catch (const db::UniqueViolation&) {
    throw Refused("UsernameExistsException", "An account with the given email already exists.");
  }
}

std::optional<std::string> UserPool::offer(const std::string& email, const std::optional<std::string>& name,
                                           const std::string& temporary_password, Timestamp expires) {
  return database_.write_system([&](db::System& directory) -> std::optional<std::string> {
    auto user = users_.find(directory, email);
    if (user && user->status != UserStatus::force_change_password) return {};
    if (!user) user = users_.insert(directory, ascii_lower(email), name, UserStatus::force_change_password);
    users_.set_password(directory, user->subject, temporary_password, UserStatus::force_change_password, expires);
    return user->subject;
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
    auto user = users_.find(directory, subject);
    if (!user) return;
    user->tenant_id = tenant;
    users_.update(directory, *user);
    if (!tenant) Sessions::end_all(directory, subject);
  });
}

bool UserPool::reset_password(const std::string& email, const std::string& password) {
  check_password(password, email);
  const bool found = database_.write_system([&](db::System& directory) {
    const auto user = users_.find(directory, email);
    if (!user) return false;
    users_.set_password(directory, user->subject, password, UserStatus::confirmed);
    Sessions::end_all(directory, user->subject);
    return true;
  });
  guesses_.succeeded(email);
  return found;
}

bool UserPool::set_enabled(const std::string& email, bool enabled) {
  return database_.write_system([&](db::System& directory) {
    auto user = users_.find(directory, email);
    if (!user) return false;
    user->enabled = enabled;
    users_.update(directory, *user);
    if (!enabled) Sessions::end_all(directory, user->subject);
    return true;
  });
}

std::optional<User> UserPool::find(const std::string& name) const {
  if (name.empty()) return {};
  return database_.read_system([&](db::System& directory) { return users_.find(directory, std::string(trim(name))); });
}

// ---- sealed states: what the server must know again, kept by the client

std::string UserPool::seal_state(bj::object state, std::string_view purpose) const {
  state["expires"] = clock_().ms + challenge_ms;
  return crypto::base64_encode(crypto::seal(keys_.key_for("challenges"), bj::serialize(state), purpose));
}

bj::object UserPool::open_state(const std::string& sealed, std::string_view purpose) const {
  const auto bytes = crypto::base64_decode(sealed);
  const auto text = bytes ? crypto::open(keys_.key_for("challenges"), *bytes, purpose) : std::nullopt;
  if (!text) refuse_credentials();
  auto state = json::parse(*text).as_object();
  if (state.at("expires").as_int64() < clock_().ms) {
    throw Refused("NotAuthorizedException", "Invalid session for the user, session is expired.");
  }
  return state;
}

void UserPool::use_once(const std::string& sealed) {
  const auto now = clock_();
  try {
    database_.write_system([&](db::System& directory) {
      directory.exec("DELETE FROM identity_used_challenges WHERE expires_at < $1", now);
      directory.exec("INSERT INTO identity_used_challenges (challenge_hash, expires_at) VALUES ($1, $2)",
                     crypto::sha256_hex(sealed), now.ms + challenge_ms);
    });
  } catch (const db::UniqueViolation&) {
    throw Refused("NotAuthorizedException", "Invalid session for the user.");
  }
}

}  // namespace oprag::identity
