#include "features/overview/readiness.hpp"

#include <algorithm>

#include "features/widget/widget.hpp"

namespace oprag::overview {
namespace {

constexpr std::string_view document_statuses = R"(
  SELECT COUNT(*) AS total,
         COUNT(CASE WHEN v.status = 'pending_upload' THEN 1 END) AS pending_upload,
         COUNT(CASE WHEN v.status = 'uploaded' THEN 1 END) AS uploaded,
         COUNT(CASE WHEN v.status = 'indexing' THEN 1 END) AS indexing,
         COUNT(CASE WHEN v.status = 'indexed' THEN 1 END) AS indexed,
         COUNT(CASE WHEN v.status = 'failed' THEN 1 END) AS failed
  FROM documents d JOIN document_versions v
    ON v.company_id = d.company_id AND v.project_id = d.project_id AND v.document_id = d.document_id
       AND v.version = d.current_version
  WHERE d.company_id = $1 AND d.project_id = $2 AND d.deleted_at IS NULL)";

// Uploads and replacements whose file a deploy would look for, and those that it would index.
constexpr std::string_view versions_with_status = R"(
  SELECT COUNT(*) FROM documents d JOIN document_versions v
    ON v.company_id = d.company_id AND v.project_id = d.project_id AND v.document_id = d.document_id
       AND v.version = COALESCE(d.pending_version, d.current_version)
  WHERE d.company_id = $1 AND d.project_id = $2 AND d.deleted_at IS NULL AND v.status IN ($3, $4))";

constexpr std::string_view active_keys = R"(
  SELECT key_id, prefix, environment, last_used_at FROM api_keys
  WHERE company_id = $1 AND project_id = $2 AND status = 'active' ORDER BY created_at DESC, key_id DESC)";

struct TestCounts {
  std::int64_t saved = 0, failing = 0;
};
BOOST_DESCRIBE_STRUCT(TestCounts, (), (saved, failing))

constexpr std::string_view count_tests = R"(
  SELECT COUNT(*) AS saved, COUNT(CASE WHEN last_result = 'fail' THEN 1 END) AS failing
  FROM test_prompts WHERE company_id = $1 AND project_id = $2)";

std::string plural(std::int64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

// Adds a check, and what it found to the list that its status belongs to.
class Report {
 public:
  explicit Report(Readiness& readiness) : readiness_(readiness) {}
  void pass(std::string id, std::string label, std::string detail) {
    readiness_.checks.push_back({std::move(id), std::move(label), CheckStatus::pass, std::move(detail)});
  }
  void warn(std::string id, std::string label, const std::string& code, const std::string& detail) {
    readiness_.checks.push_back({std::move(id), std::move(label), CheckStatus::warn, detail});
    readiness_.warnings.push_back({code, detail});
  }
  void fail(std::string id, std::string label, const std::string& code, const std::string& detail) {
    readiness_.checks.push_back({std::move(id), std::move(label), CheckStatus::fail, detail});
    readiness_.blockers.push_back({code, detail});
  }

 private:
  Readiness& readiness_;
};

void check_documents(Report& report, const DocumentCounts& documents) {
  const auto usable = documents.uploaded + documents.indexing + documents.indexed + documents.failed;
  if (usable > 0) {
    report.pass("documents", "Documents uploaded", plural(usable, "document"));
  } else {
    report.fail("documents", "Documents uploaded", "no_documents", "Nothing is uploaded and confirmed yet");
  }
  if (documents.failed == 0) {
    report.pass("failed_documents", "Documents readable", "No document has failed");
  } else {
    report.warn("failed_documents", "Documents readable", "failed_documents",
                plural(documents.failed, "document") + " could not be indexed");
  }
}

void check_origins(Report& report, const projects::Project& project, bool widget_on) {
  if (project.allowed_origins.empty() && widget_on) {
    report.warn("allowed_origins", "Allowed origins", "no_origins",
                "The widget is on, but allowedOrigins is empty: browsers are refused");
    return;
  }
  for (const auto& origin : project.allowed_origins) {
    if (browser_can_send(origin)) continue;
    report.warn("allowed_origins", "Allowed origins", "unreachable_origin",
                "No browser sends the origin " + origin.value + " in this form");
    return;
  }
  report.pass("allowed_origins", "Allowed origins",
              plural(static_cast<std::int64_t>(project.allowed_origins.size()), "origin"));
}

void check_tests(Report& report, const TestCounts& tests) {
  if (tests.saved == 0) {
    report.warn("saved_tests", "Saved tests", "no_tests", "No test prompts are saved");
  } else if (tests.failing > 0) {
    report.warn("saved_tests", "Saved tests", "failing_tests",
                plural(tests.failing, "saved test") + " failed when last run");
  } else {
    report.pass("saved_tests", "Saved tests", plural(tests.saved, "test prompt"));
  }
}

}  // namespace

DocumentCounts count_documents(db::Tenant& tenant, const ProjectId& project) {
  return tenant.one<DocumentCounts>(document_statuses, project).value_or(DocumentCounts{});
}

Readiness check(db::Tenant& tenant, const projects::Project& project) {
  const auto& id = project.project_id;
  Readiness out;
  Report report(out);
  check_documents(report, count_documents(tenant, id));
  check_origins(report, project, widget::config_of(tenant, project, "").enabled);
  check_tests(report, tenant.one<TestCounts>(count_tests, id).value_or(TestCounts{}));
  out.ready = out.blockers.empty();
  const auto count = [&](std::string_view status, std::string_view or_status) {
    return tenant.scalar<std::int64_t>(versions_with_status, id, status, or_status).value_or(0);
  };
  out.changes = {.keys_to_revoke = tenant.all<KeyToRevoke>(active_keys, id),
                 .documents_to_confirm = count("pending_upload", "pending_upload"),
                 .documents_to_index = count("uploaded", "failed")};
  return out;
}

}  // namespace oprag::overview
