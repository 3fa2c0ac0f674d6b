#include "features/test_prompts/suggestions.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "base/text.hpp"

namespace oprag::test_prompts {
namespace {

struct Wording {
  std::string_view language, before, after;
};

constexpr std::array wordings = {
    Wording{"en", "What do the documents say about “", "”?"}, Wording{"de", "Was sagen die Dokumente über „", "“?"},
    Wording{"fr", "Que disent les documents sur « ", " » ?"}, Wording{"es", "¿Qué dicen los documentos sobre «", "»?"},
    Wording{"it", "Che cosa dicono i documenti su «", "»?"},  Wording{"pt", "O que dizem os documentos sobre “", "”?"},
    Wording{"nl", "Wat zeggen de documenten over “", "”?"},
};

// Nothing for a topic too short or too long to ask about.
std::optional<std::string> question_about(const Topic& topic) {
  const auto text = trim(topic.text);
  const auto length = code_points(text);
  if (length < 4 || length > 120) return {};
  if (text.ends_with('?')) return std::string(text);
  const auto wording = std::ranges::find(wordings, topic.language, &Wording::language);
  if (wording == wordings.end()) return std::string(text);  // a bare topic is a question in every language
  return std::string(wording->before).append(text).append(wording->after);
}

}  // namespace

std::vector<Suggestion> suggest(const std::vector<Topic>& topics, const std::vector<std::string>& saved) {
  std::set<std::string> known;
  for (const auto& prompt : saved) known.insert(ascii_lower(prompt));
  std::map<DocumentId, std::vector<Suggestion>> by_document;
  for (const auto& topic : topics) {
    auto question = question_about(topic);
    if (!question || !known.insert(ascii_lower(*question)).second) continue;
    by_document[topic.document].push_back({*std::move(question), topic.document});
  }
  std::vector<Suggestion> out;
  for (std::size_t round = 0; out.size() < suggestion_count; ++round) {
    bool any = false;
    for (const auto& [document, questions] : by_document) {
      if (round >= questions.size() || out.size() == suggestion_count) continue;
      out.push_back(questions[round]);
      any = true;
    }
    if (!any) break;
  }
  return out;
}

}  // namespace oprag::test_prompts
