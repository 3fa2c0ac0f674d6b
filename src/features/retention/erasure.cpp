#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "features/retention/retention.hpp"

namespace oprag::retention {
namespace {

// Every table with a company_id and a project_id, those first that refer to later ones. A test compares with the
// schema.
constexpr std::array<std::string_view, 19> project_tables{
    "chat_stream_events", "chat_streams",      "messages",    "conversations", "test_results",
    "test_runs",          "test_prompts",      "deployments", "api_keys",      "index_segments",
    "index_manifests",    "document_versions", "documents",   "activities",    "projects",
    "key_directory",      "project_directory", "jobs",        "job_turns"};

// The others with a company_id.
constexpr std::array<std::string_view, 5> company_tables{"question_usage", "company_settings", "invitations", "users",
                                                         "companies"};

constexpr std::array<std::string_view, 3> prefixes{"documents/", "text/", "index/"};

// The company's own sign-ins: of its members, and those that invitations made.
constexpr std::string_view sign_ins = R"(
  (SELECT u.subject FROM identity_users u WHERE u.tenant_id = $1 OR EXISTS (
     SELECT 1 FROM invitations i WHERE i.company_id = $1 AND lower(i.account) LIKE '% ' || lower(u.subject))))";

void remove_sign_ins(db::Tenant& tenant, Receipt& receipt) {
  const std::string subjects(sign_ins);
  receipt.count("identity_refresh_tokens", tenant.exec("DELETE FROM identity_refresh_tokens WHERE session_id IN "
                                                       "(SELECT session_id FROM identity_sessions WHERE subject IN " +
                                                       subjects + ")"));
  for (const std::string table : {"identity_sessions", "identity_grants", "identity_codes", "identity_users"})
    receipt.count(table, tenant.exec("DELETE FROM " + table + " WHERE subject IN " + subjects));
}

}  // namespace

void Receipt::count(std::string_view table, std::int64_t rows) {
  if (rows == 0) return;
  const auto known = std::ranges::find(tables, table, &Line::table);
  if (known == tables.end())
    tables.push_back({std::string(table), rows});
  else
    known->rows += rows;
}

void Receipt::add(const Receipt& other) {
  for (const auto& line : other.tables) count(line.table, line.rows);
  objects += other.objects;
  scrubbed = scrubbed && other.scrubbed;
}

std::string Receipt::text() const {
  std::string out;
  for (const auto& line : tables) out += line.table + ": " + std::to_string(line.rows) + "\n";
  out += "objects: " + std::to_string(objects);
  if (!scrubbed) out += "\nThe store was busy: its files are overwritten within the hour.";
  return out;
}

std::int64_t Retention::remove_objects(const std::string& company_and_project) {
  std::int64_t removed = 0;
  for (const auto prefix : prefixes) {
    for (const auto& key : objects_.list(std::string(prefix) + company_and_project + "/")) {
      objects_.remove(key);
      ++removed;
    }
  }
  return removed;
}

void Retention::scrub(Receipt& receipt, db::Scrub what) {
  if (!scrub_(what)) receipt.scrubbed = false;
}

// The rows first: from then on nobody is given an object, and what a crash leaves of them is swept as named by no row.
Receipt Retention::erase_project(const CompanyId& company, const ProjectId& project) {
  auto receipt = database_.write(company, [&](db::Tenant& tenant) {
    Receipt out;
    const auto there =
        tenant.scalar<std::int64_t>("SELECT 1 FROM projects WHERE company_id = $1 AND project_id = $2", project);
    if (!there) throw Error(ErrorCode::not_found, "Project not found");
    for (const auto table : project_tables) {
      out.count(table, tenant.exec("DELETE FROM " + std::string(table) + " WHERE company_id = $1 AND project_id = $2",
                                   project));
    }
    activity_.record(tenant, {.type = "project.erased",
                              .actor = {},
                              .project = {},
                              .target_type = "project",
                              .target_id = project.value,
                              .summary = "Erased a project and all that it held"});
    return out;
  });
  receipt.objects = remove_objects(company.value + "/" + project.value);
  scrub(receipt, db::Scrub::file);
  return receipt;
}

Receipt Retention::remove_company(const CompanyId& company) {
  auto receipt = database_.write(company, [&](db::Tenant& tenant) {
    Receipt out;
    if (!tenant.scalar<std::int64_t>("SELECT 1 FROM companies WHERE company_id = $1"))
      throw Error(ErrorCode::not_found, "Company not found");
    remove_sign_ins(tenant, out);
    const auto empty = [&](std::string_view table) {
      out.count(table, tenant.exec("DELETE FROM " + std::string(table) + " WHERE company_id = $1"));
    };
    std::ranges::for_each(project_tables, empty);
    std::ranges::for_each(company_tables, empty);
    return out;
  });
  receipt.objects = remove_objects(company.value);
  scrub(receipt, db::Scrub::file);
  return receipt;
}

}  // namespace oprag::retention
