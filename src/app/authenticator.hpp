// Who a request speaks for: a user's ID token, a project's API key or a widget visitor's token, as the store knows them
// at this moment.
#pragma once
#include "features/accounts/users.hpp"
#include "features/api_keys/api_keys.hpp"
#include "features/team/invitations.hpp"
#include "features/widget/widget.hpp"
#include "http/hooks.hpp"
#include "identity/sessions.hpp"
#include "identity/token_verifier.hpp"

namespace oprag::app {

class Authenticator final : public http::Authenticator {
 public:
  struct Parts {
    db::Database& database;
    identity::TokenVerifier& verifier;
    identity::Sessions& sessions;
    std::string own_issuer;  // tokens of the built-in provider are good only while their session stands
    std::string own_pool;    // what its accounts are known by: the issuer's URL changes with public_url
    accounts::Users& users;
    team::Invitations& invitations;
    api_keys::Service& keys;
    widget::Service& widget;
  };
  explicit Authenticator(Parts parts) : parts_(std::move(parts)) {}

  std::expected<Caller, http::Refusal> authenticate(const http::Request& request, http::Access access) override;

 private:
  std::expected<Caller, http::Refusal> user(const std::string& token);
  std::expected<Caller, http::Refusal> chatter(const http::Request& request);
  std::expected<Caller, http::Refusal> key_holder(const std::string& secret, const http::Request& request);

  Parts parts_;
};

}  // namespace oprag::app
