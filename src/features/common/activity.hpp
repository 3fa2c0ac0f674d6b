// Every change is an activity, written in the transaction of the change.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/environment.hpp"
#include "db/database.hpp"
#include "features/common/person.hpp"

namespace oprag {

struct Change {
  std::string_view type;  // "project.created": the words of the contract's list
  std::optional<Person> actor;
  std::optional<ProjectId> project;
  std::string_view target_type;  // "project", "document", "key" …
  std::string target_id;
  std::string summary;  // one sentence, without question or document text
};

class ActivityLog {
 public:
  ActivityLog(Clock clock, RandomText random) : clock_(std::move(clock)), random_(std::move(random)) {}
  void record(db::Tenant& tenant, const Change& change) const;

 private:
  Clock clock_;
  RandomText random_;
};

}  // namespace oprag
