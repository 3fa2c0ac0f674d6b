// Questions worth testing, drawn from the project's own documents.
#pragma once
#include <boost/describe.hpp>
#include <functional>
#include <string>
#include <vector>

#include "base/id.hpp"

namespace oprag::test_prompts {

inline constexpr std::size_t suggestion_count = 8;

// Something that a document is about: its title, a heading or a first sentence.
struct Topic {
  DocumentId document;
  std::string text;
  std::string language;  // ISO 639-1; empty when unknown
};

// The topics of a project's answering documents, in any order, at most a few hundred.
using TopicsOf = std::function<std::vector<Topic>(const CompanyId&, const ProjectId&)>;

struct Suggestion {
  std::string prompt;
  DocumentId document_id;
};
BOOST_DESCRIBE_STRUCT(Suggestion, (), (prompt, document_id))

// At most suggestion_count questions, the documents taking turns; none that stands in `saved` already.
std::vector<Suggestion> suggest(const std::vector<Topic>& topics, const std::vector<std::string>& saved);

}  // namespace oprag::test_prompts
