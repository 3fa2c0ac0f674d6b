// Keys with which a customer's own site or server calls the public chat API.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <vector>

#include "base/throttle.hpp"
#include "features/common/activity.hpp"
#include "features/common/paging.hpp"
#include "features/projects/projects.hpp"

namespace oprag::http {
class Router;
}

namespace oprag::api_keys {

enum class KeyStatus { active, revoked };
BOOST_DESCRIBE_ENUM(KeyStatus, active, revoked)

struct ApiKey {
  KeyId key_id;
  ProjectId project_id;
  std::string project_name;
  std::string name;
  Environment environment = Environment::live;
  std::string prefix;  // all of the secret that is ever shown again
  KeyStatus status = KeyStatus::active;
  std::optional<Person> created_by;
  Timestamp created_at;
  std::optional<Timestamp> last_used_at, revoked_at;
};
BOOST_DESCRIBE_STRUCT(ApiKey, (),
                      (key_id, project_id, project_name, name, environment, prefix, status, created_by, created_at,
                       last_used_at, revoked_at))

struct CreatedKey : ApiKey {
  std::string api_key;  // the whole secret: in this answer only
};
BOOST_DESCRIBE_STRUCT(CreatedKey, (ApiKey), (api_key))

struct RotatedKey : CreatedKey {
  std::vector<KeyId> revoked_key_ids;
};
BOOST_DESCRIBE_STRUCT(RotatedKey, (CreatedKey), (revoked_key_ids))

struct KeyCreate {
  std::optional<Environment> environment;
  std::optional<json::Text<1, 80>> name;
};
BOOST_DESCRIBE_STRUCT(KeyCreate, (), (environment, name))

struct KeyRotate {
  std::optional<json::Text<1, 80>> name;
};
BOOST_DESCRIBE_STRUCT(KeyRotate, (), (name))

struct KeyList {
  std::vector<ApiKey> keys;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(KeyList, (), (keys, next_cursor))

// The caller behind a secret.
struct KeyHolder {
  CompanyId company_id;
  ProjectId project_id;
  KeyId key_id;
  Environment environment = Environment::live;
};
BOOST_DESCRIBE_STRUCT(KeyHolder, (), (company_id, project_id, key_id, environment))

class Service {
 public:
  Service(db::Database& database, ActivityLog activity, const Cursors& cursors, Clock clock, RandomText random);

  // A live key needs a deployment (not_deployed).
  CreatedKey create(const Caller& caller, const ProjectId& project, const KeyCreate& request);
  // Revokes every active live key and issues one. Throws conflict-free 400 when there is none to rotate.
  RotatedKey rotate(const Caller& caller, const ProjectId& project, const KeyRotate& request);
  ApiKey revoke(const Caller& caller, const ProjectId& project, const KeyId& key);
  KeyList list(const Caller& caller, const ProjectId& project, const PageQuery& query) const;
  KeyList list_workspace(const Caller& caller, const PageQuery& query) const;

  // For deploy, inside its transaction: one new live key; all prior active ones, live and test, revoked.
  RotatedKey roll_over(db::Tenant& tenant, const Caller& caller, const ProjectId& project);

  // Nothing for a secret that is unknown, revoked or of an archived project: each is gone from the directory.
  std::optional<KeyHolder> holder_of(std::string_view secret) const;
  // Whether the key is still good: asked again before an answer leaves.
  bool is_active(db::Tenant& tenant, const ProjectId& project, const KeyId& key) const;
  // Remembers the use, at most once a minute per key.
  void touch(const KeyHolder& holder);

 private:
  CreatedKey issue(db::Tenant& tenant, const Caller& caller, const projects::Project& project, Environment environment,
                   const std::string& name);
  enum class Which { live, all };
  std::vector<KeyId> revoke_active(db::Tenant& tenant, const CompanyId& company, const ProjectId& project, Which which);
  void record(db::Tenant& tenant, const Caller& caller, std::string_view type, const ApiKey& key);

  db::Database& database_;
  ActivityLog activity_;
  const Cursors& cursors_;
  Clock clock_;
  RandomText random_;
  Throttle touches_{minute_ms};
};

// Whether the text has the form of a key (prefix, length, alphabet, checksum): others are refused without a look-up.
bool has_key_form(std::string_view secret);

void add_routes(http::Router& router, Service& keys);

}  // namespace oprag::api_keys
