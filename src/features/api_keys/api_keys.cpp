#include "features/api_keys/api_keys.hpp"

#include "crypto/hash.hpp"

namespace oprag::api_keys {
namespace {

constexpr std::size_t random_characters = 40;  // 238 bits
constexpr std::size_t check_characters = 4;
constexpr std::size_t shown_characters = 14;  // "sk_live_ab12cd"

constexpr std::string_view columns = R"(
  SELECT k.key_id, k.project_id, p.name AS project_name, k.name, k.environment, k.prefix, k.status, k.created_by,
         k.created_at, k.last_used_at, k.revoked_at
  FROM api_keys k JOIN projects p ON p.company_id = k.company_id AND p.project_id = k.project_id
  WHERE k.company_id = $1 )";

const std::string find_key = std::string(columns) + "AND k.project_id = $2 AND k.key_id = $3";
const std::string list_keys = std::string(columns) +
                              "AND ($2 = '' OR k.project_id = $2) AND (k.created_at, k.key_id) < ($3, $4) "
                              "ORDER BY k.created_at DESC, k.key_id DESC LIMIT $5";

constexpr std::string_view insert_key = R"(
  INSERT INTO api_keys (company_id, project_id, key_id, name, environment, prefix, secret_hash, status, created_by, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, 'active', $8, $9))";

constexpr std::string_view insert_directory = R"(
  INSERT INTO key_directory (secret_hash, company_id, project_id, key_id, environment) VALUES ($1, $2, $3, $4, $5))";

constexpr std::string_view revoke_key = R"(
  UPDATE api_keys SET status = 'revoked', revoked_at = $4
  WHERE company_id = $1 AND project_id = $2 AND key_id = $3 AND status = 'active')";

struct KeyOnly {
  KeyId key_id;
};
BOOST_DESCRIBE_STRUCT(KeyOnly, (), (key_id))

// A typing error is refused offline, and a scanner knows a leaked key for one of ours.
std::string check_of(std::string_view body) {
  static constexpr std::string_view alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const auto digest = crypto::sha256(std::string("oprag key check ").append(body));
  std::string out;
  for (std::size_t i = 0; i < check_characters; ++i) out += alphabet[static_cast<unsigned char>(digest[i]) % 62];
  return out;
}

std::string new_secret(Environment environment, const RandomText& random) {
  const auto body = "sk_" + std::string(to_word(environment)) + "_" + random(random_characters);
  return body + check_of(body);
}

ApiKey require(db::Tenant& tenant, const ProjectId& project, const KeyId& key) {
  auto found = tenant.one<ApiKey>(find_key, project, key);
  if (!found) throw Error(ErrorCode::not_found, "API key not found");
  return *std::move(found);
}

}  // namespace

bool has_key_form(std::string_view secret) {
  constexpr std::size_t length = 8 + random_characters + check_characters;
  if (secret.size() != length || !(secret.starts_with("sk_live_") || secret.starts_with("sk_test_"))) return false;
  const auto body = secret.substr(0, length - check_characters);
  return secret.substr(length - check_characters) == check_of(body);
}

Service::Service(db::Database& database, ActivityLog activity, const Cursors& cursors, Clock clock, RandomText random)
    : database_(database),
      activity_(std::move(activity)),
      cursors_(cursors),
      clock_(std::move(clock)),
      random_(std::move(random)) {}

void Service::record(db::Tenant& tenant, const Caller& caller, std::string_view type, const ApiKey& key) {
  activity_.record(tenant,
                   {.type = type,
                    .actor = person_of(caller),
                    .project = key.project_id,
                    .target_type = "key",
                    .target_id = key.key_id.value,
                    .summary = std::string(type == "key.revoked" ? "Revoked" : "Issued") + " the key " + key.prefix});
}

CreatedKey Service::issue(db::Tenant& tenant, const Caller& caller, const projects::Project& project,
                          Environment environment, const std::string& name) {
  const auto secret = new_secret(environment, random_);
  const auto hash = crypto::sha256_hex(secret);
  const auto id = new_id<KeyTag>(random_);
  tenant.exec(insert_key, project.project_id, id, name, environment, secret.substr(0, shown_characters), hash,
              person_of(caller), clock_());
  tenant.directory().exec(insert_directory, hash, caller.company, project.project_id, id, environment);
  return {require(tenant, project.project_id, id), secret};
}

std::vector<KeyId> Service::revoke_active(db::Tenant& tenant, const CompanyId& company, const ProjectId& project,
                                          Which which) {
  std::vector<KeyId> revoked;
  const auto active = tenant.all<KeyOnly>(
      "SELECT key_id FROM api_keys WHERE company_id = $1 AND project_id = $2 AND status = 'active' "
      "AND ($3 = 'all' OR environment = $3) ORDER BY created_at, key_id",
      project, which == Which::live ? "live" : "all");
  for (const auto& key : active) {
    tenant.exec(revoke_key, project, key.key_id, clock_());
    tenant.directory().exec("DELETE FROM key_directory WHERE company_id = $1 AND key_id = $2", company, key.key_id);
    revoked.push_back(key.key_id);
  }
  return revoked;
}

CreatedKey Service::create(const Caller& caller, const ProjectId& id, const KeyCreate& request) {
  return database_.write(caller.company, [&](db::Tenant& tenant) {
    const auto project = projects::require(tenant, id);
    const auto environment = request.environment.value_or(Environment::live);
    if (environment == Environment::live && !project.deployed_at) {
      throw Error(ErrorCode::not_deployed, "Deploy the project before creating a live key");
    }
    const auto name = request.name ? request.name->value : (environment == Environment::live ? "Live key" : "Test key");
    auto key = issue(tenant, caller, project, environment, name);
    record(tenant, caller, "key.created", key);
    return key;
  });
}

RotatedKey Service::rotate(const Caller& caller, const ProjectId& id, const KeyRotate& request) {
  return database_.write(caller.company, [&](db::Tenant& tenant) {
    const auto project = projects::require(tenant, id);
    if (!project.deployed_at) throw Error(ErrorCode::not_deployed, "Deploy the project before rotating its key");
    auto revoked = revoke_active(tenant, caller.company, id, Which::live);
    if (revoked.empty()) throw Error(ErrorCode::invalid_request, "There is no active live key to rotate");
    RotatedKey out{issue(tenant, caller, project, Environment::live, request.name ? request.name->value : "Live key"),
                   std::move(revoked)};
    record(tenant, caller, "key.rotated", out);
    return out;
  });
}

RotatedKey Service::roll_over(db::Tenant& tenant, const Caller& caller, const ProjectId& id) {
  const auto project = projects::require(tenant, id);
  auto revoked = revoke_active(tenant, caller.company, id, Which::all);
  return {issue(tenant, caller, project, Environment::live, "Live key"), std::move(revoked)};
}

ApiKey Service::revoke(const Caller& caller, const ProjectId& project, const KeyId& id) {
  return database_.write(caller.company, [&](db::Tenant& tenant) {
    projects::require(tenant, project);
    const auto key = require(tenant, project, id);
    if (key.status == KeyStatus::revoked) return key;
    tenant.exec(revoke_key, project, id, clock_());
    tenant.directory().exec("DELETE FROM key_directory WHERE company_id = $1 AND key_id = $2", caller.company, id);
    record(tenant, caller, "key.revoked", key);
    return require(tenant, project, id);
  });
}

KeyList Service::list(const Caller& caller, const ProjectId& project, const PageQuery& query) const {
  const auto scope = "keys " + caller.company.value + " " + project.value;
  const auto from = cursors_.open(scope, query.cursor);
  const auto limit = query.limit ? query.limit->value : default_page_size;
  KeyList out;
  out.keys = database_.read(caller.company, [&](db::Tenant& tenant) {
    if (!project.empty()) projects::require(tenant, project);
    return tenant.all<ApiKey>(list_keys, project, from.time, from.id, limit + 1);
  });
  out.next_cursor = take_page(out.keys, limit, cursors_, scope,
                              [](const ApiKey& k) { return Position{k.created_at.ms, k.key_id.value}; });
  return out;
}

KeyList Service::list_workspace(const Caller& caller, const PageQuery& query) const {
  return list(caller, {}, query);
}

std::optional<KeyHolder> Service::holder_of(std::string_view secret) const {
  if (!has_key_form(secret)) return {};
  return database_.read_system([&](db::System& directory) {
    return directory.one<KeyHolder>(
        "SELECT company_id, project_id, key_id, environment FROM key_directory WHERE secret_hash = $1",
        crypto::sha256_hex(secret));
  });
}

bool Service::is_active(db::Tenant& tenant, const ProjectId& project, const KeyId& key) const {
  const auto found = tenant.one<ApiKey>(find_key, project, key);
  return found && found->status == KeyStatus::active;
}

void Service::touch(const KeyHolder& holder) {
  const auto now = clock_();
  if (!touches_.admits(holder.key_id.value, now)) return;
  database_.write(holder.company_id, [&](db::Tenant& tenant) {
    tenant.exec("UPDATE api_keys SET last_used_at = $4 WHERE company_id = $1 AND project_id = $2 AND key_id = $3",
                holder.project_id, holder.key_id, now);
  });
}

}  // namespace oprag::api_keys
