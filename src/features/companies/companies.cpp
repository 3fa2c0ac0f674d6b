#include "features/companies/companies.hpp"

#include "features/common/person.hpp"

namespace oprag::companies {
namespace {

constexpr std::string_view insert_company =
    "INSERT INTO companies (company_id, name, plan, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)";

constexpr std::string_view insert_settings = R"(
  INSERT INTO company_settings (company_id, allowed_origins, system_prompt, question_max_length, updated_at)
  VALUES ($1, '[]', '', 1000, $2))";

// Only while he has none: of two sign-ups at once, one finds zero rows changed.
constexpr std::string_view become_owner = R"(
  UPDATE users SET company_id = $2, role = 'owner', status = 'active', joined_at = $3
  WHERE user_id = $1 AND company_id IS NULL)";

constexpr std::string_view find_company = R"(
  SELECT c.company_id, c.name, c.plan, c.created_at, c.updated_at, u.user_id, u.email, u.role
  FROM companies c JOIN users u ON u.company_id = c.company_id WHERE c.company_id = $1 AND u.user_id = $2)";

Company find(db::System& directory, const Caller& caller) {
  auto company = directory.one<Company>(find_company, caller.company, caller.user);
  if (!company) throw Error(ErrorCode::not_found, "Company not found");
  return *std::move(company);
}

}  // namespace

Service::Service(db::Database& database, accounts::Users& users, std::string plan, ActivityLog activity,
                 PublishTenant publish, Clock clock, RandomText random)
    : database_(database),
      users_(users),
      plan_(std::move(plan)),
      activity_(std::move(activity)),
      publish_(std::move(publish)),
      clock_(std::move(clock)),
      random_(std::move(random)) {}

Company Service::create(const Caller& caller, const CompanyCreate& request) {
  if (!caller.company.empty()) throw Error(ErrorCode::conflict, "User already has a company");
  const auto id = new_id<CompanyTag>(random_);
  auto company = database_.write(id, [&](db::Tenant& tenant) {
    auto& directory = tenant.directory();
    const auto user = users_.require(directory, caller);
    directory.exec(insert_company, id, request.name.value, plan_, clock_());
    if (directory.exec(become_owner, user.user_id, id, clock_()) == 0) {
      throw Error(ErrorCode::conflict, "User already has a company");
    }
    tenant.exec(insert_settings, clock_());
    auto owner = caller;
    owner.company = id;
    owner.user = user.user_id;
    activity_.record(tenant, {.type = "company.created",
                              .actor = person_of(owner),
                              .project = {},
                              .target_type = "company",
                              .target_id = id.value,
                              .summary = "Created the company " + request.name.value});
    return find(directory, owner);
  });
  publish_(caller.issuer_subject, id);
  return company;
}

Company Service::mine(const Caller& caller) const {
  return database_.read_system([&](db::System& directory) { return find(directory, caller); });
}

Company Service::rename(const Caller& caller, const CompanyPatch& request,
                        const std::function<void(const Company&)>& current) {
  return database_.write(caller.company, [&](db::Tenant& tenant) {
    auto& directory = tenant.directory();
    const auto before = find(directory, caller);
    current(before);
    if (!request.name || request.name->value == before.name) return before;
    directory.exec("UPDATE companies SET name = $2, updated_at = $3 WHERE company_id = $1", caller.company,
                   request.name->value, clock_());
    activity_.record(tenant, {.type = "company.updated",
                              .actor = person_of(caller),
                              .project = {},
                              .target_type = "company",
                              .target_id = caller.company.value,
                              .summary = "Renamed the company to " + request.name->value});
    return find(directory, caller);
  });
}

}  // namespace oprag::companies
