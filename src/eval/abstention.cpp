#include "eval/abstention.hpp"

#include <algorithm>
#include <random>

namespace oprag::eval {
namespace {

constexpr std::int64_t page_characters = 3000;
constexpr std::size_t foreign_questions = 40;  // to each page

void cut(std::vector<Question>& questions, std::mt19937_64& random, std::size_t most) {
  std::ranges::shuffle(questions, random);
  questions.resize(std::min(questions.size(), most));
}

// One page of one article in the project, questions of it and of other articles.
void ask_one_page(System& system, const std::vector<Set>& articles, std::size_t a, std::mt19937_64& random,
                  Judged& out) {
  auto file = articles[a].files.front();
  const auto end = file.bytes.find("\n\n", static_cast<std::size_t>(page_characters));
  file.bytes.resize(std::min(end, file.bytes.size()));
  std::vector<Question> inside, outside;
  for (const auto& question : articles[a].questions) {
    if (!question.gold.empty() && question.gold.front().stretch->second < page_characters) inside.push_back(question);
  }
  for (std::size_t i = 0; i < foreign_questions; ++i) {
    const auto& other = articles[(a + 1 + random() % (articles.size() - 1)) % articles.size()].questions;
    const auto& question = other[random() % other.size()];
    if (!question.gold.empty()) outside.push_back(question);
  }
  system.load({file});
  judge(system, inside, outside, out);
}

}  // namespace

std::vector<Figure> measure_abstention(System& system, const std::vector<Set>& articles, std::size_t most) {
  std::mt19937_64 random(1);
  Judged off_topic, adversarial, one_page;
  const auto half = articles.size() / 2;
  for (const bool swapped : {false, true}) {
    std::vector<File> files;
    std::vector<Question> inside, outside, impossible;
    for (std::size_t a = 0; a < articles.size(); ++a) {
      const bool in = (a < half) != swapped;
      if (in) files.push_back(articles[a].files.front());
      for (const auto& question : articles[a].questions) {
        if (in) (question.gold.empty() ? impossible : inside).push_back(question);
        if (!in && !question.gold.empty()) outside.push_back(question);
      }
    }
    for (auto* list : {&inside, &outside, &impossible}) cut(*list, random, most);
    system.load(files);
    judge(system, inside, outside, off_topic);
    judge(system, {}, impossible, adversarial);
  }
  adversarial.answerable = off_topic.answerable;
  adversarial.refused = off_topic.refused;
  for (std::size_t a = 0; a < articles.size(); ++a) ask_one_page(system, articles, a, random, one_page);
  auto out = figures_of(off_topic, "squad2 off-topic");
  for (const auto& [judged, name] :
       {std::pair(&adversarial, "squad2 adversarial"), std::pair(&one_page, "squad2 one page")}) {
    for (auto& figure : figures_of(*judged, name)) out.push_back(std::move(figure));
  }
  return out;
}

}  // namespace oprag::eval
