#include "eval/corpus_sources.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "answer/sentences.hpp"
#include "text/passages.hpp"

namespace oprag::verify::corpus {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(folder)) out.push_back(entry.path());
  std::ranges::sort(out);
  return out;
}

Text text_of(std::string text) {
  Text out{.text = std::move(text)};
  for (const auto& span : answer::sentences_of(out.text, index::PassageKind::prose)) {
    out.sentences.push_back(out.text.substr(span.begin, span.end - span.begin));
  }
  return out;
}

Source own_samples(const fs::path& folder) {
  Source out{.name = "samples"};
  for (const auto& file : files_in(folder)) {
    const auto content = read_file(file);
    for (std::size_t at = 0; at < content.size();) {
      const auto end = std::min(content.find("\n\n", at), content.size());
      out.texts.push_back(text_of(content.substr(at, end - at)));
      at = end + 2;
    }
  }
  return out;
}

Source squad(const fs::path& file) {
  Source out{.name = "squad2"};
  const auto data = boost::json::parse(read_file(file));
  for (const auto& article : data.at("data").as_array()) {
    for (const auto& paragraph : article.at("paragraphs").as_array()) {
      auto text = text_of(std::string(paragraph.at("context").as_string()));
      for (const auto& question : paragraph.at("qas").as_array()) {
        const auto& answers = question.at("answers").as_array();
        if (question.at("is_impossible").as_bool() || answers.empty()) continue;
        text.questions.emplace_back(question.at("question").as_string(), answers[0].at("text").as_string());
      }
      out.texts.push_back(std::move(text));
    }
  }
  return out;
}

Source filings(const fs::path& folder) {
  Source out{.name = "financebench"};
  for (const auto& file : files_in(folder)) {
    const auto document = text::read(read_file(file), file.filename(), {});
    if (!document) continue;
    for (const auto& passage : text::passages_of(*document, {})) {
      if (!passage.table) out.texts.push_back(text_of(passage.text));
    }
  }
  return out;
}

}  // namespace

std::vector<Source> load_sources(const fs::path& samples, const fs::path& eval) {
  std::vector<Source> out{own_samples(samples)};
  if (fs::exists(eval / "squad2/dev.json")) out.push_back(squad(eval / "squad2/dev.json"));
  if (fs::exists(eval / "financebench/pdfs")) out.push_back(filings(eval / "financebench/pdfs"));
  return out;
}

}  // namespace oprag::verify::corpus
