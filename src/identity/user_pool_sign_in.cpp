#include <boost/json.hpp>

#include "base/text.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "identity/refused.hpp"
#include "identity/user_pool.hpp"

namespace oprag::identity {
namespace {

namespace bj = boost::json;

std::string text_of(const bj::object& state, std::string_view name) {
  return std::string(state.at(name).get_string());
}

// One that looks like those of random_uuid().
std::string uuid_from(std::string_view seed) {
  const auto hex = crypto::hex_encode(seed);
  const char variant = "89ab"[static_cast<unsigned char>(seed[8]) % 4];
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-4" + hex.substr(13, 3) + "-" + variant + hex.substr(17, 3) +
         "-" + hex.substr(20, 12);
}

void check_standing(const User& user) {
  if (!user.enabled) throw Refused("NotAuthorizedException", "User is disabled.");
  if (user.status == UserStatus::unconfirmed) throw Refused("UserNotConfirmedException", "User is not confirmed.");
}

}  // namespace

void UserPool::refuse_guess(const std::string& name, const std::string& address) {
  guesses_.failed(name, address);
  refuse_credentials();
}

void UserPool::accept_guess(const std::string& name, const std::string& address) {
  guesses_.check(name, address);
  guesses_.succeeded(name);
}

SignInStep UserPool::admit(const User& user) {
  check_standing(user);
  if (user.status != UserStatus::force_change_password) return {sessions_.open(user), {}};
  if (user.password_expires_at && *user.password_expires_at < clock_()) {
    throw Refused("NotAuthorizedException", "Temporary password has expired and must be reset by an administrator.");
  }
  Challenge challenge{"NEW_PASSWORD_REQUIRED", challenges_.seal({{"subject", user.subject}}, "new password"), {}};
  challenge.parameters = {{"USER_ID_FOR_SRP", user.subject},
                          {"requiredAttributes", "[]"},
                          {"userAttributes", bj::serialize(bj::object{{"email", user.username}})}};
  return {{}, challenge};
}

User UserPool::checked(const std::string& name, const std::string& password, const std::string& address) {
  const auto user = find(name);
  const auto& counted = user ? user->username : name;  // one count for his address and his subject
  guesses_.check(counted, address);
  if (!users_.password_matches(user, password)) refuse_guess(counted, address);
  accept_guess(counted, address);
  return *user;
}

SignInStep UserPool::sign_in_with_password(const std::string& name, const std::string& password,
                                           const std::string& address) {
  return admit(checked(name, password, address));
}

User UserPool::prove(const std::string& name, const std::string& password, const std::string& address) {
  auto user = checked(name, password, address);
  check_standing(user);
  if (user.status == UserStatus::force_change_password) {
    throw Refused("PasswordResetRequiredException", "A password of one's own must be chosen first");
  }
  return user;
}

UserPool::Prover UserPool::prover_of(const std::string& name) const {
  auto user = find(name);
  if (user) {
    if (auto verifier = users_.verifier_of(*user)) return {user, user->subject, *std::move(verifier)};
  }
  const auto seed = crypto::hmac_sha256(keys_.key_for("nobody"), ascii_lower(trim(name)));
  // Any number will do: that nobody knows its logarithm is the point.
  return {{}, uuid_from(seed), {seed.substr(16), crypto::derive_key(seed, "verifier of nobody", 384)}};
}

SignInStep UserPool::begin_srp(const std::string& name, const std::string& public_a, const std::string& address) {
  const auto prover = prover_of(name);
  const auto& counted = prover.user ? prover.user->username : name;
  guesses_.check(counted, address);
  const auto challenge = crypto::make_srp_challenge(prover.verifier, random_bytes(48));
  const auto block = challenges_.seal({{"userId", prover.user_id},
                                       {"name", ascii_lower(trim(counted))},
                                       {"a", public_a},
                                       {"b", crypto::hex_encode(challenge.secret_b)}},
                                      "srp");
  Challenge out{"PASSWORD_VERIFIER", {}, {}};
  out.parameters = {{"SALT", crypto::hex_encode(prover.verifier.salt)},
                    {"SECRET_BLOCK", block},
                    {"SRP_B", challenge.public_b_hex},
                    {"USERNAME", prover.user_id},
                    {"USER_ID_FOR_SRP", prover.user_id}};
  return {{}, out};
}

// How old the proof is says the sealed block; the client's clock in `timestamp` may be wrong.
SignInStep UserPool::finish_srp(const SrpProof& proof, const std::string& address) {
  const auto state = challenges_.open(proof.secret_block, "srp");
  const auto name = text_of(state, "name");
  guesses_.check(name, address);
  challenges_.use_once(proof.secret_block);
  const auto prover = prover_of(name);
  const auto secret_b = crypto::hex_decode(text_of(state, "b")).value_or("");
  const auto key = crypto::srp_session_key(prover.verifier, text_of(state, "a"), secret_b);
  const auto block = crypto::base64_decode(proof.secret_block).value_or("");
  const auto expected =
      crypto::srp_signature(key.value_or(""), keys_.pool_name(), prover.user_id, block, proof.timestamp);
  const bool proven = key && crypto::constant_time_equal(expected, proof.signature);
  const bool same_user = prover.user_id == text_of(state, "userId") &&
                         (proof.user_id == prover.user_id || ascii_lower(trim(proof.user_id)) == name);
  if (!proven || !same_user || !prover.user) refuse_guess(name, address);
  accept_guess(name, address);
  return admit(*prover.user);
}

SignInStep UserPool::set_first_password(const std::string& session, const std::string& user_id,
                                        const std::string& password, const std::optional<std::string>& name) {
  const auto refuse = [] { throw Refused("NotAuthorizedException", "Invalid session for the user."); };
  const auto state = challenges_.open(session, "new password");
  const auto user = find(text_of(state, "subject"));
  if (!user || !user->enabled || (user_id != user->subject && ascii_lower(trim(user_id)) != user->username)) refuse();
  check_password(password, user->username);
  challenges_.use_once(session);
  const auto prepared = users_.prepare(user->subject, password);
  const auto changed = database_.write_system([&](db::System& directory) {
    auto now = users_.find(directory, user->subject);
    if (!now || now->status != UserStatus::force_change_password) refuse();
    users_.set_password(directory, now->subject, prepared, UserStatus::confirmed);
    return users_.change(directory, now->subject, [&](User& edited) {
      if (name && !name->empty()) edited.name = name;
    });
  });
  return admit(*changed);
}

}  // namespace oprag::identity
