// Companies: signing up, reading and renaming one's own.
#pragma once
#include <boost/describe.hpp>
#include <functional>

#include "features/accounts/users.hpp"
#include "features/common/activity.hpp"
#include "json/types.hpp"

namespace oprag::http {
class Router;
struct Request;
}  // namespace oprag::http

namespace oprag::companies {

struct Company {
  CompanyId company_id;
  std::string name;
  std::string plan;
  Timestamp created_at, updated_at;
  UserId user_id;
  std::string email;
  Role role = Role::member;
};
BOOST_DESCRIBE_STRUCT(Company, (), (company_id, name, plan, created_at, updated_at, user_id, email, role))

struct CompanyCreate {
  json::Text<1, 80> name;
};
BOOST_DESCRIBE_STRUCT(CompanyCreate, (), (name))

struct CompanyPatch {
  std::optional<json::Text<1, 80>> name;
};
BOOST_DESCRIBE_STRUCT(CompanyPatch, (), (name))

// Tells the identity provider which company a user belongs to, so that his next token carries custom:tenant_id.
using PublishTenant = std::function<void(const std::string& issuer_subject, const CompanyId& company)>;

class Service {
 public:
  // `plan`: which one a new company is on.
  Service(db::Database& database, accounts::Users& users, std::string plan, ActivityLog activity, PublishTenant publish,
          Clock clock, RandomText random);

  // The caller becomes owner. Throws conflict when he has a company.
  Company create(const Caller& caller, const CompanyCreate& request);
  Company mine(const Caller& caller) const;
  // `current` sees the company as it is, inside the transaction, before the change (for If-Match).
  Company rename(const Caller& caller, const CompanyPatch& request, const std::function<void(const Company&)>& current);

 private:
  db::Database& database_;
  accounts::Users& users_;
  std::string plan_;
  ActivityLog activity_;
  PublishTenant publish_;
  Clock clock_;
  RandomText random_;
};

void add_routes(http::Router& router, Service& companies);

}  // namespace oprag::companies
