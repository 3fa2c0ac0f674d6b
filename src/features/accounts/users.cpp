#include "features/accounts/users.hpp"

#include "base/mutant.hpp"

namespace oprag::accounts {
namespace {

constexpr std::string_view find_user = R"(
  SELECT user_id, issuer, subject, email, name, company_id, role, status, tokens_valid_after
  FROM users WHERE issuer = $1 AND subject = $2)";

constexpr std::string_view insert_user = R"(
  INSERT INTO users (user_id, issuer, subject, email, name, status, created_at)
  VALUES ($1, $2, $3, $4, $5, 'active', $6)
  RETURNING user_id, issuer, subject, email, name, company_id, role, status, tokens_valid_after)";

// Issuers are URLs and subjects hold no blank, so that one splits the pair again.
std::pair<std::string, std::string> split(const std::string& issuer_subject) {
  const auto blank = issuer_subject.find(' ');
  return {issuer_subject.substr(0, blank), issuer_subject.substr(blank + 1)};
}

}  // namespace

Users::Users(db::Database& database, Clock clock, RandomText random)
    : database_(database), clock_(std::move(clock)), random_(std::move(random)) {}

std::optional<Caller> Users::caller_of(const Bearer& bearer) const {
  Caller caller;
  caller.kind = CallerKind::user;
  caller.email = bearer.email;
  caller.name = bearer.name;
  caller.issuer_subject = bearer.issuer + " " + bearer.subject;
  const auto user = database_.read_system(
      [&](db::System& directory) { return directory.one<User>(find_user, bearer.issuer, bearer.subject); });
  if (!user) {
    if (bearer.tenant_claim) return {};  // a claim never creates a membership
    return caller;
  }
  if (user->status == UserStatus::disabled) return {};
  if (bearer.issued_at < user->tokens_valid_after) return {};
  // A token older than the company has no claim yet; one that names another company is not believed.
  const bool believed = !bearer.tenant_claim || mutant("tenant claim");
  if (!believed && (!user->company_id || *bearer.tenant_claim != user->company_id->value)) return {};
  caller.user = user->user_id;
  if (user->email != bearer.email && bearer.email.empty()) caller.email = user->email;
  if (caller.name.empty()) caller.name = user->name.value_or("");
  if (user->company_id) {
    caller.company = *user->company_id;
    caller.role = user->role.value_or(Role::member);
  }
  return caller;
}

void Users::touch(const Caller& caller) {
  const auto now = clock_();
  if (caller.company.empty() || !touches_.admits(caller.user.value, now)) return;
  database_.tally([&](db::System& directory) {
    directory.exec("UPDATE users SET last_active_at = $3 WHERE company_id = $1 AND user_id = $2", caller.company,
                   caller.user, now);
  });
}

User Users::require(db::System& directory, const Caller& caller) const {
  const auto [issuer, subject] = split(caller.issuer_subject);
  if (auto known = directory.one<User>(find_user, issuer, subject)) return *known;
  const auto name = caller.name.empty() ? std::nullopt : std::optional(caller.name);
  return *directory.one<User>(insert_user, new_id<UserTag>(random_), issuer, subject, caller.email, name, clock_());
}

}  // namespace oprag::accounts
