// Whether a project can be deployed, what speaks against it, and what a deploy would change.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "features/projects/projects.hpp"

namespace oprag::overview {

// Documents by status, deleted ones left out.
struct DocumentCounts {
  std::int64_t total = 0, pending_upload = 0, uploaded = 0, indexing = 0, indexed = 0, failed = 0;
};
BOOST_DESCRIBE_STRUCT(DocumentCounts, (), (total, pending_upload, uploaded, indexing, indexed, failed))

enum class CheckStatus { pass, warn, fail };
BOOST_DESCRIBE_ENUM(CheckStatus, pass, warn, fail)

struct ReadinessCheck {
  std::string id;
  std::string label;
  CheckStatus status = CheckStatus::pass;
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(ReadinessCheck, (), (id, label, status, detail))

struct Finding {
  std::string code;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(Finding, (), (code, message))

struct KeyToRevoke {
  KeyId key_id;
  std::string prefix;
  Environment environment = Environment::live;
  std::optional<Timestamp> last_used_at;
};
BOOST_DESCRIBE_STRUCT(KeyToRevoke, (), (key_id, prefix, environment, last_used_at))

struct DeployChanges {
  std::vector<KeyToRevoke> keys_to_revoke;
  std::int64_t documents_to_confirm = 0;
  std::int64_t documents_to_index = 0;
};
BOOST_DESCRIBE_STRUCT(DeployChanges, (), (keys_to_revoke, documents_to_confirm, documents_to_index))

struct Readiness {
  bool ready = false;
  std::vector<ReadinessCheck> checks;
  std::vector<Finding> blockers;
  std::vector<Finding> warnings;
  DeployChanges changes;
};
BOOST_DESCRIBE_STRUCT(Readiness, (), (ready, checks, blockers, warnings, changes))

DocumentCounts count_documents(db::Tenant& tenant, const ProjectId& project);
Readiness check(db::Tenant& tenant, const projects::Project& project);

}  // namespace oprag::overview
