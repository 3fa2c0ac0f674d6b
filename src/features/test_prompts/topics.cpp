#include "features/test_prompts/topics.hpp"

#include <set>

namespace oprag::test_prompts {

TopicsOf topics_in(index::PassageIndex& index) {
  return [&index](const CompanyId& company, const ProjectId& project) {
    const auto view = index.open({company, project});
    std::vector<Topic> topics;
    std::set<std::pair<std::size_t, std::string>> seen;
    const auto add = [&](std::size_t document, const std::string& text) {
      const auto& about = view->document(document);
      if (!text.empty() && seen.emplace(document, text).second) topics.push_back({about.id, text, about.language});
    };
    for (std::size_t i = 0; i < view->document_count() && topics.size() < topics_limit; ++i) {
      add(i, view->document(i).title);
    }
    for (index::PassageRef ref = 0; ref < view->passage_count() && topics.size() < topics_limit; ++ref) {
      const auto& headings = view->passage(ref).headings;
      if (!headings.empty()) add(view->document_of(ref), headings.back());
    }
    return topics;
  };
}

}  // namespace oprag::test_prompts
