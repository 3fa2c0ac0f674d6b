#include "eval/kinds.hpp"

#include <boost/json.hpp>

#include "eval/abstention.hpp"

namespace oprag::eval {
namespace {

namespace fs = std::filesystem;

// The first questions, so that a set can be tried before it is run whole.
Set cut(Set set, std::size_t most) {
  if (most > 0 && set.questions.size() > most) set.questions.resize(most);
  return set;
}

template <auto Measure>
std::vector<Figure> measure(System& system, Set set) {
  system.load(set.files);
  return Measure(system, set);
}

void add(std::vector<Figure>& out, std::vector<Figure> more) {
  std::ranges::move(more, std::back_inserter(out));
}

// Every SQuAD file of a directory, or one: right paragraph first, and whether the answer is among what is cited.
std::vector<Figure> measure_languages(System& system, const fs::path& path, std::size_t most) {
  std::vector<fs::path> files{path};
  if (fs::is_directory(path)) {
    files.clear();
    for (const auto& entry : fs::directory_iterator(path)) {
      if (entry.path().extension() == ".json") files.push_back(entry.path());
    }
    std::ranges::sort(files);
  }
  std::vector<Figure> out;
  for (const auto& file : files) {
    const auto set = cut(read_paragraphs(file, file.stem().string()), most);
    system.load(set.files);
    add(out, measure_first_file(system, set));
    add(out, measure_answers(system, set));
  }
  return out;
}

}  // namespace

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {"pages", "a directory with pdfs/ and questions.jsonl",
       [](System& system, const fs::path& path, std::size_t most) {
         return measure<measure_pages>(system, cut(read_pages(path), most));
       }},
      {"documents", "a directory in BEIR's format",
       [](System& system, const fs::path& path, std::size_t most) {
         return measure<measure_documents>(system, cut(read_documents(path), most));
       }},
      {"spans", "a directory with corpora and questions.csv",
       [](System& system, const fs::path& path, std::size_t most) {
         return measure<measure_stretches>(system, cut(read_stretches(path), most));
       }},
      {"unanswerable", "a file in SQuAD 2's format",
       [](System& system, const fs::path& path, std::size_t most) {
         return measure_abstention(system, read_articles(path), most > 0 ? most : 500);
       }},
      {"languages", "a file in SQuAD's format, or a directory of them", measure_languages}};
  return all;
}

boost::json::object json_of(const std::vector<Figure>& figures) {
  boost::json::array out;
  for (const auto& figure : figures) {
    boost::json::object row{{"set", figure.set}, {"measure", figure.name}, {"n", figure.values.size()}};
    if (figure.summary) {
      row.insert({{"value", *figure.summary}, {"low", nullptr}, {"high", nullptr}});
    } else {
      const auto interval = interval_of(figure.values, figure.groups);
      row.insert({{"value", interval.mean}, {"low", interval.low}, {"high", interval.high}});
    }
    out.push_back(std::move(row));
  }
  return {{"figures", std::move(out)}};
}

}  // namespace oprag::eval
