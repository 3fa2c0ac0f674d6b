#include "identity/user_pool.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"
#include "identity/refused.hpp"

namespace oprag::identity {

std::string masked(const std::string& email) {
  const auto name = ascii_lower(trim(email));
  const auto at = name.find('@');
  if (at == std::string::npos || at == 0) return "***";
  return name.substr(0, 1) + "***@" + name.substr(at + 1, 1) + "***";
}

std::string email_from(const std::string& text) {
  const auto email = ascii_lower(trim(text));
  const auto at = email.find('@');
  const auto odd = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '<' || c == '>' || c == ','; };
  if (email.size() > 128 || !is_valid_utf8(email) || at == email.npos || at == 0 || at + 1 == email.size() ||
      email.find('@', at + 1) != email.npos || std::ranges::any_of(email, odd)) {
    throw Refused("InvalidParameterException", "Username should be an email.");
  }
  return email;
}

UserPool::UserPool(db::Database& database, const KeyRing& keys, PoolSetup setup, Clock clock, RandomText random)
    : database_(database),
      keys_(keys),
      setup_(std::move(setup)),
      clock_(clock),
      random_(random),
      users_(keys, clock),
      guesses_(database, clock, "password", "NotAuthorizedException", "Password attempts exceeded"),
      code_guesses_(database, clock, "code", "LimitExceededException",
                    "Attempt limit exceeded, please try after some time."),
      letters_(database, clock, "letter", "LimitExceededException",
               "Attempt limit exceeded, please try after some time."),
      challenges_(database, keys, clock),
      codes_(database, keys, clock),
      sessions_(database, users_, keys, clock, random),
      grants_(database, sessions_, users_, clock, random) {}

SignedUp UserPool::sign_up(const std::string& name, const std::string& password,
                           const std::optional<std::string>& display_name, const std::string& invite_token) {
  const auto email = email_from(name);
  if (setup_.sign_up == SignUpPolicy::closed) {
    throw Refused("NotAuthorizedException", "SignUp is not permitted for this user pool");
  }
  if (setup_.sign_up == SignUpPolicy::invite && (!setup_.invited || !setup_.invited(invite_token))) {
    throw Refused("NotAuthorizedException", "SignUp needs an invitation");
  }
  check_password(password, email);
  const bool confirmed = !has_mail();
  const auto status = confirmed ? UserStatus::confirmed : UserStatus::unconfirmed;
  const auto subject = random_uuid();
  const auto prepared = users_.prepare(subject, password);
  User user;
  try {
    user = database_.write_system([&](db::System& directory) {
      auto made = users_.insert(directory, subject, email, display_name, status);
      users_.set_password(directory, subject, prepared, status);
      return made;
    });
  } catch (const db::UniqueViolation&) {
    throw Refused("UsernameExistsException", "An account with the given email already exists.");
  }
  if (confirmed) {
    log::info("sign-up confirmed without mail: the address is unverified", {{"subject", subject}});
  } else {
    send_code(user, email, CodePurpose::confirm, "");
  }
  return {subject, confirmed};
}

void UserPool::send_code(const std::optional<User>& user, const std::string& name, CodePurpose purpose,
                         const std::string& address) {
  const auto code = database_.write_system([&](db::System& directory) {
    letters_.count(directory, name, address);
    return user ? codes_.make(directory, user->subject, purpose) : std::string();
  });
  if (user) setup_.send_code({user->username, code, purpose});
}

void UserPool::with_code(const std::string& name, CodePurpose purpose, const std::string& code,
                         const std::string& address, const std::optional<User>& user,
                         const std::function<void(db::System&)>& then) {
  code_guesses_.check(name, address);
  try {
    if (!user) refuse_code();
    database_.write_system([&](db::System& directory) {
      codes_.use(directory, user->subject, purpose, code);
      then(directory);
    });
  } catch (const Refused& refused) {
    if (refused.type() == "CodeMismatchException") {
      code_guesses_.failed(name, address);
      codes_.count_try(user ? user->subject : "", purpose);
    }
    throw;
  }
  code_guesses_.succeeded(name);
}

void UserPool::confirm_sign_up(const std::string& email, const std::string& code, const std::string& address) {
  auto user = find(email);
  if (user && user->status != UserStatus::unconfirmed) user.reset();
  with_code(email, CodePurpose::confirm, code, address, user, [&](db::System& directory) {
    users_.change(directory, user->subject, [](User& now) {
      now.status = UserStatus::confirmed;
      now.email_verified = true;
    });
  });
}

std::string UserPool::resend_code(const std::string& email, const std::string& address) {
  letters_.check(email, address);
  auto user = find(email);
  if (user && (user->status != UserStatus::unconfirmed || !has_mail())) user.reset();
  send_code(user, email, CodePurpose::confirm, address);
  return masked(email);
}

// Who never confirmed may do so this way too: the address is his, whoever signed up with it before.
std::string UserPool::forgot_password(const std::string& email, const std::string& address) {
  if (!has_mail()) {
    throw Refused(
        "CodeDeliveryFailureException",
        "This installation sends no mail; its operator can reset a password with `oprag user reset-password`.");
  }
  letters_.check(email, address);
  auto user = find(email);
  if (user && (!user->enabled || user->status == UserStatus::force_change_password)) user.reset();
  send_code(user, email, CodePurpose::reset, address);
  return masked(email);
}

void UserPool::confirm_forgot_password(const std::string& email, const std::string& code, const std::string& password,
                                       const std::string& address) {
  const auto user = find(email);
  check_password(password, email);
  const auto prepared = users_.prepare(user ? user->subject : "", password);
  with_code(email, CodePurpose::reset, code, address, user, [&](db::System& directory) {
    users_.change(directory, user->subject, [](User& now) { now.email_verified = true; });
    users_.set_password(directory, user->subject, prepared, UserStatus::confirmed);
    Sessions::end_all(directory, user->subject);
  });
  guesses_.succeeded(email);
}

}  // namespace oprag::identity
