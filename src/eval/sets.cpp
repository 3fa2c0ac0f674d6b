#include "eval/sets.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

namespace oprag::eval {
namespace {

namespace bj = boost::json;

std::string string_at(const bj::object& object, std::string_view name) {
  const auto& value = object.at(name);
  return value.is_string() ? std::string(value.get_string()) : bj::serialize(value);
}

std::vector<bj::object> read_lines(const std::filesystem::path& path) {
  std::vector<bj::object> out;
  std::istringstream in(read_file(path));
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) out.push_back(bj::parse(line).as_object());
  }
  return out;
}

// RFC 4180, without its head.
std::vector<std::vector<std::string>> read_table(const std::filesystem::path& path) {
  std::vector<std::vector<std::string>> out(1, {""});
  const auto text = read_file(path);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto& cell = out.back().back();
    if (quoted) {
      if (text[i] != '"') {
        cell += text[i];
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell += text[i++];
      } else {
        quoted = false;
      }
    } else if (text[i] == '"') {
      quoted = true;
    } else if (text[i] == ',') {
      out.back().emplace_back();
    } else if (text[i] == '\n') {
      out.push_back({""});
    } else if (text[i] != '\r') {
      cell += text[i];
    }
  }
  std::erase_if(out, [](const auto& row) { return row.size() == 1; });
  out.erase(out.begin());
  return out;
}

bj::array squad_articles(const std::filesystem::path& file) {
  return bj::parse(read_file(file)).at("data").as_array();
}

std::string numbered(const std::string& prefix, std::size_t number) {
  auto digits = std::to_string(number);
  return prefix + std::string(5 - std::min<std::size_t>(5, digits.size()), '0') + digits + ".txt";
}

// `base`: where the paragraph begins in its file, in code points.
Question squad_question(const bj::object& entry, const std::string& file, std::int64_t base) {
  Question out{.id = string_at(entry, "id"), .text = string_at(entry, "question"), .gold = {}, .answers = {}};
  for (const auto& answer : entry.at("answers").as_array()) {
    const auto text = string_at(answer.as_object(), "text");
    const auto start = base + answer.at("answer_start").to_number<std::int64_t>();
    std::int64_t length = 0;
    for (const char c : text) length += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    out.gold.push_back({file, {}, std::pair(start, start + length)});
    out.answers.push_back(text);
  }
  return out;
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

Set read_pages(const std::filesystem::path& directory) {
  Set out{.name = directory.filename(), .files = {}, .questions = {}};
  for (const auto& entry : std::filesystem::directory_iterator(directory / "pdfs")) {
    out.files.push_back({entry.path().filename(), read_file(entry.path())});
  }
  std::ranges::sort(out.files, {}, &File::name);
  for (const auto& line : read_lines(directory / "questions.jsonl")) {
    Question question{.id = string_at(line, "id"), .text = string_at(line, "question"), .gold = {}, .answers = {}};
    for (const auto& evidence : line.at("evidence").as_array()) {
      question.gold.push_back(
          {string_at(evidence.as_object(), "document"), evidence.at("page").to_number<std::int64_t>(), {}});
    }
    out.questions.push_back(std::move(question));
  }
  return out;
}

Set read_documents(const std::filesystem::path& directory) {
  // BEIR's own files say "_id".
  const auto id_of = [](const bj::object& line) { return string_at(line, line.contains("_id") ? "_id" : "id"); };
  Set out{.name = directory.filename(), .files = {}, .questions = {}};
  for (const auto& line : read_lines(directory / "corpus.jsonl")) {
    out.files.push_back({id_of(line) + ".txt", string_at(line, "title") + "\n\n" + string_at(line, "text")});
  }
  std::map<std::string, std::vector<Gold>> gold;
  std::istringstream in(read_file(directory / "qrels.tsv"));
  for (std::string query, document, grade; in >> query >> document >> grade;) {
    if (grade != "0" && query != "query-id") gold[query].push_back({document + ".txt", {}, {}});
  }
  for (const auto& line : read_lines(directory / "queries.jsonl")) {
    const auto id = id_of(line);
    if (gold.contains(id)) out.questions.push_back({id, string_at(line, "text"), gold[id], {}});
  }
  return out;
}

Set read_paragraphs(const std::filesystem::path& file, const std::string& name) {
  Set out{.name = name, .files = {}, .questions = {}};
  for (const auto& article : squad_articles(file)) {
    for (const auto& paragraph : article.at("paragraphs").as_array()) {
      out.files.push_back({numbered("p", out.files.size()), string_at(paragraph.as_object(), "context")});
      for (const auto& entry : paragraph.at("qas").as_array()) {
        auto question = squad_question(entry.as_object(), out.files.back().name, 0);
        if (!question.gold.empty()) out.questions.push_back(std::move(question));
      }
    }
  }
  return out;
}

std::vector<Set> read_articles(const std::filesystem::path& file) {
  std::vector<Set> out;
  for (const auto& article : squad_articles(file)) {
    Set set{
        .name = string_at(article.as_object(), "title"), .files = {{numbered("a", out.size()), ""}}, .questions = {}};
    auto& text = set.files.front();
    std::int64_t base = 0;
    for (const auto& paragraph : article.at("paragraphs").as_array()) {
      const auto context = string_at(paragraph.as_object(), "context");
      for (const auto& entry : paragraph.at("qas").as_array()) {
        set.questions.push_back(squad_question(entry.as_object(), text.name, base));
      }
      text.bytes += context + "\n\n";
      for (const char c : context) base += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
      base += 2;
    }
    out.push_back(std::move(set));
  }
  return out;
}

Set read_stretches(const std::filesystem::path& directory) {
  Set out{.name = directory.filename(), .files = {}, .questions = {}};
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() == ".md")
      out.files.push_back({entry.path().stem().string() + ".txt", read_file(entry.path())});
  }
  std::ranges::sort(out.files, {}, &File::name);
  for (const auto& row : read_table(directory / "questions.csv")) {
    Question question{.id = std::to_string(out.questions.size()), .text = row.at(0), .gold = {}, .answers = {}};
    for (const auto& reference : bj::parse(row.at(1)).as_array()) {
      question.gold.push_back({row.at(2) + ".txt",
                               {},
                               std::pair(reference.at("start_index").to_number<std::int64_t>(),
                                         reference.at("end_index").to_number<std::int64_t>())});
    }
    out.questions.push_back(std::move(question));
  }
  return out;
}

}  // namespace oprag::eval
