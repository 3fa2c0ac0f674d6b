// What the company's plan allows and what it has used of it.
#pragma once
#include "base/caller.hpp"
#include "features/billing/plans.hpp"

namespace oprag::http {
class Router;
}

namespace oprag::billing {

struct PlanName {
  std::string id;
  std::string name;
  std::optional<std::string> price;
};
BOOST_DESCRIBE_STRUCT(PlanName, (), (id, name, price))

struct BillingSummary {
  PlanName plan;
  Period period;
  Limits limits;
  Usage usage;
  std::vector<std::string> over_limit;  // names as in `limits`
};
BOOST_DESCRIBE_STRUCT(BillingSummary, (), (plan, period, limits, usage, over_limit))

class Service {
 public:
  Service(db::Database& database, const PlanLimits& limits) : database_(database), limits_(limits) {}
  BillingSummary summary(const Caller& caller) const;

 private:
  db::Database& database_;
  const PlanLimits& limits_;
};

void add_routes(http::Router& router, Service& billing);

}  // namespace oprag::billing
