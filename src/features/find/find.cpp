#include "features/find/find.hpp"

#include <algorithm>
#include <array>

#include "features/common/paging.hpp"

namespace oprag::find {
namespace {

constexpr std::string_view find_projects = R"(
  SELECT 'project' AS kind, project_id AS id, project_id, name AS title FROM projects
  WHERE company_id = $1 AND status <> 'archived'
    AND (lower(name) LIKE $2 ESCAPE '\' OR lower(description) LIKE $2 ESCAPE '\')
  ORDER BY created_at DESC, project_id LIMIT $3)";

constexpr std::string_view find_documents = R"(
  SELECT 'document' AS kind, d.document_id AS id, d.project_id, v.filename AS title
  FROM documents d
  JOIN projects p ON p.company_id = d.company_id AND p.project_id = d.project_id AND p.status <> 'archived'
  JOIN document_versions v ON v.company_id = d.company_id AND v.project_id = d.project_id
    AND v.document_id = d.document_id AND v.version = d.current_version
  WHERE d.company_id = $1 AND d.deleted_at IS NULL
    AND (lower(v.filename) LIKE $2 ESCAPE '\' OR lower(COALESCE(v.title, '')) LIKE $2 ESCAPE '\')
  ORDER BY d.created_at DESC, d.document_id LIMIT $3)";

constexpr std::string_view find_conversations = R"(
  SELECT 'conversation' AS kind, conversation_id AS id, project_id, first_question AS title FROM conversations
  WHERE company_id = $1 AND lower(first_question) LIKE $2 ESCAPE '\'
  ORDER BY last_message_at DESC, conversation_id LIMIT $3)";

}  // namespace

FindResults Service::find(const Caller& caller, const FindQuery& query) const {
  const auto words = containing(query.q.value);
  auto kinds = database_.read(caller.company, [&](db::Tenant& tenant) {
    return std::array{tenant.all<Found>(find_projects, words, results_limit),
                      tenant.all<Found>(find_documents, words, results_limit),
                      tenant.all<Found>(find_conversations, words, results_limit)};
  });
  // Seats are given out in turns, so that a kind with few results leaves its seats to the others.
  std::array<std::size_t, 3> seats{};
  std::size_t taken = 0;
  for (bool any = true; any && taken < results_limit;) {
    any = false;
    for (std::size_t i = 0; i < kinds.size() && taken < results_limit; ++i) {
      if (seats[i] == kinds[i].size()) continue;
      ++seats[i];
      ++taken;
      any = true;
    }
  }
  FindResults out;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    std::move(kinds[i].begin(), kinds[i].begin() + static_cast<std::ptrdiff_t>(seats[i]),
              std::back_inserter(out.results));
  }
  return out;
}

}  // namespace oprag::find
