#include "features/billing/billing.hpp"

namespace oprag::billing {

BillingSummary Service::summary(const Caller& caller) const {
  return database_.read(caller.company, [&](db::Tenant& tenant) {
    const auto plan = limits_.plan_of(tenant.directory(), tenant.company());
    BillingSummary out{.plan = {plan.id, plan.name, plan.price},
                       .period = limits_.period(),
                       .limits = plan.limits,
                       .usage = limits_.usage_of(tenant),
                       .over_limit = {}};
    for (const auto quota : over_limit(out.limits, out.usage)) out.over_limit.push_back(camel_case(to_word(quota)));
    return out;
  });
}

}  // namespace oprag::billing
