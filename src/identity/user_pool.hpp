// Signing up and in, as the operations of Amazon Cognito do it, without their wire form (protocol.hpp). Whatever is
// wrong is thrown as Refused.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "identity/challenges.hpp"
#include "identity/codes.hpp"
#include "identity/grants.hpp"
#include "identity/guesses.hpp"
#include "identity/key_ring.hpp"
#include "identity/sessions.hpp"
#include "identity/users.hpp"

namespace oprag::identity {

enum class SignUpPolicy { open, invite, closed };

struct CodeLetter {
  std::string to;
  std::string code;  // six digits
  CodePurpose purpose = CodePurpose::confirm;
};

struct PoolSetup {
  SignUpPolicy sign_up = SignUpPolicy::open;
  // Whether an invitation with this token waits.
  std::function<bool(const std::string& token)> invited;
  // Hands a letter on and returns at once: how long it takes must not tell whether there was one. Empty: there is no
  // mail server, and addresses stay unverified.
  std::function<void(const CodeLetter&)> send_code;
};

struct SignedUp {
  std::string subject;
  bool confirmed = false;
};

// What a client must answer before it is signed in.
struct Challenge {
  std::string name;  // PASSWORD_VERIFIER, NEW_PASSWORD_REQUIRED
  std::string session;
  std::map<std::string, std::string> parameters;
};

// Tokens or a challenge.
struct SignInStep {
  std::optional<Tokens> tokens;
  std::optional<Challenge> challenge;
};

// "a***@e***": where a code went, without telling it to whoever asked.
std::string masked(const std::string& email);

// Lower case, trimmed. Throws InvalidParameterException for what is no address.
std::string email_from(const std::string& text);

class UserPool {
 public:
  UserPool(db::Database& database, const KeyRing& keys, PoolSetup setup, Clock clock, RandomText random);

  // --- by anybody. `address`: of the client, for counting guesses
  SignedUp sign_up(const std::string& email, const std::string& password, const std::optional<std::string>& name,
                   const std::string& invite_token);
  void confirm_sign_up(const std::string& email, const std::string& code, const std::string& address);
  // The address a code went to, the same for an address that has no user.
  std::string resend_code(const std::string& email, const std::string& address);
  std::string forgot_password(const std::string& email, const std::string& address);
  void confirm_forgot_password(const std::string& email, const std::string& code, const std::string& password,
                               const std::string& address);

  SignInStep sign_in_with_password(const std::string& name, const std::string& password, const std::string& address);
  // Who this is, for a session that is opened later. Throws what sign_in_with_password does, and
  // PasswordResetRequiredException for somebody who has only a temporary password.
  User prove(const std::string& name, const std::string& password, const std::string& address);
  SignInStep begin_srp(const std::string& name, const std::string& public_a, const std::string& address);
  struct SrpProof {
    std::string user_id, secret_block, signature, timestamp;
  };
  SignInStep finish_srp(const SrpProof& proof, const std::string& address);
  SignInStep set_first_password(const std::string& session, const std::string& user_id, const std::string& password,
                                const std::optional<std::string>& name);

  // --- by the bearer of an access token
  User user_of(const std::string& access_token) const;
  // What the token's scope shows of its user.
  boost::json::object claims_of_bearer(const std::string& access_token) const;
  void change_password(const std::string& access_token, const std::optional<std::string>& previous,
                       const std::string& proposed, const std::string& address);
  void rename(const std::string& access_token, const std::string& name);
  void sign_out_everywhere(const std::string& access_token);

  // --- by the rest of the program
  // A confirmed user. Throws UsernameExistsException, InvalidPasswordException.
  User add(const std::string& email, const std::string& password, const std::optional<std::string>& name);
  // Makes a sign-in with a temporary password for an address that has none; one never used gets the new password.
  // Nothing when the address has a sign-in of its own. The subject.
  std::optional<std::string> offer(const std::string& email, const std::optional<std::string>& name,
                                   const std::string& temporary_password, Timestamp expires);
  // Takes back what was offered and never used.
  void withdraw(const std::string& subject);
  // The company that the user's next tokens name; nothing for none. His sessions end with the old one.
  void set_tenant(const std::string& subject, const std::optional<std::string>& tenant);
  // False when there is no such user. Ends his sessions.
  bool reset_password(const std::string& email, const std::string& password);
  // False when there is no such user. A disabled user cannot sign in and his sessions end.
  bool set_enabled(const std::string& email, bool enabled);
  // What an administrator says of a user; nothing leaves alone, an empty name takes it away.
  void describe(const std::string& subject, const std::optional<std::string>& name, std::optional<bool> email_verified);
  std::optional<User> find(const std::string& name) const;

  Sessions& sessions() noexcept { return sessions_; }
  Grants& grants() noexcept { return grants_; }
  const KeyRing& keys() const noexcept { return keys_; }
  bool has_mail() const noexcept { return static_cast<bool>(setup_.send_code); }

 private:
  // Who proves himself by SRP: a user, or for a name that has none somebody made up, always the same for one name.
  struct Prover {
    std::optional<User> user;
    std::string user_id;
    crypto::SrpVerifier verifier;
  };
  Prover prover_of(const std::string& name) const;

  // Somebody who knew his password, whatever else he may be.
  User checked(const std::string& name, const std::string& password, const std::string& address);
  // Counts a wrong guess and throws.
  [[noreturn]] void refuse_guess(const std::string& name, const std::string& address);
  void accept_guess(const std::string& name, const std::string& address);
  SignInStep admit(const User& user);
  // Counts the letter and sends it when `user` is somebody who may have it.
  void send_code(const std::optional<User>& user, const std::string& name, CodePurpose purpose,
                 const std::string& address);
  // `then` inside the transaction that takes the code.
  void with_code(const std::string& name, CodePurpose purpose, const std::string& code, const std::string& address,
                 const std::optional<User>& user, const std::function<void(db::System&)>& then);

  db::Database& database_;
  const KeyRing& keys_;
  PoolSetup setup_;
  Clock clock_;
  RandomText random_;
  Users users_;
  Guesses guesses_, code_guesses_, letters_;
  Challenges challenges_;
  Codes codes_;
  Sessions sessions_;
  Grants grants_;
};

}  // namespace oprag::identity
