// The built-in provider's part of inviting, joining and leaving.
#pragma once
#include "features/companies/companies.hpp"
#include "features/team/members.hpp"
#include "identity/user_pool.hpp"

namespace oprag::app {

// "issuer subject" of a sign-in of the built-in provider, whose accounts are known by its pool's id: its issuer's URL
// changes with public_url. Nothing for another issuer's.
std::optional<std::string> own_subject(const identity::KeyRing& keys, const std::string& issuer_subject);
companies::PublishTenant publish_tenant(identity::UserPool& pool, const identity::KeyRing& keys);

class ProviderSignIns final : public team::SignIns {
 public:
  ProviderSignIns(identity::UserPool& pool, const identity::KeyRing& keys) : pool_(pool), keys_(keys) {}
  std::optional<std::string> offer(const std::string& email, const std::optional<std::string>& name,
                                   const std::string& token, Timestamp expires) override;
  void withdraw(const std::string& issuer_subject) override;
  void leave(const std::string& issuer_subject) override;

 private:
  identity::UserPool& pool_;
  const identity::KeyRing& keys_;
};

}  // namespace oprag::app
