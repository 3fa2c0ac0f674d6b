// What is measured on each kind of set. Each function asks every question of the set; the system holds the files.
#pragma once
#include <string>
#include <vector>

#include "eval/statistics.hpp"
#include "eval/system.hpp"

namespace oprag::eval {

struct Figure {
  std::string set, name;
  std::vector<double> values;       // one a question
  std::vector<std::string> groups;  // what is drawn together; empty: each question by itself
  std::optional<double> summary;    // for what is no mean: then `values` may be empty
};

// Pages and documents by their order in search, and what the chat answer cites.
std::vector<Figure> measure_pages(System& system, const Set& set);
// nDCG@10 over files.
std::vector<Figure> measure_documents(System& system, const Set& set);
// The right file first.
std::vector<Figure> measure_first_file(System& system, const Set& set);
// The gold answer lies in a cited excerpt and the answer is short; beside it the first 250 characters of the best
// passage.
std::vector<Figure> measure_answers(System& system, const Set& set);
// Share of the gold stretches covered by the passages in their order, up to so many characters.
std::vector<Figure> measure_stretches(System& system, const Set& set);

// Question by question, how far `figures` are above `others` of the same names.
std::vector<Figure> differences(const std::vector<Figure>& figures, const std::vector<Figure>& others,
                                const std::string& name);

// What decides an abstention, for questions the files answer and questions they do not.
struct Judged {
  std::vector<double> answerable, unanswerable;  // best scores
  std::vector<double> refused, answered;         // 1 for a false refusal, 1 for a false answer
};
void judge(System& system, const std::vector<Question>& answerable, const std::vector<Question>& unanswerable,
           Judged& out);
std::vector<Figure> figures_of(const Judged& judged, const std::string& set);

// A table as Markdown, each line with its interval.
std::string table_of(const std::vector<Figure>& figures);

}  // namespace oprag::eval
