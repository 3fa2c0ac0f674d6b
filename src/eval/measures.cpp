#include "eval/measures.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <stdexcept>

#include "base/text.hpp"

namespace oprag::eval {
namespace {

constexpr std::size_t depth = 100;
constexpr std::size_t short_answer = 250;

// Collects figures by name in the order of their first value.
class Figures {
 public:
  explicit Figures(std::string set) : set_(std::move(set)) {}
  void add(const std::string& name, double value, const std::string& group = {}) {
    auto found = std::ranges::find(out_, name, &Figure::name);
    if (found == out_.end())
      found = out_.insert(out_.end(), Figure{.set = set_, .name = name, .values = {}, .groups = {}, .summary = {}});
    found->values.push_back(value);
    if (!group.empty()) found->groups.push_back(group);
  }
  std::vector<Figure> take() { return std::move(out_); }

 private:
  std::string set_;
  std::vector<Figure> out_;
};

using PageKey = std::pair<std::string, std::int64_t>;

// Distinct, best first.
std::vector<PageKey> pages_of(const std::vector<Hit>& hits) {
  std::vector<PageKey> out;
  for (const auto& hit : hits) {
    const PageKey key(hit.file, hit.page.value_or(0));
    if (std::ranges::find(out, key) == out.end()) out.push_back(key);
  }
  return out;
}

std::vector<std::string> files_of(const std::vector<Hit>& hits) {
  std::vector<std::string> out;
  for (const auto& hit : hits) {
    if (std::ranges::find(out, hit.file) == out.end()) out.push_back(hit.file);
  }
  return out;
}

template <class Key>
bool is_among(const std::vector<Key>& list, std::size_t first, const std::set<Key>& gold) {
  const auto end = list.begin() + static_cast<std::ptrdiff_t>(std::min(first, list.size()));
  return std::any_of(list.begin(), end, [&](const auto& key) { return gold.contains(key); });
}

// Where each code point of `from` stands in `to`, which says the same with other white space and may leave out signs
// that cannot be seen.
std::vector<std::int64_t> aligned(std::string_view from, std::string_view to) {
  const auto take = [](std::string_view& text) {
    const auto character = first_code_points(text, 1);
    text.remove_prefix(character.size());
    return character;
  };
  std::vector<std::int64_t> out;
  std::int64_t point = 0;
  const auto skip_blanks = [&] {
    for (; !to.empty() && trim(first_code_points(to, 1)).empty(); ++point) take(to);
  };
  while (!from.empty()) {
    const auto character = take(from);
    if (!trim(character).empty()) skip_blanks();
    out.push_back(point);
    if (trim(character).empty() || !to.starts_with(character)) continue;
    take(to);
    ++point;
  }
  skip_blanks();
  if (!to.empty()) throw std::runtime_error("gold stretches have no place in the text that was read");
  out.push_back(point);
  return out;
}

// Gold stretches in the offsets of the text that was read.
class Places {
 public:
  Places(System& system, const Set& set) {
    for (const auto& file : set.files) places_[file.name] = aligned(file.bytes, system.text_of(file.name));
  }
  std::pair<std::int64_t, std::int64_t> of(const Gold& gold) const {
    const auto& list = places_.at(gold.file);
    const auto [start, end] = gold.stretch.value();
    return {list.at(static_cast<std::size_t>(start)), list.at(static_cast<std::size_t>(end - 1)) + 1};
  }

 private:
  std::map<std::string, std::vector<std::int64_t>> places_;
};

}  // namespace

std::vector<Figure> measure_pages(System& system, const Set& set) {
  Figures out(set.name);
  for (const auto& question : set.questions) {
    std::set<PageKey> gold;
    for (const auto& g : question.gold) gold.emplace(g.file, g.page.value());
    const auto& document = question.gold.front().file;
    const auto hits = system.search(question.text, depth);
    const auto pages = pages_of(hits);
    auto inside = pages;
    std::erase_if(inside, [&](const auto& page) { return page.first != document; });
    const auto files = files_of(hits);
    for (const std::size_t k : {1, 3, 5, 10}) {
      out.add("gold page @" + std::to_string(k), is_among(pages, k, gold), document);
    }
    for (const std::size_t k : {1, 5}) {
      out.add("right document @" + std::to_string(k), is_among(files, k, {document}), document);
      out.add("page in the right document @" + std::to_string(k), is_among(inside, k, gold), document);
    }
    const auto reply = system.ask(question.text);
    const auto cited = pages_of(reply.sources);
    double right = 0;
    for (const auto& page : cited) right += gold.contains(page);
    out.add("gold page among the sources", right > 0, document);
    out.add("sources an answer", static_cast<double>(reply.sources.size()), document);
    if (reply.answered)
      out.add("share of gold pages among the cited", right / static_cast<double>(cited.size()), document);
    out.add("refused", !reply.answered, document);
  }
  return out.take();
}

std::vector<Figure> measure_documents(System& system, const Set& set) {
  Figures out(set.name);
  for (const auto& question : set.questions) {
    std::set<std::string> gold;
    for (const auto& g : question.gold) gold.insert(g.file);
    std::vector<double> gains;
    for (const auto& file : files_of(system.search(question.text, depth))) gains.push_back(gold.contains(file));
    out.add("nDCG@10", ndcg(gains, std::vector<double>(gold.size(), 1.0), 10));
  }
  return out.take();
}

std::vector<Figure> measure_first_file(System& system, const Set& set) {
  Figures out(set.name);
  for (const auto& question : set.questions) {
    const auto hits = system.search(question.text, 10);
    out.add("right paragraph @1", !hits.empty() && hits.front().file == question.gold.front().file);
  }
  return out.take();
}

std::vector<Figure> measure_answers(System& system, const Set& set) {
  Figures out(set.name);
  const Places places(system, set);
  for (const auto& question : set.questions) {
    const auto is_covered = [&](const Hit& hit, std::int64_t end) {
      return std::ranges::any_of(question.gold, [&](const Gold& gold) {
        const auto [from, to] = places.of(gold);
        return gold.file == hit.file && hit.start <= from && to <= end;
      });
    };
    const auto reply = system.ask(question.text);
    const bool found = std::ranges::any_of(reply.sources, [&](const Hit& hit) { return is_covered(hit, hit.end); });
    const bool right = found && code_points(reply.answer) <= short_answer;
    const auto hits = system.search(question.text, 1);
    const bool begins =
        !hits.empty() && is_covered(hits[0], std::min(hits[0].end, hits[0].start + std::int64_t{short_answer}));
    out.add("gold answer cited, short answer", right);
    out.add("best passage, first 250 characters", begins);
    out.add("the one above the other", static_cast<int>(right) - static_cast<int>(begins));
    out.add("characters an answer", static_cast<double>(code_points(reply.answer)));
    out.add("refused", !reply.answered);
  }
  return out.take();
}

std::vector<Figure> measure_stretches(System& system, const Set& set) {
  Figures out(set.name);
  const Places places(system, set);
  for (const auto& question : set.questions) {
    std::map<std::string, std::vector<std::pair<std::int64_t, std::int64_t>>> gold;
    std::int64_t all = 0;
    for (const auto& g : question.gold) {
      const auto place = places.of(g);
      gold[g.file].push_back(place);
      all += place.second - place.first;
    }
    const auto hits = system.search(question.text, depth);
    for (const std::int64_t budget : {2000, 4000, 8000}) {
      std::int64_t taken = 0;
      std::map<std::string, std::set<std::int64_t>> covered;
      for (const auto& hit : hits) {
        const auto end = std::min(hit.end, hit.start + budget - taken);
        for (const auto& [from, to] : gold[hit.file]) {
          for (auto i = std::max(from, hit.start); i < std::min(to, end); ++i) covered[hit.file].insert(i);
        }
        taken += end - hit.start;
        if (taken >= budget) break;
      }
      std::int64_t found = 0;
      for (const auto& [file, stretches] : gold) {
        for (const auto& [from, to] : stretches) {
          for (auto i = from; i < to; ++i) found += covered[file].contains(i);
        }
      }
      out.add("covered at " + std::to_string(budget), static_cast<double>(found) / static_cast<double>(all));
    }
    if (!hits.empty()) out.add("characters a passage", static_cast<double>(hits.front().end - hits.front().start));
  }
  return out.take();
}

std::vector<Figure> differences(const std::vector<Figure>& figures, const std::vector<Figure>& others,
                                const std::string& name) {
  std::vector<Figure> out;
  for (const auto& figure : figures) {
    const auto other = std::ranges::find(others, figure.name, &Figure::name);
    if (figure.summary || other == others.end() || other->values.size() != figure.values.size()) continue;
    out.push_back({figure.set, figure.name + ", above " + name, figure.values, figure.groups, {}});
    for (std::size_t i = 0; i < other->values.size(); ++i) out.back().values[i] -= other->values[i];
  }
  return out;
}

void judge(System& system, const std::vector<Question>& answerable, const std::vector<Question>& unanswerable,
           Judged& out) {
  for (const auto& question : answerable) {
    const auto reply = system.ask(question.text);
    out.answerable.push_back(reply.best_score);
    out.refused.push_back(!reply.answered);
  }
  for (const auto& question : unanswerable) {
    const auto reply = system.ask(question.text);
    out.unanswerable.push_back(reply.best_score);
    out.answered.push_back(reply.answered);
  }
}

std::vector<Figure> figures_of(const Judged& judged, const std::string& set) {
  std::vector<Figure> out;
  out.push_back({set, "AUROC", {}, {}, area_under_roc(judged.answerable, judged.unanswerable)});
  out.push_back({set, "false refusals", judged.refused, {}, {}});
  out.push_back({set, "false answers", judged.answered, {}, {}});
  // What a threshold on this very set could reach: how far the shipped one is from it.
  auto all = judged.unanswerable;
  std::ranges::sort(all, std::greater());
  if (all.empty()) return out;
  const auto threshold = all[all.size() / 20];
  double refused = 0;
  for (const auto score : judged.answerable) refused += score <= threshold;
  out.push_back(
      {set, "false refusals at 5 % false answers", {}, {}, refused / static_cast<double>(judged.answerable.size())});
  out.push_back({set, "threshold for 5 % false answers", {}, {}, threshold});
  return out;
}

std::string table_of(const std::vector<Figure>& figures) {
  std::string out = "| set | measure | n | figure | 95 % interval |\n|---|---|---|---|---|\n";
  std::array<char, 512> line{};
  for (const auto& f : figures) {
    if (f.summary) {
      std::snprintf(line.data(), line.size(), "| %s | %s | | %.3f | |\n", f.set.c_str(), f.name.c_str(), *f.summary);
    } else {
      const auto interval = interval_of(f.values, f.groups);
      std::snprintf(line.data(), line.size(), "| %s | %s | %zu | %.3f | %.3f – %.3f |\n", f.set.c_str(), f.name.c_str(),
                    f.values.size(), interval.mean, interval.low, interval.high);
    }
    out += line.data();
  }
  return out;
}

}  // namespace oprag::eval
