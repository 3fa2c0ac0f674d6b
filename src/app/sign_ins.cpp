#include "app/sign_ins.hpp"

namespace oprag::app {

std::optional<std::string> own_subject(const identity::KeyRing& keys, const std::string& issuer_subject) {
  const auto prefix = keys.pool_id() + " ";
  if (!issuer_subject.starts_with(prefix)) return {};
  return issuer_subject.substr(prefix.size());
}

companies::PublishTenant publish_tenant(identity::UserPool& pool, const identity::KeyRing& keys) {
  return [&](const std::string& issuer_subject, const CompanyId& company) {
    if (const auto subject = own_subject(keys, issuer_subject)) pool.set_tenant(*subject, company.value);
  };
}

std::optional<std::string> ProviderSignIns::offer(const std::string& email, const std::optional<std::string>& name,
                                                  const std::string& token, Timestamp expires) {
  const auto subject = pool_.offer(email, name, token, expires);
  if (!subject) return {};
  return keys_.pool_id() + " " + *subject;
}

void ProviderSignIns::withdraw(const std::string& issuer_subject) {
  if (const auto subject = own_subject(keys_, issuer_subject)) pool_.withdraw(*subject);
}

void ProviderSignIns::leave(const std::string& issuer_subject) {
  if (const auto subject = own_subject(keys_, issuer_subject)) pool_.set_tenant(*subject, std::nullopt);
}

}  // namespace oprag::app
